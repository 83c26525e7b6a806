"""Answers to invitations, from mail to booking: stored first, then looked at; what is odd changes nothing.

What must hold before an answer counts stands in `why_not_genuine` and in bookings.actions.note_reply; what a mail must
look like, in `reply_reading`.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare

from bookings import actions, errors
from bookings.models import Booking, CalendarReply
from bookings.reply_addresses import is_tagged
from events.errors import Busy, Refusal
from notifications.models import InboundReply
from notifications.reply_object import Odd
from notifications.reply_reading import MOST_BYTES, Automatic, Said, glance, read
from people.addresses import domain_of
from people.models import User
from people.text import normal_email

logger = logging.getLogger(__name__)
Outcome = InboundReply.Outcome

KEPT: Final = timedelta(days=90)
MOST_AHEAD: Final = timedelta(days=1)
MOST_AT_ONCE: Final = 200
# Refusals after which there is nothing for anybody to do: the person has moved on, or the mail came twice.
IDLE: Final = (errors.ReplyRepeated, errors.BookingEnded)
UNREADABLE: Final = "It is made so that it cannot be read."


def take_in(raw: bytes, *, way: str, at: datetime, size: int | None = None) -> InboundReply:
    """Store a mail and look at it; the same mail once more changes nothing. Returns its row.

    ``size`` is of the whole mail where ``raw`` is only the beginning of one that is too large; no more than that is
    kept. Storing comes first, and for itself: a mail that stops the reader is there to look at.
    """
    size, raw = len(raw) if size is None else size, raw[:MOST_BYTES]
    digest = hashlib.sha256(b"%d\n%s" % (size, raw)).hexdigest()
    sender, subject = glance(raw)
    values = {"raw": raw, "size": size, "way": way, "received_at": at, "sender": sender, "subject": subject}
    row, _ = InboundReply.objects.get_or_create(digest=digest, defaults=values)
    return look(row, at=at)


def look_at_waiting(*, at: datetime) -> int:
    """Look at what was stored and not looked at, after a death in between or where a row was busy; return how many."""
    waiting = InboundReply.objects.filter(outcome=Outcome.WAITING).order_by("pk")[:MOST_AT_ONCE]
    return sum(look(row, at=at).outcome != Outcome.WAITING for row in waiting)


def look(row: InboundReply, *, at: datetime) -> InboundReply:
    """Find out what a stored mail says, and note it with the booking or say why not; nothing for one that is done."""
    if row.outcome != Outcome.WAITING:
        return row
    try:
        said = read(bytes(row.raw), size=row.size, authserv_id=settings.REPLY_AUTHSERV_ID)
        row.booking = Booking.objects.select_related("session").filter(ical_uid=said.answered.uid).first()
        _note(row, said, at=at)
    except Busy:
        return row  # it waits, and is looked at again
    except Automatic as why:
        _end(row, Outcome.NOTHING, str(why))
    except (Odd, Refusal) as why:
        _end(row, Outcome.NOTHING if isinstance(why, IDLE) else Outcome.ODD, _words(why))
    except Exception:  # a mail that was made to break the reader must not stop those behind it
        logger.exception("inbound reply %s cannot be read", row.pk)
        _end(row, Outcome.ODD, UNREADABLE)
    else:
        _end(row, Outcome.TAKEN, "")
    return row


def _note(row: InboundReply, said: Said, *, at: datetime) -> None:
    """Note what was said with the booking; raises why not."""
    booking, answered = row.booking, said.answered
    if booking is None:
        raise Odd("It is about no booking of ours.")
    if why := why_not_genuine(said, booking):
        raise Odd(why)
    if answered.stamp > at + MOST_AHEAD:
        raise Odd("It says that it was answered in the future.")
    try:
        actions.note_reply(
            booking,
            partstat=answered.partstat,
            sequence=answered.sequence,
            stamp=answered.stamp,
            digest=row.digest,
            at=at,
        )
    except errors.ReplyRepeated:
        if not CalendarReply.objects.filter(digest=row.digest).exists():
            raise  # else it was noted, and we died before we said so


def why_not_genuine(said: Said, booking: Booking) -> str:
    """Return why an answer may not be of whoever was invited; empty where it is.

    It must name them, come from their address, be meant for the address that invited them, and be vouched for: that
    address is known to nobody else, or our own mail server saw that the sender is no forgery (DMARC).
    """
    person, owner = normal_email(booking.email), normal_email(booking.organizer_email)
    if said.answered.attendee != person:
        return f"It answers for {said.answered.attendee}, and {person} was invited. It may have been passed on."
    if said.sender != person:
        return f"It comes from {said.sender} and answers for {person}, as when somebody answers for a colleague."
    named = said.answered.organizer or next((one for one in said.addressed_to if constant_time_compare(one, owner)), "")
    if not constant_time_compare(named, owner):
        return "It is not meant for the address that the invitation came from."
    if is_tagged(owner) or said.vouched_domain == domain_of(person):
        return ""
    return "Nothing shows that it is really from this address: its sender may be forged."


def _words(why: Exception) -> str:
    """Return in a sentence why a mail changes nothing."""
    return why.sentence if isinstance(why, Refusal) else str(why)


def _end(row: InboundReply, outcome: str, why: str) -> None:
    """Write what became of a mail."""
    row.outcome, row.why = outcome, why[:300]
    row.save(update_fields=["outcome", "why", "booking"])


def mark_seen(row: InboundReply, *, by: User, at: datetime) -> None:
    """Note that somebody has looked at a mail; who did so first stays."""
    InboundReply.objects.filter(pk=row.pk, seen_at__isnull=True).update(seen_at=at, seen_by=by)


def forget_old_replies(*, at: datetime) -> int:
    """Delete mails that came 90 days ago, seen or not; what counted stays with the booking. Return how many."""
    count, _ = InboundReply.objects.filter(received_at__lte=at - KEPT).delete()
    return count

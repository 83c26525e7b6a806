"""A row of the outbox becomes a mail: what is true now, in words, as HTML and as a diary entry."""

from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Final, Literal

from django.conf import settings
from django.db.models import Max, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from bookings.models import Booking, BookingChange
from bookings.policies import is_late
from bookings.querysets import BookingQuerySet
from bookings.states import Status, Verb
from events.dates import long_day, moment_words, span_words
from events.models import Session
from notifications.invitations import invitation
from notifications.kinds import REMINDERS, RULES, Kind
from notifications.models import Message
from notifications.outbox import start_words
from notifications.summaries import Summary, made_with, summary_of
from people.addresses import has_no_address
from people.text import normal_email, strip_controls


class NoLongerTrue(Exception):
    """What the message was to say is no longer so; the text says why."""


@dataclass(frozen=True)
class Facts:
    """What a mail says. Two equal ones make the same mail, so that a change while it was built is seen."""

    kind: str
    sender: str
    recipient: str
    name: str
    title: str
    when: str
    day: str
    place: str
    is_online: bool
    is_waiting: bool
    practical_note: str
    week: str
    booking_url: str
    partnership: str
    contact: str
    colour: str
    free_until: str
    free_is_over: bool
    cancelled_late: bool
    by_organiser: bool
    reason: str
    changes: tuple[tuple[str, str, str], ...]
    method: Literal["REQUEST", "CANCEL"] | None
    sequence: int
    stamp: datetime
    summary: Summary | None = None

    @property
    def first_name(self) -> str:
        """Return how the mail speaks to the person."""
        return self.name.split()[0] if " " in self.name else self.name


@dataclass(frozen=True)
class Mail:
    """A mail ready to go, the facts it was built from, and the sequence number of the entry it carries."""

    sender: str
    recipient: str
    content: bytes
    sequence: int | None
    facts: Facts


def booking_of(message: Message) -> Booking:
    """Return the booking a message is about as it now stands, with its session."""
    found: Booking = Booking.objects.with_session().get(pk=message.booking_id)
    return found


def spoken_of(message: Message) -> BookingQuerySet:
    """Return every booking that a message tells of: its own, and of a summary all that were made with it."""
    if message.kind == Kind.PLAN:
        return made_with(message.booking)
    found: BookingQuerySet = Booking.objects.filter(pk=message.booking_id)
    return found


def facts_of(message: Message, booking: Booking) -> Facts:
    """Return what a message has to say of a booking; raises NoLongerTrue when it has nothing to say any more."""
    _refuse_untrue(message, booking)
    facts = _facts(message, booking)
    if message.kind != Kind.PLAN:
        return facts
    summary = summary_of(booking)
    if not (summary.booked or summary.waiting):
        raise NoLongerTrue("Everything that was booked in this step is cancelled.")
    return replace(facts, summary=summary, booking_url=f"{settings.SITE_URL}{reverse('my_bookings')}")


def _facts(message: Message, booking: Booking) -> Facts:
    """Return what there is to say of one booking."""
    session = booking.session
    host = session.session_hosts.select_related("partnership").first()
    partnership = host.partnership if host else None
    return Facts(
        kind=message.kind,
        sender=booking.organizer_email,
        recipient=booking.email,
        name=booking.name,
        title=strip_controls(session.title),
        when=span_words(session.starts_at, session.ends_at, session.tzinfo),
        day=long_day(session.local_start.date()),
        place=session.place,
        is_online=session.format != Session.Format.IN_PERSON,
        is_waiting=booking.status == Status.WAITLISTED,
        practical_note=strip_controls(session.practical_note),
        week=session.week.title,
        booking_url=f"{settings.SITE_URL}{booking.get_absolute_url()}",
        partnership=partnership.name if partnership else "Practice Weeks",
        contact=partnership.contact_email if partnership else "",
        colour=partnership.colour if partnership else "#1f5f8b",
        free_until=moment_words(booking.cancel_free_until, session.tzinfo),
        free_is_over=is_late(booking.cancel_free_until, at=message.change.at if message.change else message.due_at),
        cancelled_late=booking.cancelled_late,
        by_organiser=message.change is not None and message.change.verb == Verb.SESSION_CANCELLED,
        reason=message.change.reason if message.change else "",
        changes=_changes(message, booking),
        method=_method(message, booking),
        sequence=booking.ical_sequence,
        stamp=booking.ical_stamp,
    )


def build(message: Message) -> Mail:
    """Return the mail of a message; raises NoLongerTrue, or ValueError for what no header or address can carry."""
    booking = booking_of(message)
    facts = facts_of(message, booking)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((facts.partnership, facts.sender))
    mail["To"] = facts.recipient
    if facts.contact:
        mail["Reply-To"] = facts.contact
    mail["Subject"] = " ".join(_rendered("subject.txt", facts).split())
    mail["Date"] = format_datetime(message.change.at if message.change else message.due_at)
    mail["Message-ID"] = message.message_id
    if first := _first_of_thread(message):
        mail["In-Reply-To"] = mail["References"] = first.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(_rendered("body.txt", facts), cte="base64")
    mail.add_alternative(_rendered("body.html", facts), subtype="html", cte="base64")
    if facts.method:
        _attach_invitation(mail, booking, facts.method)
    sequence = facts.sequence if facts.method else None
    return Mail(facts.sender, facts.recipient, _as_sent(mail), sequence, facts)


def _first_of_thread(message: Message) -> Message | None:
    """Return the mail of the same booking that a later one hangs below; a summary stands alone."""
    if message.kind == Kind.PLAN:
        return None
    sent = Message.objects.filter(booking=message.booking_id, sent_at__isnull=False).exclude(pk=message.pk)
    return sent.exclude(kind=Kind.PLAN).order_by("sent_at").first()


def _as_sent(mail: EmailMessage) -> bytes:
    """Return the mail's bytes; a header in plain letters stays on one line rather than begin on its second."""
    plain = all(str(value).isascii() for value in mail.values())
    return mail.as_bytes(policy=SMTP.clone(max_line_length=200) if plain else SMTP)


def _attach_invitation(mail: EmailMessage, booking: Booking, method: Literal["REQUEST", "CANCEL"]) -> None:
    """Add the diary entry twice: for the client to act on, and as a file for whoever's mail strips that."""
    entry = invitation(booking, method)
    mail.add_alternative(entry.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": method})
    name = "invite.ics" if method == "REQUEST" else "cancelled.ics"
    mail.add_attachment(entry, maintype="application", subtype="ics", filename=name, params={"name": name})


def _rendered(part: str, facts: Facts) -> str:
    """Return one part of the mail in words; the three reminders share theirs."""
    folder = "reminder" if facts.kind in REMINDERS else facts.kind
    return render_to_string(f"notifications/{folder}/{part}", {"facts": facts, "site_url": settings.SITE_URL})


def _method(message: Message, booking: Booking) -> Literal["REQUEST", "CANCEL"] | None:
    """Return the method of the entry this mail carries: only who was invited can be disinvited.

    Who waits has no entry, and neither has the entries' owner: clients take it that they need no invitation.
    """
    if booking.status == Status.WAITLISTED or normal_email(booking.email) == normal_email(booking.organizer_email):
        return None
    method = RULES[Kind(message.kind)].calendar
    if method == "CANCEL" and not _invited(booking).exists():
        return None
    return method


def _invited(booking: Booking) -> QuerySet[Message]:
    """Return the messages that may have put the entry into the person's diary."""
    return Message.objects.filter(booking=booking, risky__gt=0, sequence__isnull=False)


def _refuse_untrue(message: Message, booking: Booking) -> None:
    """Raise NoLongerTrue where nobody can be told, and where the booking or the session has moved on."""
    kind, session = Kind(message.kind), booking.session
    if has_no_address(booking.email):
        raise NoLongerTrue("Has no address.")
    if Status(booking.status) not in RULES[kind].statuses:
        raise NoLongerTrue(f"The booking is {booking.get_status_display().lower()}.")
    if kind in REMINDERS and (session.state != Session.State.PUBLISHED or message.occurrence != start_words(session)):
        raise NoLongerTrue("The session does not take place at that time any more.")
    if kind == Kind.CHANGED and message.change and booking.status == Status.CONFIRMED:
        if booking.ical_sequence > message.change.sequence:
            raise NoLongerTrue("A later change is told instead.")
        if _invited(booking).filter(sequence__gte=message.change.sequence).exclude(pk=message.pk).exists():
            raise NoLongerTrue("The invitation went out with this change already.")
        if not _untold(message, booking):
            raise NoLongerTrue("Everything is again as the person knows it.")


FIELD_WORDS: Final = {
    "title": "Title",
    "venue": "Place",
    "room": "Room",
    "format": "How to take part",
    "practical_note": "Practical note",
}


def _untold(message: Message, booking: Booking) -> dict[str, list[str]]:
    """Return what a person has not been told yet, as field: [before, now]; what came back to be as it was is left out.

    Each change told by itself could hide one before it that nobody had sent when it came.
    """
    if message.change is None or message.kind != Kind.CHANGED:
        return {}
    changes = [message.change]
    if booking.status == Status.CONFIRMED:
        told = _invited(booking).exclude(pk=message.pk).aggregate(last=Max("sequence"))["last"]
        revised = BookingChange.objects.filter(booking=booking, verb=Verb.REVISED, from_status=Status.CONFIRMED)
        changes = list(revised.filter(sequence__gt=-1 if told is None else told).order_by("pk"))
    merged: dict[str, list[str]] = {}
    for change in changes:
        for name, (before, now) in change.details.items():
            merged[name] = [merged.get(name, [before])[0], now]
    return {name: pair for name, pair in merged.items() if pair[0] != pair[1]}


def _changes(message: Message, booking: Booking) -> tuple[tuple[str, str, str], ...]:
    """Return what changed as (what, before, now), the time first, in words."""
    details, zone = _untold(message, booking), booking.session.tzinfo
    found: list[tuple[str, str, str]] = []
    if "starts_at" in details:
        before, now = (moment_words(datetime.fromisoformat(text), zone) for text in details["starts_at"])
        found.append(("Start", before, now))
    if "ends_at" in details:
        before, now = (moment_words(datetime.fromisoformat(text), zone) for text in details["ends_at"])
        found.append(("End", before, now))
    formats = dict(Session.Format.choices)
    for name, label in FIELD_WORDS.items():
        if name in details:
            before, now = (formats.get(text, text) for text in details[name])
            found.append((label, strip_controls(before), strip_controls(now)))
    return tuple(found)

"""Send what is due: at least once, two copies at most, the second only after a death or a broken line.

A copy leaves only after a committed `begin_sending`, which counts it; the count falls only on a definite
refusal; the database allows two. So nobody gets a third copy, and a cancelled booking no reminder: the fence
locks the booking, and a cancelling is either before it (nothing goes) or after it (a second mail follows).
"""

import logging
import time
from collections.abc import Iterator
from itertools import count, islice
from typing import Final

from django.db import DatabaseError, transaction

from notifications import claims, facts, holding, messages, pace, undeliverable, week_ahead
from notifications.clock import database_now, refuse_clocks_apart
from notifications.kinds import RULES, Kind
from notifications.messages import Mail
from notifications.models import Message, Undeliverable
from notifications.readers import NoLongerTrue
from notifications.transports import (
    NoAnswer,
    NotNow,
    RecipientRefused,
    Rejected,
    Transport,
    Unreachable,
    open_transport,
)
from people.addresses import domain_of

logger = logging.getLogger(__name__)
Status = Message.Status

MOST_OVER_ONE_LINE: Final = 50
LONGEST_SECONDS: Final = 20.0
BY_AGE: Final = 10  # every tenth message is the one that has been due longest, however urgent others are


class ComesBack(ValueError):
    """Mail to this address comes back; the text says why."""


class CannotBeBuilt(ValueError):
    """A fault of the site's own: this mail cannot be written."""


def drain(*, most: int | None = None) -> int:
    """Send what is due, one message after the other; return how many were sent.

    Stops after ``most`` messages or 20 seconds, and at once when the mail server is not there: then nothing was
    claimed and nothing has used up a try. Sends nothing while the outbox is held. Raises ClocksApart.
    """
    now = database_now()
    refuse_clocks_apart(at=now)
    claims.recover(at=now)
    holding.hold_if_restored(at=now)
    if not holding.state().is_held:
        week_ahead.gather(at=now)
    sent, taken = 0, _claimed(most=most)
    try:
        while claims.due(at=database_now()).exists():
            tried = 0
            with open_transport() as transport:
                for message in islice(taken, MOST_OVER_ONE_LINE):
                    tried, sent = tried + 1, sent + deliver(message, transport)
            if tried < MOST_OVER_ONE_LINE:
                break
    except Unreachable as error:
        logger.warning("the mail server is not there: %s", error)
    return sent


def _claimed(*, most: int | None) -> Iterator[Message]:
    """Take one message after the other, each when it is asked for, until the drain has had its share."""
    until = time.monotonic() + LONGEST_SECONDS
    for nth in count(1) if most is None else range(1, most + 1):
        message = claims.claim(at=database_now(), by_age=nth % BY_AGE == 0) if time.monotonic() < until else None
        if message is None:
            return
        yield message


def deliver(message: Message, transport: Transport) -> bool:
    """Bring one claimed message to its end; True when it was sent. Raises Unreachable, with the message put back."""
    try:
        mail = _build(message)
        _refuse_undeliverable(message, mail)
        if pace.is_limited() and not pace.take(domain_of(mail.recipient), at=database_now()):
            claims.wait_for_domain(message, domain_of(mail.recipient), at=database_now())
            return False
        transport.offer(mail.sender, mail.recipient)
    except NoLongerTrue as reason:
        claims.end(message, Status.CANCELLED, at=database_now(), error=str(reason))
    except NotNow as error:
        claims.put_back(message, at=database_now(), error=str(error))
        if isinstance(error, Unreachable):
            raise
    except (Rejected, ValueError) as error:
        _fail(message, error)
        if isinstance(error, RecipientRefused):
            _remember(mail.recipient, str(error))
    else:
        return _pass_fence(message, mail, transport) and _hand_over(message, mail, transport)
    return False


def _build(message: Message) -> Mail:
    """Return the mail; a fault of ours is logged whole and fails this message, so that it holds up no other."""
    try:
        return messages.build(message)
    except (NoLongerTrue, DatabaseError, ValueError):
        raise
    except Exception as error:
        logger.exception("message %s cannot be built", message.pk)
        raise CannotBeBuilt(f"It cannot be built: {type(error).__name__}.") from error


def _pass_fence(message: Message, mail: Mail, transport: Transport) -> bool:
    """Look once more, with all it speaks of locked, whether the mail is true; then record that a copy goes out."""
    with transaction.atomic():
        list(facts.spoken_of(message).select_for_update(no_key=True, of=("self",)).only("pk").order_by("pk"))
        at = database_now()
        try:
            still_true = facts.facts_of(message, facts.booking_of(message)) == mail.facts
        except NoLongerTrue as reason:
            claims.end(message, Status.CANCELLED, at=at, error=str(reason))
            passed = False
        else:
            passed = still_true and claims.begin_sending(
                message, sequence=mail.sequence, at=at, subject=mail.subject, says=mail.facts.says
            )
            if not still_true:
                claims.end(message, Status.PENDING, at=at)
    if not passed:
        transport.withdraw()
    return passed


def _hand_over(message: Message, mail: Mail, transport: Transport) -> bool:
    """Let the mail go, and record what the other side said."""
    try:
        answer = transport.hand_over(mail.content)
    except NotNow as error:
        claims.put_back(message, at=database_now(), error=str(error))
        if isinstance(error, Unreachable):
            raise
    except Rejected as error:
        _fail(message, error)
    except NoAnswer as error:
        if message.risky < claims.MOST_COPIES:
            claims.put_back(message, at=database_now(), error=f"no answer: {error}", certain=False)
        else:
            claims.end(message, Status.UNKNOWN, at=database_now(), error=f"no answer: {error}", certain=False)
    else:
        return claims.end(message, Status.SENT, at=database_now(), error=answer)
    return False


def _refuse_undeliverable(message: Message, mail: Mail) -> None:
    """Raise ComesBack where mail to this address comes back; what is urgent is tried all the same."""
    if RULES[Kind(message.kind)].urgency == "urgent":
        return
    if found := undeliverable.standing([mail.recipient]).get(mail.recipient):
        words = f" {found.words}" if found.words else ""
        raise ComesBack(f"Not tried: {found.get_reason_display()}.{words}")


def _remember(address: str, answer: str) -> None:
    """Hold a refusal against the address, unless it may pass by itself."""
    if not undeliverable.passes_by_itself(answer):
        undeliverable.mark(address, reason=Undeliverable.Reason.REFUSED, words=answer, at=database_now())


def _fail(message: Message, error: Exception) -> None:
    """Record a lasting failure; the queue behind it moves on."""
    logger.error("message %s failed: %s", message.pk, type(error).__name__)
    claims.end(message, Status.FAILED, at=database_now(), error=str(error) or type(error).__name__)

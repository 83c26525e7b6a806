"""What must hold of bookings at any time, whatever was done at once: read, and said in sentences where it does not."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count

from bookings import limits, policies
from bookings.limits import Wanted
from bookings.models import Answer, Approval, Booking, BookingChange, Handover, Terms, terms_of
from bookings.states import HOLDING, LIVE, Status, Verb
from events.models import Session


def faults(*, at: datetime) -> list[str]:
    """Return every fault that is found, in sentences that name rows by number and nobody by name."""
    sessions = list(Session.objects.select_related("week").order_by("pk"))
    terms = terms_of(sessions)
    found: list[str] = []
    for session in sessions:
        rows = list(Booking.objects.filter(session=session).order_by("priority", "queue_number", "pk"))
        found += [f"session {session.pk}: {fault}" for fault in _of_session(session, rows, terms[session.pk], at=at)]
    return [*found, *_of_people(), *_of_histories(), *_of_questions()]


def _of_session(session: Session, rows: list[Booking], terms: Terms, *, at: datetime) -> Iterator[str]:
    """Look at the counters, the limits and the queue of one session."""
    holding = [row for row in rows if row.status in HOLDING]
    queue = [row for row in rows if row.status == Status.WAITLISTED]
    if session.places_taken != len(holding):
        yield f"{session.places_taken} places are counted and {len(holding)} are taken"
    if session.waiting != len(queue):
        yield f"{session.waiting} people are counted who wait, and {len(queue)} do"
    if session.capacity is not None and len(holding) > session.capacity:
        yield f"{len(holding)} places are taken of {session.capacity}"
    by_mode = Counter(limits.counted_as(row.mode) for row in holding)
    for mode, most in (("in_person", session.in_person_capacity), ("online", session.online_capacity)):
        if most is not None and by_mode[mode] > most:
            yield f"{by_mode[mode]} places {mode} are taken of {most}"
    yield from _idle(session, queue, terms, at=at)


def _idle(session: Session, queue: list[Booking], terms: Terms, *, at: datetime) -> Iterator[str]:
    """Find a free place that somebody who waits could have."""
    is_free = session.capacity is None or session.places_taken < session.capacity
    if not queue or not is_free or not policies.may_promote(session, at=at):
        return
    counted = limits.limits_of(session, terms, at=at)
    for row in queue:
        if counted.why_not(Wanted.of(row)) is None:
            yield f"a place is idle while booking {row.pk} waits for it"
            return


def _of_people() -> Iterator[str]:
    """Find people with two live bookings on one session."""
    twice = Booking.objects.filter(status__in=sorted(LIVE)).order_by().values("session", "practitioner")
    for row in twice.annotate(count=Count("pk")).filter(count__gt=1):
        yield f"session {row['session']}: a person has {row['count']} live bookings"


def _of_histories() -> Iterator[str]:
    """Find bookings that are not where their history leads, and people who were overtaken in the queue."""
    last: dict[int, str] = {}
    queued: dict[int, int] = {}
    places: dict[int, list[tuple[int, int]]] = {}
    changes = BookingChange.objects.order_by("pk").values_list("booking", "booking__session", "verb", "to_status")
    for booking, session, verb, to_status in changes:
        last[booking] = to_status
        if verb == Verb.QUEUED:
            queued[booking] = len(queued)
        elif verb in {Verb.OFFERED, Verb.PROMOTED} and booking in queued:
            places.setdefault(session, []).append((queued[booking], booking))
    for pk, status in Booking.objects.order_by("pk").values_list("pk", "status"):
        if last.get(pk) != status:
            yield f"booking {pk} is {status}, and its history ends at {last.get(pk, 'nothing')}"
    yield from _overtaken(queued, places)


def _overtaken(queued: dict[int, int], places: dict[int, list[tuple[int, int]]]) -> Iterator[str]:
    """Find who still waits behind nobody, and saw somebody of a later number get a place without a reason noted."""
    passed = set(BookingChange.objects.filter(verb=Verb.PASSED_OVER).values_list("booking", flat=True))
    waiting = Booking.objects.filter(status=Status.WAITLISTED, priority=0).values_list("pk", "session")
    for pk, session in waiting:
        later = [other for number, other in places.get(session, []) if number > queued.get(pk, 0)]
        if later and pk not in passed:
            yield f"booking {pk} waits, and booking {later[0]} behind it got a place"


def _of_questions() -> Iterator[str]:
    """Find bookings that wait for an answer nobody was asked for, and questions about bookings that have ended."""
    asked = Approval.objects.filter(answer=Answer.OPEN).values("booking")
    for pk in (
        Booking.objects.filter(status=Status.AWAITING_APPROVAL).exclude(pk__in=asked).values_list("pk", flat=True)
    ):
        yield f"booking {pk} waits for a manager whom nobody asks"
    swapped = Handover.objects.filter(answer=Answer.YES).exclude(booking__status=Status.SUBSTITUTED)
    for pk in swapped.values_list("pk", flat=True):
        yield f"handover {pk} was accepted, and the place stayed"

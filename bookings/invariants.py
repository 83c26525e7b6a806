"""What must hold of bookings at any time, whatever was done at once: read, and said in sentences where it does not."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q

from bookings import limits, policies
from bookings.limits import Wanted
from bookings.models import Answer, Approval, Booking, BookingChange, Handover, Terms, terms_of
from bookings.states import HOLDING, LIVE, MOVES, Status, Verb
from events.models import Session


def faults(*, at: datetime) -> list[str]:
    """Return every fault that is found, in sentences that name rows by number and nobody by name.

    Quotas are not among them: they are kept when a place is given, and a policy may be made stricter afterwards.
    """
    sessions = list(Session.objects.select_related("week").order_by("pk"))
    terms = terms_of(sessions)
    found: list[str] = []
    for session in sessions:
        rows = list(Booking.objects.filter(session=session).order_by("priority", "queue_number", "pk"))
        found += [f"session {session.pk}: {fault}" for fault in _of_session(session, rows, terms[session.pk], at=at)]
    return [*found, *_of_people(), *_of_histories(), *_of_questions(), *_of_dates()]


def _of_session(session: Session, rows: list[Booking], terms: Terms, *, at: datetime) -> Iterator[str]:
    """Look at the counters, the limits and the queue of one session."""
    holding = [row for row in rows if row.status in HOLDING and row.takes_place]
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
    if any((row.queue_number or 0) > session.queue_tail for row in queue):
        yield f"somebody waits behind the end of the queue, {session.queue_tail}"
    ends = min(session.closes_at, session.starts_at)
    for row in holding:
        if row.status == Status.OFFERED and (row.offer_expires_at is None or row.offer_expires_at > ends):
            yield f"the place offered as booking {row.pk} is held beyond the close of booking"
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


def _of_dates() -> Iterator[str]:
    """Find sessions whose last date ends at another time than they say, and registers that do not add up."""
    several = Session.objects.filter(Q(parts__isnull=False) | Q(last_ends_at__isnull=False)).distinct().order_by("pk")
    for session in several.prefetch_related("parts"):
        rows = list(session.parts.all())
        if session.last_ends_at != (rows[-1].ends_at if rows else None):
            yield f"session {session.pk}: its last date ends at another time than is kept"
        if session.further_time != sum((row.ends_at - row.starts_at for row in rows), timedelta()):
            yield f"session {session.pk}: its later dates take another time than is kept"
        marked = Booking.objects.filter(session=session, part_attendances__isnull=False).distinct().order_by("pk")
        for booking in marked.select_related("attendance").prefetch_related("part_attendances"):
            states = [one.state for one in booking.part_attendances.all() if one.part <= 1 + len(rows)]
            whole = getattr(booking, "attendance", None)
            if (whole and whole.state) != policies.presence_in_all(states, total=1 + len(rows)):
                yield f"booking {booking.pk}: its dates come to something else than the register says"


def _of_people() -> Iterator[str]:
    """Find people with two live bookings on one session."""
    twice = Booking.objects.filter(status__in=sorted(LIVE)).order_by().values("session", "practitioner")
    for row in twice.annotate(count=Count("pk")).filter(count__gt=1):
        yield f"session {row['session']}: a person has {row['count']} live bookings"


@dataclass
class _Line:
    """Who waits for one session while its history is read again, and who was overtaken, by whom and when."""

    waiting: dict[int, None] = field(default_factory=dict)  # in the order in which they came
    overtaken: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    by_newcomers: dict[int, int] = field(default_factory=dict)

    def follow(self, booking: int, verb: str, to_status: str, *, overrides: bool, at: datetime) -> None:
        """Take in the next change; what one step gave to several has one instant, and overtakes none of them."""
        if verb == Verb.QUEUED:
            self.waiting[booking] = None
        elif verb in {Verb.OFFERED, Verb.PROMOTED}:
            for other in self.waiting:
                if other == booking:
                    break
                self.overtaken.setdefault(other, (booking, at))
            if self.overtaken.get(booking, (0, None))[1] == at:
                del self.overtaken[booking]
        elif verb in {Verb.BOOKED, Verb.ASKED} and not overrides:
            self.by_newcomers |= {other: booking for other in self.waiting if other not in self.by_newcomers}
        if to_status != Status.WAITLISTED:
            self.waiting.pop(booking, None)

    def faults(self, passed: set[int]) -> Iterator[str]:
        """Find who was overtaken without a reason in their history, by somebody in line or by a newcomer."""
        for booking, (other, _) in self.overtaken.items():
            if booking not in passed:
                word = "waits" if booking in self.waiting else "waited"
                yield f"booking {booking} {word}, and booking {other} behind it got a place"
        for booking, other in self.by_newcomers.items():
            if booking in self.waiting and booking not in passed:
                yield f"booking {booking} waits, and booking {other} got a place without waiting"


def _of_histories() -> Iterator[str]:
    """Find bookings that are not where their history leads, moves there are not, and people who were overtaken."""
    last: dict[int, str] = {}
    lines: defaultdict[int, _Line] = defaultdict(_Line)
    columns = ("booking", "booking__session", "verb", "from_status", "to_status", "reason", "at")
    for booking, session, verb, before, after, reason, at in (
        BookingChange.objects.order_by("pk").values_list(*columns).iterator()
    ):
        if before != last.get(booking, "") or MOVES.get((before or None, verb)) != after:
            yield f"booking {booking} was {last.get(booking, 'not there')} and is {after} because it was {verb}"
        last[booking] = after
        lines[session].follow(booking, verb, after, overrides=bool(reason), at=at)
    for pk, status in Booking.objects.order_by("pk").values_list("pk", "status"):
        if last.get(pk) != status:
            yield f"booking {pk} is {status}, and its history ends at {last.get(pk, 'nothing')}"
    passed = set(BookingChange.objects.filter(verb=Verb.PASSED_OVER).values_list("booking", flat=True))
    for line in lines.values():
        yield from line.faults(passed)


def _of_questions() -> Iterator[str]:
    """Find bookings that wait for an answer nobody was asked for, and places that were given and not taken."""
    asked = Approval.objects.filter(answer=Answer.OPEN).values("booking")
    for pk in (
        Booking.objects.filter(status=Status.AWAITING_APPROVAL).exclude(pk__in=asked).values_list("pk", flat=True)
    ):
        yield f"booking {pk} waits for a manager whom nobody asks"
    given = Booking.objects.filter(status=Status.SUBSTITUTED, substitute__isnull=True)
    for pk in given.values_list("pk", flat=True):
        yield f"booking {pk} was given to a colleague who has none"
    swapped = Handover.objects.filter(answer=Answer.YES).exclude(booking__status=Status.SUBSTITUTED)
    for pk in swapped.values_list("pk", flat=True):
        yield f"handover {pk} was accepted, and the place stayed"

"""Everything the page of a plan shows, read in two queries however much was picked, and two more when signed in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from bookings import planning, policies
from bookings.models import Booking, terms_of
from bookings.plan_words import Finding, clash_words, gap_words, offer_words, sitting_words, sum_words
from bookings.presenters import BookingLine
from bookings.questions import Questions, asks_by_itself
from bookings.states import LIVE
from events.dates import long_day
from events.models import Session
from events.presenters import SessionLine, Tag
from events.querysets import SessionQuerySet


@dataclass(frozen=True)
class Offer:
    """Another sitting to take in place of one: its id and its time in words."""

    pk: int
    words: str


@dataclass(frozen=True)
class PlanLine:
    """A session in a plan, picked or booked, with what is to be known of it beside the others."""

    session: SessionLine
    booking: BookingLine | None = None
    findings: Sequence[Finding] = ()
    offers: Sequence[Offer] = ()
    ways: Sequence[Finding] = ()
    is_alone: bool = False

    @property
    def pk(self) -> int:
        """Return the session's id."""
        return self.session.session.pk

    @property
    def address(self) -> str:
        """Return the page to read on: the booking's where there is one."""
        return self.booking.address if self.booking else self.session.address

    @property
    def state(self) -> Tag:
        """Return where the booking stands, or whether there is a place to be had."""
        return self.booking.state if self.booking else self.session.places


@dataclass(frozen=True)
class PlanDay:
    """A day of a plan with its sessions in order of time."""

    words: str
    lines: list[PlanLine]


@dataclass(frozen=True)
class PlanPage:
    """A plan: what was picked by day among what is booked on those days, and what can be booked no longer."""

    at: datetime
    picks: list[Session]
    bookings: list[Booking]
    sittings: list[Session]
    gone: int = 0
    days: list[PlanDay] = field(default_factory=list)
    past: list[PlanLine] = field(default_factory=list)
    questions: Questions = field(default_factory=Questions)

    @property
    def together(self) -> list[Session]:
        """Return what is booked in one step."""
        return [session for session in self.picks if not asks_by_itself(session)]

    @property
    def alone(self) -> list[Session]:
        """Return what is left in the plan, to be booked by itself."""
        return [session for session in self.picks if asks_by_itself(session)]

    @property
    def can_book(self) -> bool:
        """Say whether any of it can be booked now."""
        return any(policies.why_not_book(one, at=self.at) is None for one in self.together)

    @property
    def is_several(self) -> bool:
        """Say whether there is more than one session to book."""
        return len(self.together) > 1

    @property
    def words(self) -> str:
        """Return how many were picked, and how many of them clash."""
        picked = [line for day in self.days for line in day.lines if line.booking is None]
        return sum_words(len(self.picks), sum(1 for line in picked if any(f.is_clash for f in line.findings)))


def read_plan(pks: Sequence[int], practitioner: Any, *, at: datetime) -> PlanPage:
    """Return a plan as it stands at an instant; ``practitioner`` may be nobody in particular.

    What the person has booked in the meantime is no pick any more, and what the programme no longer shows is
    counted as gone.
    """
    found = list(shown_sessions().filter(pk__in=pks).order_by("starts_at", "pk")) if pks else []
    bookings = live_bookings(practitioner, at=at) if found else []
    booked = {booking.session_id for booking in bookings}
    picks = [session for session in found if session.pk not in booked]
    topics = {session.topic_id for session in picks}
    sittings = list(shown_sessions().filter(topic__in=topics)) if topics else []
    page = PlanPage(
        at, picks, bookings, sittings, len(set(pks)) - len(found), questions=_questions(picks, practitioner)
    )
    page.days.extend(_days(page))
    page.past.extend(
        PlanLine(SessionLine(one, at), offers=offers_for(one, page)) for one in picks if not _counts(one, at=at)
    )
    return page


def offers_for(session: Session, page: PlanPage) -> list[Offer]:
    """Return the sittings that could take a session's place beside everything else that is picked or booked."""
    found = planning.fitting(session, page.sittings, everything_of(page), at=page.at)
    return [Offer(one.pk, offer_words(one, session)) for one in found]


def everything_of(page: PlanPage) -> list[Session]:
    """Return what somebody has picked and can still go to, and what they have booked, each once."""
    picks = [session for session in page.picks if _counts(session, at=page.at)]
    return picks + [booking.session for booking in page.bookings]


def shown_sessions() -> SessionQuerySet:
    """Return the sessions that everybody may see, with what a plan says of them."""
    found: SessionQuerySet = Session.objects.public().select_related("venue__area")
    return found


def _questions(picks: Sequence[Session], practitioner: Any) -> Questions:
    """Return what is asked once of whoever books all; of nobody before they sign in."""
    together = [session for session in picks if not asks_by_itself(session)]
    if not together or not practitioner.is_authenticated:
        return Questions()
    return Questions.together(terms.policy for terms in terms_of(together).values())


def live_bookings(practitioner: Any, *, at: datetime) -> list[Booking]:
    """Return what somebody has or waits for and is still to end."""
    if not practitioner.is_authenticated:
        return []
    mine = Booking.objects.filter(practitioner=practitioner, status__in=LIVE, session__ends_at__gt=at)
    return list(mine.select_related("session__venue__area"))


def _counts(session: Session, *, at: datetime) -> bool:
    """Say whether a picked session is still to be gone to: it takes place and has not begun."""
    return session.state == Session.State.PUBLISHED and at < session.starts_at


def _days(page: PlanPage) -> list[PlanDay]:
    """Return the days of the picks, each with the bookings on it."""
    picks = [session for session in page.picks if _counts(session, at=page.at)]
    dates = {session.local_start.date() for session in picks}
    booked = {b.session_id: b for b in page.bookings if b.session.local_start.date() in dates}
    sessions = picks + [booking.session for booking in booked.values()]
    in_order = sorted(sessions, key=lambda session: (session.local_start.date(), session.starts_at, session.pk))
    ways = _ways(sessions)
    days = groupby(in_order, key=lambda session: session.local_start.date())
    return [
        PlanDay(long_day(day), [_line(one, booked.get(one.pk), page, ways.get(one.pk, [])) for one in group])
        for day, group in days
    ]


def _line(session: Session, booking: Booking | None, page: PlanPage, ways: list[Finding]) -> PlanLine:
    """Return one session with what the rest of the plan means for it."""
    others, booked = everything_of(page), {b.session_id: b for b in page.bookings}
    findings = [clash_words(session, other, booked.get(other.pk)) for other in planning.clashing_with(session, others)]
    if booking is None:
        findings += [
            sitting_words(session, other, booked.get(other.pk)) for other in planning.other_sittings(session, others)
        ]
    wants_other = booking is None and (findings or not planning.has_place(session, at=page.at))
    return PlanLine(
        SessionLine(session, page.at),
        BookingLine(booking, page.at) if booking else None,
        findings,
        offers_for(session, page) if wants_other else (),
        ways,
        is_alone=booking is None and asks_by_itself(session) and policies.why_not_book(session, at=page.at) is None,
    )


def _ways(sessions: Sequence[Session]) -> dict[int, list[Finding]]:
    """Return what is to be said of the time before each session, by its id."""
    found: dict[int, list[Finding]] = {}
    for gap in [*planning.ways(sessions), *planning.switches(sessions)]:
        found.setdefault(gap.after.pk, []).append(gap_words(gap))
    return found

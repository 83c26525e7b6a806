"""What of the bookings needs an organiser today: facts of the sessions one hosts, in words, with the way to each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse

from bookings.models import AccessNeed, Booking, RegisterClosing, terms_of
from bookings.policy import Policy
from bookings.states import Status
from bookings.working_days import working_days_before
from events.change_presenters import link_address
from events.dates import moment_words
from events.models import Session
from events.models.session_part import not_over
from people.models import User

# Registers that nobody closed are asked after for this long; the way to older ones is the glance at their week.
REGISTERS_FOR: Final = timedelta(days=60)
SHOWN: Final = 5


@dataclass(frozen=True)
class DeskItem:
    """One thing to see to: the session or person it is about, why, and the page where it is done."""

    what: str
    why: str
    address: str


@dataclass(frozen=True)
class DeskGroup:
    """Things of one kind. ``count`` may be more than the ``items`` that are shown; ``all_of`` is where all stand."""

    code: str
    title: str
    items: Sequence[DeskItem]
    count: int
    all_of: str = ""

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.count - len(self.items)


def group_of(code: str, title: str, items: Iterable[DeskItem], all_of: str = "") -> DeskGroup:
    """Return a group that shows the first few of its items."""
    found = list(items)
    return DeskGroup(code, title, found[:SHOWN], len(found), all_of)


def needs_today(actor: User, *, at: datetime) -> list[DeskGroup]:
    """Return what somebody's sessions need, the most pressing kind first; kinds without anything are left out.

    Two queries, however many sessions, people and needs there are.
    """
    sessions = list(_sessions(actor, at=at))
    policies = {pk: terms.policy for pk, terms in terms_of(sessions).items()}
    coming = [one for one in sessions if one.starts_at > at]
    groups = [
        group_of("links", "Joining links that are missing", _links(coming, policies, at=at)),
        group_of("registers", "Registers to close", _registers(sessions, at=at)),
        group_of("needs", "Access needs that nobody sees to", _needs(sessions), reverse("organise_needs")),
        group_of("managers", "Managers who have not answered", _managers(coming)),
        group_of("waiting", "Waiting lists", _waiting(coming)),
        group_of("few", "Sessions with too few people", _few(coming, policies, at=at)),
    ]
    return [group for group in groups if group.count]


def _sessions(actor: User, *, at: datetime) -> QuerySet[Session]:
    """Return the published sessions of one's partnerships that may need something, each with what is counted of it."""
    asked = Booking.objects.filter(session=OuterRef("pk"), status=Status.AWAITING_APPROVAL).order_by().values("session")
    open_needs = AccessNeed.objects.to_act_on(actor, at=at).filter(owner__isnull=True, done_at__isnull=True)
    unowned = open_needs.filter(booking__session=OuterRef("pk")).order_by().values("booking__session")
    closed = RegisterClosing.objects.filter(session=OuterRef("pk"), reopened_at__isnull=True)
    own = Session.objects.hosted_within(actor, at=at).order_by().values("pk")
    found: QuerySet[Session] = (
        Session.objects.filter(not_over(at=at - REGISTERS_FOR), pk__in=own, state=Session.State.PUBLISHED)
        .select_related("week")
        .annotate(
            asked=Subquery(asked.annotate(count=Count("pk")).values("count")),
            asked_since=Subquery(asked.annotate(since=Min("approval__asked_at")).values("since")),
            unowned=Subquery(unowned.annotate(count=Count("pk")).values("count")),
            is_closed=Exists(closed),
        )
        .order_by("starts_at", "pk")
    )
    return found


def _links(coming: Iterable[Session], policies: dict[int, Policy], *, at: datetime) -> Iterator[DeskItem]:
    """Look for sessions online that nobody can join yet, though people are soon to be told how."""
    for session in coming:
        soon = session.starts_at - timedelta(days=policies[session.pk].joining_instructions_days) <= at
        if soon and session.format != Session.Format.IN_PERSON and not session.joining_link:
            yield DeskItem(_session_words(session), f"{_people(session.places_taken)} booked", link_address(session))


def _registers(sessions: Iterable[Session], *, at: datetime) -> Iterator[DeskItem]:
    """Look for sessions that are over and whose register is open; the latest comes first."""
    for session in reversed(list(sessions)):
        is_closed = session.is_closed  # type: ignore[attr-defined]  # added by _sessions
        if session.over_at <= at and session.places_taken and not is_closed:
            yield _item(session, f"{_people(session.places_taken)} booked", "register")


def _needs(sessions: Iterable[Session]) -> Iterator[DeskItem]:
    """Look for needs without an owner."""
    for session in sessions:
        count = session.unowned  # type: ignore[attr-defined]  # added by _sessions
        if count:
            words = "1 need without an owner" if count == 1 else f"{count} needs without an owner"
            yield DeskItem(_session_words(session), words, reverse("organise_needs"))


def _managers(coming: Iterable[Session]) -> Iterator[DeskItem]:
    """Look for people whose manager was asked and says nothing."""
    for session in coming:
        count = session.asked  # type: ignore[attr-defined]  # added by _sessions
        if count:
            since = session.asked_since  # type: ignore[attr-defined]
            words = f"{_people(count)} waiting for an answer"
            yield _item(session, f"{words}, the first since {moment_words(since)}" if since else words)


def _waiting(coming: Iterable[Session]) -> Iterator[DeskItem]:
    """Look for queues."""
    for session in coming:
        if session.waiting:
            yield _item(session, f"{_people(session.waiting)} waiting, {places_words(session)}")


def _few(coming: Iterable[Session], policies: dict[int, Policy], *, at: datetime) -> Iterator[DeskItem]:
    """Look for sessions that too few have booked, close enough to the start for it to matter."""
    for session in coming:
        policy = policies[session.pk]
        start, today = session.local_start.date(), at.astimezone(session.tzinfo).date()
        alert_on = working_days_before(start, policy.minimum_alert_working_days, policy.closed_days)
        if session.places_taken < policy.minimum_people and today >= alert_on:
            yield _item(session, f"{session.places_taken} of at least {policy.minimum_people} people booked")


def _item(session: Session, why: str, page: str = "organise_people") -> DeskItem:
    """Return an item about a session, done on one of its pages."""
    return DeskItem(_session_words(session), why, reverse(page, args=[session.pk]))


def _session_words(session: Session) -> str:
    """Return a session with its day and time."""
    return f"{session.title}, {session.local_start:%a} {session.local_start.day} {session.local_start:%B, %H:%M}"


def places_words(session: Session) -> str:
    """Return how many places are taken, of how many there are."""
    taken, capacity = session.places_taken, session.capacity
    if capacity is None:
        return f"{taken} {'place' if taken == 1 else 'places'} taken, no limit"
    return f"{taken} of {capacity} {'place' if capacity == 1 else 'places'} taken"


def _people(count: int) -> str:
    """Return a number of people in words."""
    return "1 person" if count == 1 else f"{count} people"

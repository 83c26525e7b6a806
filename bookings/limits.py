"""Who of those that wait may have a free place, while some places are kept: for organisations, sectors and areas."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from bookings import errors
from bookings.models import Booking, Terms
from bookings.policies import places_kept_until
from bookings.policy import Policy
from bookings.states import HOLDING
from events.errors import Refusal
from events.models import Session
from events.modes import NOBODY, ModeCount

ORGANISATION_FULL = "Every place that one organisation can have is taken by yours."
SECTOR_FULL = "Every place that one sector can have is taken by yours."
AREA_FIRST = "Places are kept for people who work in the session's area."
AREA_AHEAD = "People who work in the session's area come first."
MODES = {"in_person": "Every place at the venue is taken.", "online": "Every place online is taken."}


@dataclass(frozen=True)
class Wanted:
    """What a place is wanted for."""

    organisation_id: int | None
    sector_id: int | None
    mode: str
    priority: int

    @classmethod
    def of(cls, booking: Booking) -> "Wanted":
        """Return what a booking asks for."""
        return cls(booking.organisation_id, booking.sector_id, counted_as(booking.mode), booking.priority)


@dataclass
class Limits:
    """The places of a session that are taken, by whom, against what each may have at most at an instant."""

    session: Session
    policy: Policy
    keeps: bool
    by_organisation: Counter[int | None] = field(default_factory=Counter)
    by_sector: Counter[int | None] = field(default_factory=Counter)
    by_mode: Counter[str] = field(default_factory=Counter)

    def why_not(self, wanted: Wanted) -> Refusal | None:
        """Return why a free place may not go to somebody; None where it may."""
        session, policy = self.session, self.policy
        most = {"in_person": session.in_person_capacity, "online": session.online_capacity}.get(wanted.mode)
        if most is not None and self.by_mode[wanted.mode] >= most:
            return errors.SessionFull(MODES[wanted.mode])
        if not self.keeps:
            return None
        if wanted.priority:
            return errors.NotEligible(AREA_FIRST)
        quota = policy.organisation_quota
        if quota and wanted.organisation_id and self.by_organisation[wanted.organisation_id] >= quota:
            return errors.OrganisationQuotaReached(ORGANISATION_FULL)
        share = sector_share(session, policy)
        if share is not None and wanted.sector_id and self.by_sector[wanted.sector_id] >= share:
            return errors.OrganisationQuotaReached(SECTOR_FULL)
        return None

    def add(self, wanted: Wanted, count: int = 1) -> None:
        """Count a place that was given, or with -1 one that was given up."""
        self.by_organisation[wanted.organisation_id] += count
        self.by_sector[wanted.sector_id] += count
        self.by_mode[wanted.mode] += count


def counted_as(mode: str) -> str:
    """Return where a booking counts: at the venue, if it was made before people were asked how they take part."""
    return mode or Booking.Mode.IN_PERSON


def count_modes(sessions: Iterable[int]) -> dict[int, dict[str, ModeCount]]:
    """Return by session and way to take part how many have and wait for a place, in one query."""
    found: dict[int, dict[str, ModeCount]] = {}
    rows = Booking.objects.live().filter(session__in=list(sessions)).counted().order_by()
    for session, mode, status, count in rows.values_list("session", "mode", "status").annotate(count=Count("pk")):
        counts = found.setdefault(session, {})
        before = counts.get(counted_as(mode), NOBODY)
        taken, waiting = (count, 0) if status in HOLDING else (0, count)
        counts[counted_as(mode)] = ModeCount(before.taken + taken, before.waiting + waiting)
    return found


def sector_share(session: Session, policy: Policy) -> int | None:
    """Return the most places of one sector: its share of all, one at least; None where there is no such limit."""
    if not policy.sector_quota_percent or session.capacity is None:
        return None
    return max(1, session.capacity * policy.sector_quota_percent // 100)


def are_in_force(session: Session, terms: Terms, *, at: datetime) -> bool:
    """Say whether a free place may have to wait for the right person.

    Then the session's row is locked and the places are counted; otherwise one counter decides.
    """
    return session.has_limits_by_mode or _keeps(session, terms, at=at)


def limits_of(session: Session, terms: Terms, *, at: datetime) -> Limits:
    """Count the places taken of a session whose row the caller has locked; no query where nothing is limited."""
    limits = Limits(session, terms.policy, keeps=_keeps(session, terms, at=at))
    if limits.keeps or session.has_limits_by_mode:
        holding = Booking.objects.filter(session=session, status__in=sorted(HOLDING)).counted()
        for row in holding.order_by().values_list("organisation_id", "sector_id", "mode", "priority"):
            organisation, sector, mode, priority = row
            limits.add(Wanted(organisation, sector, counted_as(mode), priority))
    return limits


def _keeps(session: Session, terms: Terms, *, at: datetime) -> bool:
    """Say whether places are kept at an instant: a policy or an area keeps some, and they are not released yet."""
    policy = terms.policy
    is_kept = policy.keeps_places or (terms.is_restricted and policy.outsiders == "wait")
    return is_kept and at < places_kept_until(session, policy)

"""What became of the step that booked a plan: as it was when it was done, and as each booking stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Q

from bookings.actions import Outcome
from bookings.models import Booking
from bookings.plan_page import Offer, offers_for, read_plan, shown_sessions
from bookings.plan_words import done_words
from bookings.presenters import BookingLine
from bookings.states import Status
from events.presenters import SessionLine
from people.models import User


@dataclass(frozen=True)
class Step:
    """A step that booked a plan, as a visit keeps it: its id, what had been booked before it, and what was refused."""

    plan: UUID
    already: Sequence[int] = ()
    refused: Mapping[int, str] | None = None

    @classmethod
    def of(cls, plan: UUID, outcomes: Sequence[Outcome]) -> Self:
        """Return the step of what came of each session; what an earlier try of the same step booked is its own."""
        before = [one.booking for one in outcomes if one.booking and one.refusal and one.booking.plan != plan]
        refused = {one.session.pk: one.refusal.sentence for one in outcomes if one.refusal and not one.booking}
        return cls(plan, [booking.pk for booking in before], refused)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """Return the step that `kept` wrote."""
        return cls(UUID(kept["plan"]), kept["already"], {int(pk): why for pk, why in kept["refused"].items()})

    @property
    def kept(self) -> dict[str, Any]:
        """Return the step in plain values, as a visit can keep them."""
        refused = {str(pk): why for pk, why in (self.refused or {}).items()}
        return {"plan": str(self.plan), "already": list(self.already), "refused": refused}


@dataclass(frozen=True)
class RefusedLine:
    """A session that could not be booked: why not, what there is instead, and whether it is still in the plan."""

    session: SessionLine
    why: str
    offers: Sequence[Offer]
    is_picked: bool


@dataclass(frozen=True)
class Done:
    """What became of a step."""

    booked: list[BookingLine]
    waiting: list[BookingLine]
    already: list[BookingLine]
    refused: list[RefusedLine]

    @property
    def words(self) -> str:
        """Return the page's heading."""
        return done_words(len(self.booked), len(self.waiting), len(self.refused))


def read_done(step: Step, pks: Sequence[int], practitioner: User, *, at: datetime) -> Done:
    """Return what became of a step; ``pks`` is what the plan holds by now."""
    mine = Booking.objects.filter(Q(plan=step.plan) | Q(pk__in=step.already), practitioner=practitioner)
    in_order = mine.with_session().with_position().order_by("session__starts_at", "pk")
    lines = [BookingLine(booking, at) for booking in in_order]
    made = [line for line in lines if line.booking.pk not in step.already]
    return Done(
        booked=[line for line in made if line.booking.status != Status.WAITLISTED],
        waiting=[line for line in made if line.booking.status == Status.WAITLISTED],
        already=[line for line in lines if line.booking.pk in step.already],
        refused=_refused(step, pks, practitioner, at=at),
    )


def _refused(step: Step, pks: Sequence[int], practitioner: User, *, at: datetime) -> list[RefusedLine]:
    """Return what could not be booked, the earliest first, with what would fit instead."""
    if not step.refused:
        return []
    page = read_plan(pks, practitioner, at=at)
    picked = {session.pk for session in page.picks}
    return [
        RefusedLine(SessionLine(one, at), step.refused[one.pk], offers_for(one, page), one.pk in picked)
        for one in shown_sessions().filter(pk__in=step.refused).order_by("starts_at", "pk")
    ]

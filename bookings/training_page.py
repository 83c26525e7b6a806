"""What a trainer reads of each session they deliver: when, where, with whom, for how many, and what to see to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet

from bookings.feedback_summary import TrainerSummary, trainer_summaries
from bookings.models import AccessNeed, Booking
from events.dates import moment_words
from events.models import PracticeWeek, Session, SessionTrainer, Trainer
from events.models.session_part import not_over
from events.presenters import SessionLine, Tag, list_words
from people.models import User


@dataclass(frozen=True)
class NeedLine:
    """A need as those who must act on it read it. Needs its booking, the session, and who sees and has seen to it."""

    need: AccessNeed
    actor: User

    @property
    def whose(self) -> str:
        """Return the name of whom it would help."""
        name: str = self.need.booking.name
        return name

    @property
    def is_unowned(self) -> bool:
        """Say whether it is still to be done and nobody sees to it."""
        return self.need.owner is None and self.need.done_at is None

    @property
    def is_mine(self) -> bool:
        """Say whether whoever reads this sees to it."""
        return bool(self.need.owner_id == self.actor.pk)

    @property
    def owner(self) -> str:
        """Return who sees to it, in a sentence; empty once it is done, which says by whom."""
        if self.need.done_at is not None:
            return ""
        if self.need.owner is None:
            return "Nobody sees to it yet."
        return "You see to it." if self.is_mine else f"{self.need.owner.get_full_name()} sees to it."

    @property
    def done(self) -> str:
        """Return who has seen to it and when; empty for what is still to be done."""
        if self.need.done_at is None:
            return ""
        zone = self.need.booking.session.tzinfo
        by = f" by {self.need.done_by.get_full_name()}" if self.need.done_by else ""
        return f"Done{by} on {moment_words(self.need.done_at, zone)}"


@dataclass(frozen=True)
class Mix:
    """Who has a place, as counts only: people by sector, and from how many organisations."""

    sectors: dict[str, int] = field(default_factory=dict)
    organisations: set[str] = field(default_factory=set)

    @property
    def lines(self) -> list[str]:
        """Return a count per sector, such as ``Schools: 4``."""
        return [f"{sector}: {count}" for sector, count in self.sectors.items()]

    @property
    def span(self) -> str:
        """Return from how many organisations people come; empty where nobody does."""
        number = len(self.organisations)
        return f"From {number} organisation{'' if number == 1 else 's'}" if number else ""


@dataclass(frozen=True)
class TrainingLine:
    """A session as its trainer reads it. Needs its week, topic, venue, room and trainers."""

    session: Session
    at: datetime
    me: Trainer
    mix: Mix = field(default_factory=Mix)
    needs: Sequence[NeedLine] = ()
    said: TrainerSummary = field(default_factory=TrainerSummary)

    @property
    def is_today(self) -> bool:
        """Say whether it is the day of the session, on which trainers mark its register."""
        zone = self.session.tzinfo
        is_on = self.session.state == Session.State.PUBLISHED and self.session.booking_required
        return is_on and self.at.astimezone(zone).date() == self.session.starts_at.astimezone(zone).date()

    @property
    def line(self) -> SessionLine:
        """Return the words that everybody reads."""
        return SessionLine(self.session, self.at)

    @property
    def address(self) -> str:
        """Return the address of the session's page; empty while the public does not see it."""
        is_hidden = self.session.state == Session.State.DRAFT or self.session.week.state == PracticeWeek.State.DRAFT
        return "" if is_hidden else self.session.get_absolute_url()

    @property
    def state(self) -> Tag:
        """Return how the session stands."""
        if self.session.state == Session.State.DRAFT:
            return Tag("Not published yet", "quiet")
        return self.line.places

    @property
    def place(self) -> str:
        """Return room, venue and address; empty online."""
        return self.session.place

    @property
    def co_trainers(self) -> str:
        """Return who else delivers it."""
        parts = self.session.session_trainers.all()
        return list_words([part.trainer.name for part in parts if part.trainer_id != self.me.pk])

    @property
    def numbers(self) -> str:
        """Return how many have and wait for a place, such as ``12 of 20 places taken, 3 waiting``."""
        session = self.session
        if not session.booking_required:
            return "No booking: people just come."
        limit = f"{session.places_taken} of {session.capacity} places taken"
        taken = f"{session.places_taken} booked, no limit" if session.capacity is None else limit
        return f"{taken}, {session.waiting} waiting" if session.waiting else taken

    @property
    def cameras(self) -> str:
        """Return what people were told of cameras and recording; empty where nothing was said."""
        parts = [self.session.get_cameras_display(), "presenters are recorded" if self.session.is_recorded else ""]
        return "; ".join(part for part in parts if part)

    @property
    def to_do(self) -> int:
        """Return how many needs are still to be seen to."""
        return sum(not need.done for need in self.needs)

    @property
    def unowned(self) -> str:
        """Return how many of them nobody sees to, in words; empty where there is none."""
        return unowned_words(self.needs)


def unowned_words(needs: Iterable[NeedLine]) -> str:
    """Return how many needs nobody sees to, such as ``Nobody sees to 2 of these yet``; empty where there is none."""
    count = sum(need.is_unowned for need in needs)
    return f"Nobody sees to {count} of these yet" if count else ""


def coming_sessions(trainer: Trainer, actor: User, *, at: datetime) -> list[TrainingLine]:
    """Return the sessions that a trainer delivers and that have not ended, the next first, in four queries."""
    sessions = list(_delivered(trainer).filter(not_over(at=at)).order_by("starts_at", "pk"))
    mixes, needs = _mixes(sessions), _needs(actor, at=at)
    return [TrainingLine(one, at, trainer, mixes.get(one.pk, Mix()), tuple(needs.get(one.pk, ()))) for one in sessions]


def past_lines(trainer: Trainer, sessions: Sequence[Session], *, at: datetime) -> list[TrainingLine]:
    """Return what a trainer reads of sessions they have delivered, with what people said, in two queries."""
    said = trainer_summaries(sessions)
    return [TrainingLine(one, at, trainer, said=said.get(one.pk, TrainerSummary())) for one in sessions]


def past_sessions(trainer: Trainer, *, at: datetime) -> QuerySet[Session]:
    """Return what a trainer has delivered, the latest first; what was called off or never announced is not told."""
    past = _delivered(trainer).filter(~not_over(at=at), state=Session.State.PUBLISHED)
    return past.order_by("-starts_at", "-pk")


def _delivered(trainer: Trainer) -> QuerySet[Session]:
    """Return a trainer's sessions with what their lines need, in two queries."""
    parts = SessionTrainer.objects.select_related("trainer")
    found: QuerySet[Session] = Session.objects.filter(session_trainers__trainer=trainer)
    return found.select_related("week", "topic", "venue", "room").prefetch_related(
        Prefetch("session_trainers", queryset=parts)
    )


def _mixes(sessions: Iterable[Session]) -> dict[int, Mix]:
    """Return by session who has a place, as counts, in one query."""
    mixes: dict[int, Mix] = {}
    rows = Booking.objects.confirmed().filter(session__in=sessions).order_by("sector__position", "organisation_name")
    columns = ("session", "sector__position", "sector__name", "organisation_name")
    for session, _, sector, organisation, count in rows.values_list(*columns).annotate(count=Count("pk")):
        mix = mixes.setdefault(session, Mix())
        name = sector or "Sector not known"
        mix.sectors[name] = mix.sectors.get(name, 0) + count
        if organisation:
            mix.organisations.add(organisation.casefold())
    return mixes


def _needs(actor: User, *, at: datetime) -> dict[int, list[NeedLine]]:
    """Return by session what is to be seen to, in one query."""
    needs: dict[int, list[NeedLine]] = {}
    for need in AccessNeed.objects.to_act_on(actor, at=at).with_booking().unowned_first():
        needs.setdefault(need.booking.session_id, []).append(NeedLine(need, actor))
    return needs

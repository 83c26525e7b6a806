"""Everything the page of one session says of it, bookings apart, read in a few queries however often it runs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from events.library import ResourceLine
from events.models import Resource, Session, SessionTopic, Theme, Trainer
from events.modes import note_modes
from events.presenters import MODES, SessionLine, list_words
from people.models import Partnership

MOST_RESOURCES: Final = 6


@dataclass(frozen=True)
class TrainerLine:
    """Somebody who delivers a session, as the public reads of them."""

    trainer: Trainer

    @property
    def name(self) -> str:
        """Return the name."""
        return self.trainer.name

    @property
    def post(self) -> str:
        """Return what they do and for whom: ``Practice educator, Example Trust``; empty where neither is known."""
        return ", ".join(filter(None, [self.trainer.job_role, self.trainer.organisation_name]))

    @property
    def about(self) -> str:
        """Return a few lines about them."""
        return self.trainer.about


@dataclass(frozen=True)
class SessionPage:
    """A session with its topic, trainers, other sittings to come, and what there is to read with it."""

    session: Session
    at: datetime
    sittings: list[Session]
    trainers: list[TrainerLine]
    resources: list[ResourceLine]
    areas: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)

    @property
    def line(self) -> SessionLine:
        """Return the session's words."""
        return SessionLine(self.session, self.at, self.sittings)

    @property
    def topic(self) -> SessionTopic:
        """Return what it is about."""
        return self.session.topic

    @property
    def themes(self) -> list[Theme]:
        """Return the themes of its topic."""
        return list(self.topic.themes.all())

    @property
    def other_sittings(self) -> list[SessionLine]:
        """Return when else the same content runs from now on, cancelled sittings left out."""
        return [
            SessionLine(one, self.at)
            for one in self.sittings
            if one.pk != self.session.pk and one.starts_at > self.at and one.state == Session.State.PUBLISHED
        ]

    @property
    def has_online_part(self) -> bool:
        """Say whether anybody takes part through a screen."""
        return self.session.format != Session.Format.IN_PERSON

    @property
    def cameras(self) -> str:
        """Return what is expected of cameras; empty where nobody has one, or nothing has been said."""
        return self.session.get_cameras_display() if self.has_online_part and self.session.cameras else ""

    @property
    def recording(self) -> str:
        """Return whether it is recorded; a session in person says nothing unless it is."""
        if self.session.is_recorded:
            return "Recorded. Only the presenters are seen and heard."
        return "Not recorded" if self.has_online_part else ""

    @property
    def places(self) -> str:
        """Return whether there is a place to be had; empty once it is over or called off."""
        is_to_come = self.session.state == Session.State.PUBLISHED and self.at < self.session.over_at
        return self.line.places.words if is_to_come else ""

    @property
    def places_by_mode(self) -> str:
        """Return the places left at the venue and online; empty where there is one way, or nothing left to book."""
        left = self.session.left_by_mode
        if not left or not self.places:
            return ""
        return "; ".join(mode_words(left[mode], where) for mode, where in MODES.items())

    @property
    def who(self) -> list[tuple[str, str]]:
        """Return whom it is for, as (what, words), to be read before booking; empty where it is for everybody."""
        before = self.session.prerequisite
        found = [
            ("For people who work in", list_words(self.areas)),
            ("For these sectors", "; ".join(self.sectors)),
            ("You are asked to confirm", self.session.for_whom),
            (
                "Comes after",
                f"{before.title}. Attend it first, or have a place on it that is earlier." if before else "",
            ),
        ]
        return [(what, words) for what, words in found if words]

    @property
    def facilities(self) -> list[str]:
        """Return the facts about access to its venue, in words."""
        return self.session.venue.facility_words if self.session.venue else []

    @property
    def has_access(self) -> bool:
        """Say whether anything is known about access."""
        venue = self.session.venue
        return bool(self.session.access or (venue and (venue.access or venue.facilities)))

    @property
    def lead(self) -> Partnership | None:
        """Return the partnership to write to: the lead, or whichever host is named first."""
        host = next(iter(self.session.session_hosts.all()), None)
        return host.partnership if host else None


def read_session(session: Session, *, at: datetime) -> SessionPage:
    """Return a session's page at an instant; the session comes `with_programme`."""
    sittings = Session.objects.public().filter(topic=session.topic_id).select_related("venue").order_by("starts_at")
    parts = session.session_trainers.select_related("trainer")
    note_modes([session])
    released = Resource.objects.released(at=at).filter(themes__topics=session.topic_id).distinct()
    return SessionPage(
        session=session,
        at=at,
        sittings=list(sittings),
        trainers=[TrainerLine(part.trainer) for part in parts],
        resources=[ResourceLine(resource) for resource in released[:MOST_RESOURCES]],
        areas=[area.name for area in session.areas.all()],
        sectors=[sector.name for sector in session.sectors.all()],
    )


def mode_words(left: int | None, where: str) -> str:
    """Return how many places are left one way to take part, such as ``3 places left at the venue``."""
    if left is None:
        return f"places available {where}"
    if left == 0:
        return f"no place left {where}"
    return f"{left} place{'' if left == 1 else 's'} left {where}"

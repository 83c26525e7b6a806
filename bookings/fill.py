"""How full sessions are, and where their people come from, for a week at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from bookings.desk import places_words
from bookings.models import Booking
from events.models import Session


@dataclass(frozen=True)
class FillLine:
    """A session of the week at a glance: how full it is, and where its people come from."""

    session: Session
    mix: Sequence[tuple[str, int]]

    @property
    def times(self) -> str:
        """Return when it runs on its own clock."""
        return f"{self.session.local_start:%H:%M} to {self.session.local_end:%H:%M}"

    @property
    def places(self) -> str:
        """Return how many places are taken, and how many people wait."""
        words = places_words(self.session)
        return f"{words}, {self.session.waiting} waiting" if self.session.waiting else words

    @property
    def mix_words(self) -> str:
        """Return how many people come from which sector, the most first."""
        return ", ".join(f"{sector} {count}" for sector, count in self.mix)

    @property
    def address(self) -> str:
        """Return the page of the session's people, or for a draft its place in the timetable."""
        if self.session.state == Session.State.DRAFT:
            return reverse("organise_session_edit", args=[self.session.pk])
        return reverse("organise_people", args=[self.session.pk])


def fill_of(sessions: Sequence[Session]) -> list[FillLine]:
    """Return how full sessions are and the sectors of those with a place, in the order given; one query."""
    rows = (
        Booking.objects.confirmed()
        .filter(session__in=[one.pk for one in sessions])
        .order_by()
        .values_list("session_id", "organisation__sector__name")
        .annotate(count=Count("pk"))
    )
    by_session: dict[int, list[tuple[str, int]]] = {}
    for session, sector, count in rows:
        by_session.setdefault(session, []).append((sector or "Not known", count))
    return [FillLine(one, sorted(by_session.get(one.pk, []), key=lambda row: (-row[1], row[0]))) for one in sessions]

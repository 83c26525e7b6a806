"""What a report is asked about: whose sessions, when, and of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.models import Booking
from bookings.querysets import BookingQuerySet
from events.dates import long_day
from events.filters import midnight
from events.models import PracticeWeek, Session, SessionHost, SessionTopic, Theme
from events.querysets import SessionQuerySet
from people.models import Area, Organisation, Partnership, Sector, User
from people.permissions import WithParts


@dataclass(frozen=True)
class Asked:
    """The filters of a report. ``at`` is the instant it speaks of; days are London's, both included.

    ``partnerships`` are those whose sessions are counted, never none. ``group`` is what the rows are.
    """

    partnerships: Sequence[Partnership]
    at: datetime
    group: str = ""
    week: PracticeWeek | None = None
    first_day: date | None = None
    last_day: date | None = None
    theme: Theme | None = None
    sector: Sector | None = None
    organisation: Organisation | None = None
    area: Area | None = None

    def sessions(self) -> SessionQuerySet:
        """Return the sessions of the partnerships, cancelled and coming ones too, in order of start."""
        hosts = SessionHost.objects.filter(
            session=OuterRef("pk"), partnership__in=[one.pk for one in self.partnerships]
        )
        wanted = Q(Exists(hosts))
        if self.week:
            wanted &= Q(week=self.week)
        if self.first_day:
            wanted &= Q(starts_at__gte=midnight(self.first_day))
        if self.last_day:
            wanted &= Q(starts_at__lt=midnight(self.last_day + timedelta(days=1)))
        if self.theme:
            themes = SessionTopic.themes.through.objects.filter(sessiontopic=OuterRef("topic"), theme=self.theme)
            wanted &= Q(Exists(themes))
        found: SessionQuerySet = Session.objects.public().filter(wanted)
        return found

    def held(self) -> SessionQuerySet:
        """Return those that have begun and were not cancelled."""
        return self.sessions().filter(state=Session.State.PUBLISHED, starts_at__lte=self.at)

    def bookings(self, *, of: SessionQuerySet | None = None) -> BookingQuerySet:
        """Return the bookings on sessions that were held, or on others; of whom the filters say."""
        sessions = self.held() if of is None else of
        wanted = Q(session__in=sessions.order_by().values("pk")) & self.about_people()
        found: BookingQuerySet = Booking.objects.filter(wanted)
        return found

    def about_people(self) -> Q:
        """Return the condition on whose bookings they are; an organisation has its parts with it."""
        wanted = Q()
        if self.sector:
            wanted &= Q(sector=self.sector)
        if self.organisation:
            wanted &= Q(organisation__in=WithParts(_only(self.organisation)))
        if self.area:
            works = User.areas.through.objects.filter(user=OuterRef("practitioner"), area=self.area)
            wanted &= Q(Exists(works))
        return wanted

    @property
    def is_of_some_people(self) -> bool:
        """Say whether the filters choose among the people of a session."""
        return bool(self.sector or self.organisation or self.area)

    @property
    def words(self) -> list[tuple[str, str]]:
        """Return what the report is about, as names and values in words."""
        named: list[tuple[str, Any]] = [
            ("Partnership" if len(self.partnerships) == 1 else "Partnerships", ", ".join(map(str, self.partnerships))),
            ("Week", self.week),
            ("From", long_day(self.first_day) if self.first_day else ""),
            ("To", long_day(self.last_day) if self.last_day else ""),
            ("Topic", self.theme),
            ("Sector", self.sector),
            ("Organisation", f"{self.organisation} with its parts" if self.organisation else ""),
            ("Area", self.area),
        ]
        return [(name, str(value)) for name, value in named if value]


def _only(organisation: Organisation) -> QuerySet[Organisation]:
    """Return one organisation as a question to the database."""
    return Organisation.objects.filter(pk=organisation.pk)

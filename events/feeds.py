"""Calendars that everybody may subscribe to; each is made once per change of the programme and day."""

import calendar
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from icalendar import Event

from events import ical
from events.calendar_files import CalendarFile, RecentFiles, answer, no_calendar
from events.filters import SessionFilter, midnight
from events.models import PracticeWeek, Session, SessionHost, Theme
from events.querysets import SessionQuerySet
from events.revision import current_revision
from events.wall_time import LONDON
from people.models import Partnership

logger = logging.getLogger(__name__)

PAST_MONTHS: Final = 3
PUBLIC: Final = {"Cache-Control": "public, max-age=900", "Vary": "Accept-Encoding", "X-Robots-Tag": "noindex"}
NOT_THERE: Final = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}

NO_FILTER: Final = SessionFilter(QueryDict())

recent = RecentFiles(most_bytes=16 * 1024 * 1024)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a feed is about. ``is_named``: a week or session by name, shown however long ago it was."""

    name: str
    page: str
    sessions: SessionQuerySet
    is_named: bool = False


@csrf_exempt
@require_safe
def feed_all(request: HttpRequest) -> HttpResponseBase:
    """Every published session."""
    return _feed(request, _everything)


@csrf_exempt
@require_safe
def feed_partnership(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The sessions that a partnership hosts, alone or with others."""
    return _feed(request, partial(_of_partnership, slug))


@csrf_exempt
@require_safe
def feed_week(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The sessions of a week, a past one too."""
    return _feed(request, partial(_of_week, slug))


@csrf_exempt
@require_safe
def feed_theme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The sessions about a theme."""
    return _feed(request, partial(_of_theme, slug))


@csrf_exempt
@require_safe
def feed_session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One session, a past one too."""
    return _feed(request, partial(_of_session, pk))


def entries(rows: Iterable[Any], build: Callable[[Any], Event]) -> Iterator[bytes]:
    """Write the entry of each row; one that cannot be written is left out and logged, and the others stand."""
    for row in rows:
        try:
            yield build(row).to_ical()
        except Exception:
            logger.exception("%s %s is left out of a calendar", type(row).__name__, row.pk)


def months_before(day: date, months: int) -> date:
    """Return the same day some months back, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _feed(request: HttpRequest, find: Callable[[], Subject]) -> HttpResponseBase:
    """Answer with a calendar, or say in words what is not there."""
    try:
        filters = SessionFilter(request.GET, others=()) if request.GET else NO_FILTER
        file = _current(request.path, filters, find)
    except Http404 as missing:
        return no_calendar(str(missing), NOT_THERE)
    filename = request.path.rpartition("/")[2]
    return answer(request, file, {**PUBLIC, "Content-Disposition": f'inline; filename="{filename}"'}, may_pack=True)


def _current(path: str, filters: SessionFilter, find: Callable[[], Subject]) -> CalendarFile:
    """Return the file as it is now; one query when it was made for this revision of the programme and this day.

    Places left follow from bookings, which do not raise the revision; a feed of them is made anew each time.
    """
    today = timezone.now().astimezone(LONDON).date()
    address = f"{path}?{filters.query}" if filters else path
    if filters.has_places:
        return _make(address, filters, find, today=today)
    revision = current_revision()
    made_for = (revision, today)
    file = recent.get(address, made_for=made_for)
    if file is None:
        file = _make(address, filters, find, today=today)
        file.modified_at = max(revision.changed_at, midnight(today))
        recent.keep(address, file, made_for=made_for)
    return file


def _make(address: str, filters: SessionFilter, find: Callable[[], Subject], *, today: date) -> CalendarFile:
    """Write the file: sessions in the window by their start and identity, cancelled ones until their day is past."""
    subject = find()
    sessions = filters.apply(subject.sessions.public())
    sessions = sessions.exclude(state=Session.State.CANCELLED, starts_at__lt=midnight(today))
    if not (subject.is_named or filters.week):
        sessions = sessions.filter(starts_at__gte=midnight(months_before(today, PAST_MONTHS)))
    title = ical.Title(
        name=subject.name,
        description="Sessions of safeguarding practice weeks. Changes can take a day to show in your calendar.",
        page=f"{settings.SITE_URL}{subject.page}",
        source=f"{settings.SITE_URL}{address}",
    )
    build = partial(ical.session_event, site=settings.SITE_URL, domain=settings.REPLY_DOMAIN)
    rows = sessions.with_programme().order_by("starts_at", "uid")
    return CalendarFile(ical.serialise(ical.feed(title), entries(rows, build)))


def _everything() -> Subject:
    """Every session of every week."""
    return Subject(name="Practice weeks", page=reverse("sessions"), sessions=Session.objects.all())


def _of_partnership(slug: str) -> Subject:
    """The sessions of a partnership; raises Http404."""
    partnership = _found(Partnership.objects.filter(slug=slug))
    hosts = SessionHost.objects.filter(session=OuterRef("pk"), partnership=partnership)
    return Subject(
        name=f"Practice weeks: {partnership.short_name}",
        page=f"{reverse('sessions')}?partnership={slug}",
        sessions=Session.objects.filter(Exists(hosts)),
    )


def _of_week(slug: str) -> Subject:
    """The sessions of a week; raises Http404."""
    week = _found(PracticeWeek.objects.public().filter(slug=slug))
    name = f"{week.title}, {week.starts_on:%B %Y}"
    return Subject(name=name, page=week.get_absolute_url(), sessions=week.sessions.all(), is_named=True)


def _of_theme(slug: str) -> Subject:
    """The sessions about a theme; raises Http404."""
    theme = _found(Theme.objects.filter(slug=slug))
    return Subject(
        name=f"Practice weeks: {theme.name}",
        page=f"{reverse('sessions')}?theme={slug}",
        sessions=Session.objects.filter(topic__in=theme.topics.all()),
    )


def _of_session(pk: int) -> Subject:
    """One session; raises Http404."""
    sessions = Session.objects.filter(pk=pk)
    session = _found(sessions.public())
    return Subject(name=session.title, page=session.get_absolute_url(), sessions=sessions, is_named=True)


def _found(rows: QuerySet[Any]) -> Any:
    """Return the one row; raises Http404 that says what is missing."""
    row = rows.first()
    if row is None:
        raise Http404(f"There is no such {rows.model._meta.verbose_name}.")
    return row

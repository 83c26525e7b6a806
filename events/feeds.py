"""Calendars that everybody may subscribe to; each is made once per change of the programme and day."""

import calendar
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from icalendar import Event

from events import ical
from events.actions import note_calendar_fault
from events.calendar_files import CalendarFile, RecentFiles, answer, no_calendar
from events.feed_subjects import Subject, everything, of_partnership, of_session, of_theme, of_week
from events.filters import SessionFilter, has_places, midnight
from events.models import Session
from events.models.session_part import fetch_parts, parts_of, reaches
from events.revision import current_revision
from events.wall_time import LONDON

logger = logging.getLogger(__name__)

PAST_MONTHS: Final = 3
PUBLIC: Final = {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding", "X-Robots-Tag": "noindex"}
NOT_THERE: Final = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}

NO_FILTER: Final = SessionFilter(QueryDict())

recent = RecentFiles(most_bytes=16 * 1024 * 1024)


@csrf_exempt
@require_safe
def feed_all(request: HttpRequest) -> HttpResponseBase:
    """Every published session."""
    return _feed(request, everything)


@csrf_exempt
@require_safe
def feed_partnership(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The sessions that a partnership hosts, alone or with others."""
    return _feed(request, partial(of_partnership, slug))


@csrf_exempt
@require_safe
def feed_week(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The sessions of a week, a past one too."""
    return _feed(request, partial(of_week, slug))


@csrf_exempt
@require_safe
def feed_theme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The sessions about a theme."""
    return _feed(request, partial(of_theme, slug))


@csrf_exempt
@require_safe
def feed_session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One session, a past one too."""
    return _feed(request, partial(of_session, pk))


def entries(rows: Iterable[Any], build: Callable[..., Event], session_of: Callable[[Any], Session]) -> Iterator[bytes]:
    """Write the entry of each row, and one for each later date of its session; all of a row or none of it.

    One that cannot be written is left out, and the others stand.

    Administrators hear of it: it is logged, noted for the admin, and `/health/status` fails until it is mended.
    """
    for row in rows:
        try:
            later = [build(row, part=part) for part in parts_of(session_of(row))[1:]]
            yield b"".join(event.to_ical() for event in [build(row), *later])
        except Exception as error:
            logger.exception("%s %s is left out of a calendar", type(row).__name__, row.pk)
            note_calendar_fault(row, error, at=timezone.now())


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

    Places left follow from bookings and from the clock, which do not raise the revision. So a feed of those with
    places asks one query more, for the sessions that have some: while these are the same ones, so is the file, which
    counts no places. It has no date, because nobody knows when the last of them filled.
    """
    at = timezone.now()
    today = at.astimezone(LONDON).date()
    address = f"{path}?{filters.query}" if filters else path
    revision = current_revision()
    made_for = (revision, today, _with_places(at=at) if filters.has_places else None)
    file = recent.get(address, made_for=made_for)
    if file is None:
        file = _make(address, filters, find, at=at)
        file.modified_at = None if filters.has_places else max(revision.changed_at, midnight(today))
        recent.keep(address, file, made_for=made_for)
    return file


def _with_places(*, at: datetime) -> tuple[int, ...]:
    """Return by id the sessions that have places."""
    return tuple(Session.objects.filter(has_places(at=at)).order_by("pk").values_list("pk", flat=True))


def _make(address: str, filters: SessionFilter, find: Callable[[], Subject], *, at: datetime) -> CalendarFile:
    """Write the file: sessions in the window by their start and identity, cancelled ones until their day is past.

    Of several dates the last one counts.
    """
    subject = find()
    today = at.astimezone(LONDON).date()
    stands = ~Q(state=Session.State.CANCELLED) | reaches(since=midnight(today))
    sessions = filters.apply(subject.sessions.public(), at=at).filter(stands)
    if not (subject.is_named or filters.week):
        sessions = sessions.filter(reaches(since=midnight(months_before(today, PAST_MONTHS))))
    title = ical.Title(
        name=subject.name,
        description="Sessions of safeguarding practice weeks. Changes can take a day to show in your calendar.",
        page=f"{settings.SITE_URL}{subject.page}",
        source=f"{settings.SITE_URL}{address}",
    )
    build = partial(ical.session_event, site=settings.SITE_URL, domain=settings.REPLY_DOMAIN)
    rows = list(sessions.with_programme().order_by("starts_at", "uid"))
    fetch_parts(rows)
    return CalendarFile(ical.serialise(ical.feed(title), entries(rows, build, lambda session: session)))

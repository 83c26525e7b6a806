"""One person's bookings as a calendar, under an address that only they know."""

import re
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from bookings.ical import booking_event
from bookings.models import Booking, BookingChange, FeedToken
from bookings.querysets import BookingQuerySet
from bookings.states import Status, Verb
from events import ical
from events.calendar_files import CalendarFile, RecentFiles, answer, no_calendar
from events.feeds import entries, months_before
from events.filters import midnight
from events.models import ProgrammeRevision
from events.models.session_part import fetch_parts, reaches
from events.wall_time import LONDON
from people.models.access import digest

PAST_MONTHS: Final = 12
SECRET = re.compile(r"[\w-]{43}\Z", re.ASCII)
recent = RecentFiles(most_bytes=8 * 1024 * 1024)
PRIVATE: Final = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="my-sessions.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
NOT_THERE: Final = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@csrf_exempt
def feed_me(request: HttpRequest, token: str) -> HttpResponseBase:
    """The places of whom the secret belongs to; what is wrong with a secret is told to nobody."""
    if request.method not in {"GET", "HEAD"}:
        return _unlogged(HttpResponseNotAllowed(["GET", "HEAD"]))
    today = timezone.now().astimezone(LONDON).date()
    opened = opened_by(token, today=today)
    if opened is None:
        return _unlogged(no_calendar("There is no such calendar.", NOT_THERE))
    owner, is_discreet, state = opened
    file = recent.get(str(owner), made_for=state)
    if file is None:
        file = _make(owner, today=today, is_discreet=is_discreet)
        recent.keep(str(owner), file, made_for=state)
    return _unlogged(answer(request, file, PRIVATE, may_pack=False))


def opened_by(secret: str, *, today: date) -> tuple[int, bool, object] | None:
    """Return whose calendar a secret opens, without titles or with, and what changes whenever the file can; or None.

    One query, and one more on the first use of a day, which is noted. The programme's revision, the changes of the
    person's bookings, their choice and the day are all that the file is made of. Changes are counted and none is ever
    taken away: the newest alone would hide one that was begun before it and committed after it.
    """
    if not SECRET.match(secret):
        return None
    changes = BookingChange.objects.filter(booking__practitioner=OuterRef("user")).order_by()
    token = (
        FeedToken.objects.filter(digest=digest(secret), revoked_at__isnull=True, user__is_active=True)
        .annotate(
            changes=Subquery(changes.values("booking__practitioner").annotate(count=Count("pk")).values("count")),
            is_discreet=F("user__is_discreet"),
            revision=Subquery(ProgrammeRevision.objects.values("number")[:1]),
        )
        .values_list("pk", "user", "last_used_on", "changes", "revision", "is_discreet")
        .first()
    )
    if token is None:
        return None
    pk, owner, last_used_on, number, revision, is_discreet = token
    if last_used_on != today:
        FeedToken.objects.filter(pk=pk).update(last_used_on=today)
    return owner, is_discreet, (number, revision, is_discreet, today)


def _make(owner: int, *, today: date, is_discreet: bool) -> CalendarFile:
    """Write a person's calendar; the name of one without titles tells no more than its entries."""
    title = ical.Title(
        name="My training" if is_discreet else "My practice week sessions",
        description="Your places. Changes can take a day to show here; mails come at once.",
        page=f"{settings.SITE_URL}{reverse('my_bookings')}",
    )
    rows = list(calendar_of(owner, today=today))
    fetch_parts(booking.session for booking in rows)
    build = partial(booking_event, site=settings.SITE_URL)
    return CalendarFile(ical.serialise(ical.feed(title), entries(rows, build, attrgetter("session"))))


def calendar_of(owner: int, *, today: date) -> BookingQuerySet:
    """Return the places of a person from twelve months back on, by start and identity.

    With them come the places on sessions that were called off, until their day is past. Of several dates the last
    one counts. A place that the person gave up is gone, and who waits has none yet.
    """
    called_off = BookingChange.objects.filter(
        booking=OuterRef("pk"), verb=Verb.SESSION_CANCELLED, from_status=Status.CONFIRMED
    )
    bookings: BookingQuerySet = Booking.objects.filter(
        Q(status=Status.CONFIRMED) | Q(Exists(called_off)) & reaches("session__", since=midnight(today)),
        reaches("session__", since=midnight(months_before(today, PAST_MONTHS))),
        practitioner=owner,
    )
    return bookings.with_session().order_by("session__starts_at", "ical_uid")


def _unlogged(response: HttpResponseBase) -> HttpResponseBase:
    """Return an answer whose address, which is a secret, the log of refused requests does not repeat."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own mark for it
    return response

"""The front page, and the list of practice weeks."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.home_days import read_days
from events.library import ResourceLine
from events.models import PracticeWeek, Resource, Session
from events.presenters import SessionLine, WeekCard
from events.previews import of_page
from events.session_days import by_day
from events.wall_time import LONDON

SESSIONS_ON_HOME = 6
RESOURCES_ON_HOME = 3
WEEKS_ON_HOME = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is on next, what can be booked now, and a field to find anything else."""
    at = timezone.now()
    today = at.astimezone(LONDON).date()
    found = PracticeWeek.objects.public().prefetch_related("week_hosts__partnership")
    cards = [WeekCard(week, today) for week in found.order_by("starts_on", "slug")]
    coming = [card for card in cards if card.week.ends_on >= today]
    bookable = Session.objects.bookable(at=at).with_programme().order_by("starts_at", "code")[:SESSIONS_ON_HOME]
    newest = Resource.objects.released(at=at)[:RESOURCES_ON_HOME]
    context = {
        "next": coming[0] if coming else None,
        "days": read_days(coming[0].week) if coming else [],
        "coming": coming[1:WEEKS_ON_HOME],
        "past": [card for card in reversed(cards) if card.week.ends_on < today][:WEEKS_ON_HOME],
        "session_days": by_day(SessionLine(session, at) for session in bookable),
        "resources": [ResourceLine(resource) for resource in newest],
        "preview": of_page("home"),
    }
    return render(request, "events/home.html", context)


@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """List all practice weeks: those to come with the next first, then the past ones by year."""
    today = timezone.now().astimezone(LONDON).date()
    found = PracticeWeek.objects.public().prefetch_related("week_hosts__partnership")
    cards = [WeekCard(week, today) for week in found]
    past = [card for card in cards if card.week.ends_on < today]
    context = {
        "coming": [card for card in reversed(cards) if card.week.ends_on >= today],
        "past": [(year, list(group)) for year, group in groupby(past, key=lambda card: card.week.starts_on.year)],
        "preview": of_page("weeks"),
    }
    return render(request, "events/weeks.html", context)

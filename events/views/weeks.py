"""The front page, and the list of practice weeks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import PracticeWeek, Session
from events.presenters import SessionLine, WeekCard
from events.wall_time import LONDON
from events.week_page import days_of

SESSIONS_ON_HOME = 6
WEEKS_ON_HOME = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is on next, and what can be booked now."""
    at = timezone.now()
    today = at.astimezone(LONDON).date()
    found = PracticeWeek.objects.public().prefetch_related("week_hosts__partnership")
    cards = [WeekCard(week, today) for week in found.order_by("starts_on", "slug")]
    coming = [card for card in cards if card.week.ends_on >= today]
    bookable = Session.objects.bookable(at=at).with_programme().order_by("starts_at", "code")[:SESSIONS_ON_HOME]
    context = {
        "next": coming[0] if coming else None,
        "days": list(days_of(coming[0].week).values()) if coming else [],
        "coming": coming[1:WEEKS_ON_HOME],
        "past": [card for card in reversed(cards) if card.week.ends_on < today][:WEEKS_ON_HOME],
        "sessions": [SessionLine(session, at) for session in bookable],
    }
    return render(request, "events/home.html", context)


@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """List all practice weeks, the next first and then the past ones."""
    today = timezone.now().astimezone(LONDON).date()
    found = PracticeWeek.objects.public().prefetch_related("week_hosts__partnership")
    cards = [WeekCard(week, today) for week in found]
    context = {
        "coming": [card for card in reversed(cards) if card.week.ends_on >= today],
        "past": [card for card in cards if card.week.ends_on < today],
    }
    return render(request, "events/weeks.html", context)

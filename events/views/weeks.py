"""The front page, the list of practice weeks, and one week's programme."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import PracticeWeek, Session
from events.presenters import SessionLine, WeekCard, days_words, list_words, week_tag
from events.views.calendar_links import calendar_links
from events.wall_time import LONDON
from events.week_page import days_of, read_week

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


@require_safe
def week(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one week from Monday to Friday; ``?partnership=`` speaks of it in that partnership's words."""
    found = get_object_or_404(PracticeWeek.objects.public(), slug=slug)
    return render(request, "events/week.html", week_context(request, found, at=timezone.now()))


def week_context(request: HttpRequest, found: PracticeWeek, *, at: datetime, drafts: bool = False) -> dict[str, Any]:
    """Return what a week's page says at an instant, with ``drafts`` as the public will see it.

    Raises Http404 for ``?partnership=`` of one that neither hosts nor presents the week.
    """
    page = read_week(found, at=at, drafts=drafts)
    shown = None
    if wanted := request.GET.get("partnership", ""):
        shown = next((one for one in page.partnerships if one.slug == wanted), None)
        if shown is None:
            raise Http404("This partnership does not host the week.")
    return {
        "page": page,
        "weeks_address": reverse("weeks"),
        "calendar": calendar_links(request, reverse("feed_week", args=[found.slug])),
        "week": found,
        "shown": shown,
        "categories": list_words(found.categories),
        "title": (shown and shown.title) or found.title,
        "introduction": (shown and shown.introduction) or found.introduction,
        "days": days_words(found.starts_on, found.ends_on),
        "state": week_tag(found, on=at.astimezone(LONDON).date()),
    }

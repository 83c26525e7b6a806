"""How to subscribe to a public calendar, step by step; the page stands where the calendar does, without its ending."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.chips import session_chips
from events.feed_subjects import Subject, everything, of_partnership, of_session, of_theme, of_week
from events.filters import SessionFilter
from events.models import Session
from events.views.calendar_links import calendar_links


@require_safe
def subscribe_all(request: HttpRequest) -> HttpResponse:
    """To every published session."""
    return _page(request, everything, reverse("feed_all"))


@require_safe
def subscribe_partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """To the sessions that a partnership hosts."""
    return _page(request, partial(of_partnership, slug), reverse("feed_partnership", args=[slug]))


@require_safe
def subscribe_week(request: HttpRequest, slug: str) -> HttpResponse:
    """To the sessions of a week."""
    return _page(request, partial(of_week, slug), reverse("feed_week", args=[slug]))


@require_safe
def subscribe_theme(request: HttpRequest, slug: str) -> HttpResponse:
    """To the sessions about a theme."""
    return _page(request, partial(of_theme, slug), reverse("feed_theme", args=[slug]))


@require_safe
def subscribe_session(request: HttpRequest, pk: int) -> HttpResponse:
    """To one session."""
    return _page(request, partial(of_session, pk), reverse("feed_session", args=[pk]))


def _page(request: HttpRequest, find: Callable[[], Subject], feed: str) -> HttpResponse:
    """Show the links to a feed with the filters of the query; raises Http404 wherever the feed itself is not there."""
    filters = SessionFilter(request.GET, others=())
    subject = find()
    filters.apply(Session.objects.none(), at=timezone.now())  # asks for what the filters name, and reads no session
    context = {
        "subject": subject,
        "chips": session_chips(filters),
        "calendar": calendar_links(request, feed, filters.query, name=subject.name),
    }
    return render(request, "events/subscribe.html", context)

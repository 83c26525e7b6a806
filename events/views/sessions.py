"""The list of sessions, and one session as far as it can be shown without bookings."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.chips import session_chips
from events.filters import SessionFilter
from events.forms import SessionFilterForm
from events.models import Session
from events.models.session_part import fetch_parts
from events.presenters import NextDateLine, SessionLine
from events.previews import of_page, of_session
from events.session_days import by_day
from events.session_list import Shown, count_words, list_sessions
from events.session_page import read_session
from events.views.calendar_links import calendar_links

SESSIONS_ON_A_PAGE = 25


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions that the filters keep: those to come, or with ``past=1`` the past ones."""
    at = timezone.now()
    context = {"form": SessionFilterForm(request.GET or None), "preview": of_page("sessions")}
    try:
        wanted = SessionFilter(request.GET)
        found = list_sessions(wanted, past=request.GET.get("past") == "1", at=at)
    except Http404 as refusal:
        context |= {"sentence": str(refusal), "count": count_words(0, Shown.ALL)}
        return render(request, "events/sessions.html", context, status=404)
    page = Paginator(found.sessions.with_programme(), SESSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    line = NextDateLine if found.shown == Shown.COMING else SessionLine
    fetch_parts(page.object_list)
    context |= {
        "found": found,
        "count": count_words(page.paginator.count, found.shown),
        "chips": session_chips(wanted, kept=found.kept),
        "page": page,
        "days": by_day(line(session, at) for session in page.object_list),
        "calendar": None if found.is_past else calendar_links(request, reverse("feed_all"), wanted.query),
    }
    return render(request, "events/sessions.html", context)


def find_session(pk: int) -> Session:
    """Return a session that the public may see, with what its page shows; raises Http404."""
    found: Session = get_object_or_404(Session.objects.public().with_programme(), pk=pk)
    return found


def session_context(session: Session, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a session says at an instant, bookings apart."""
    page = read_session(session, at=at)
    return {
        "session": session,
        "topic": page.topic,
        "line": page.line,
        "page": page,
        "preview": of_session(session, page.line),
    }

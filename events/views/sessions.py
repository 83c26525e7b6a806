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
from events.presenters import SessionLine
from events.previews import of_page, of_session
from events.session_days import by_day
from events.session_page import read_session
from events.views.calendar_links import calendar_links

SESSIONS_ON_A_PAGE = 25


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions that the filters keep; without a filter, those still to come."""
    at = timezone.now()
    found, sentence = Session.objects.none(), ""
    try:
        wanted = SessionFilter(request.GET)
        found = wanted.apply(Session.objects.public().with_programme()).order_by("starts_at", "code")
    except Http404 as refusal:
        wanted, sentence = None, str(refusal)
    with_past = not wanted and request.GET.get("past") == "1"
    if not wanted and not with_past:
        found = found.filter(ends_at__gt=at)
    page = Paginator(found, SESSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": SessionFilterForm(request.GET or None),
        "sentence": sentence,
        "is_narrowed": bool(wanted) or wanted is None,
        "chips": session_chips(wanted) if wanted else [],
        "page": page,
        "days": by_day(SessionLine(session, at) for session in page.object_list),
        "query": "past=1" if with_past else wanted.query if wanted else "",
        "with_past": with_past,
        "calendar": calendar_links(request, reverse("feed_all"), wanted.query) if wanted is not None else None,
        "preview": of_page("sessions"),
    }
    return render(request, "events/sessions.html", context, status=404 if sentence else 200)


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

"""The list of sessions, and one session as far as it can be shown without bookings."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.filters import SessionFilter
from events.forms import SessionFilterForm
from events.models import Resource, Session
from events.presenters import SessionLine, list_words
from events.views.calendar_links import calendar_links
from events.wall_time import LONDON

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
        "page": page,
        "lines": [SessionLine(session, at) for session in page.object_list],
        "query": "past=1" if with_past else wanted.query if wanted else "",
        "with_past": with_past,
        "calendar": calendar_links(request, reverse("feed_all"), wanted.query) if wanted is not None else None,
    }
    return render(request, "events/sessions.html", context, status=404 if sentence else 200)


def find_session(pk: int) -> Session:
    """Return a session that the public may see, with what its page shows; raises Http404."""
    found: Session = get_object_or_404(Session.objects.public().with_programme(), pk=pk)
    return found


def session_context(session: Session, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a session says at an instant, bookings apart."""
    sittings = Session.objects.public().filter(topic=session.topic_id).select_related("venue").order_by("starts_at")
    released = Resource.objects.released(at=at).filter(themes__topics=session.topic_id).distinct()
    line = SessionLine(session, at, list(sittings))
    return {
        "session": session,
        "topic": session.topic,
        "line": line,
        "other_sittings": [
            SessionLine(one, at) for one in line.sittings if one.pk != session.pk and one.starts_at > at
        ],
        "themes": list_words([theme.name for theme in session.topic.themes.all()]),
        "resources": list(released[:10]),
        "is_past": session.local_start.date() < at.astimezone(LONDON).date(),
    }

"""One week's programme, and its poster."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.filters import one_value
from events.models import PracticeWeek
from events.presenters import days_words, list_words, week_tag
from events.previews import of_week
from events.qr_code import qr_code
from events.views.calendar_links import calendar_links
from events.wall_time import LONDON
from events.week_form import WeekFilterForm
from events.week_page import days_of, read_week
from events.week_partnerships import WeekView, partnerships_of, view_of


@require_safe
def week(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one week from Monday to Friday, narrowed by the filters in its address.

    ``?partnership=`` speaks of it in that partnership's words and keeps its sessions; ``all`` shows everybody's. A
    filter that cannot be meant is answered with a sentence, and with no session at all.
    """
    found = get_object_or_404(PracticeWeek.objects.public(), slug=slug)
    context = week_context(request, found, at=timezone.now())
    return render(request, "events/week.html", context, status=404 if context["sentence"] else 200)


def week_context(request: HttpRequest, found: PracticeWeek, *, at: datetime, drafts: bool = False) -> dict[str, Any]:
    """Return what a week's page says at an instant, with ``drafts`` as the public will see it.

    ``sentence`` says what is wrong with a filter, and is empty where nothing is.
    """
    sentence = ""
    try:
        page = read_week(found, request.GET, at=at, drafts=drafts)
    except Http404 as refusal:
        sentence = str(refusal)
        page = read_week(found, QueryDict(), at=at, drafts=drafts)
    words = _words(found, page.view)
    return {
        **words,
        "address": page.view.address(request.path),
        "page": page,
        "sentence": sentence,
        "form": WeekFilterForm(page),
        "weeks_address": reverse("weeks"),
        "views": [(view, view.address(request.path)) for view in page.view.choices],
        "poster_address": page.view.address(reverse("week_poster", args=[found.slug])),
        "calendar": calendar_links(request, reverse("feed_week", args=[found.slug]), page.filters.query),
        "categories": list_words(found.categories),
        "state": week_tag(found, on=at.astimezone(LONDON).date()),
        "preview": of_week(found, title=words["title"], introduction=words["introduction"]),
    }


@require_safe
def week_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a week as one sheet for a noticeboard, in the view of a partnership as its page is."""
    found = get_object_or_404(PracticeWeek.objects.public(), slug=slug)
    view = view_of(one_value(request.GET, "partnership"), partnerships_of(found))
    words = _words(found, view)
    context = {**words, "programme": list(days_of(found).values()), "qr": qr_code(words["on_paper"])}
    return render(request, "events/week_poster.html", context)


def _words(week: PracticeWeek, view: WeekView) -> dict[str, Any]:
    """Return how a week is spoken of in a view, and its address as it stands on paper."""
    address = view.address(week.get_absolute_url())
    return {
        "week": week,
        "view": view,
        "shown": view.shown,
        "title": (view.shown and view.shown.title) or week.title,
        "introduction": (view.shown and view.shown.introduction) or week.introduction,
        "days": days_words(week.starts_on, week.ends_on),
        "address": address,
        "on_paper": f"{settings.SITE_URL}{address}",
    }

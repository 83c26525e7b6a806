"""Things to read, watch or do."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.dates import long_day
from events.forms import ResourceFilterForm
from events.models import Resource
from events.presenters import list_words
from events.wall_time import LONDON

RESOURCES_ON_A_PAGE = 25


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """List the released resources, the newest first, by kind, theme and week."""
    form = ResourceFilterForm(request.GET)
    released = Resource.objects.released(at=timezone.now()).prefetch_related("themes")
    found = form.narrow(released) if form.is_valid() else released.none()
    page = Paginator(found, RESOURCES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "query": form.query}
    return render(request, "events/resources.html", context, status=200 if form.is_valid() else 404)


@require_safe
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one resource; before its release there is no such page."""
    released = Resource.objects.released(at=timezone.now())
    found = get_object_or_404(released.select_related("week"), slug=slug)
    related = released.filter(pk__in=found.related.values("pk"))
    context = {
        "resource": found,
        "related": related,
        "themes": list_words([theme.name for theme in found.themes.all()]),
        "partnerships": list_words([one.name for one in found.partnerships.all()]),
        "review_kinds": list_words(found.review_kinds),
        "released": long_day(found.released_at.astimezone(LONDON).date()),
    }
    return render(request, "events/resource.html", context)

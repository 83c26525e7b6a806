"""The themes: what each is about, what there is to read, and its sessions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.models import Theme
from events.previews import of_page, of_theme
from events.theme_page import read_theme, read_themes
from events.views.calendar_links import calendar_links


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """List the themes by name, with what there is of each."""
    cards = read_themes(at=timezone.now())
    return render(request, "events/themes.html", {"cards": cards, "preview": of_page("themes")})


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one theme."""
    found = get_object_or_404(Theme.objects.prefetch_related("aliases"), slug=slug)
    page = read_theme(found, at=timezone.now())
    context = {
        "theme": found,
        "page": page,
        "aliases": "; ".join(page.aliases),
        "calendar": calendar_links(request, reverse("feed_theme", args=[found.slug])),
        "preview": of_theme(found),
    }
    return render(request, "events/theme.html", context)

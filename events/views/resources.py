"""Things to read, watch or do."""

from pathlib import PurePosixPath
from typing import Final

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from events import actions
from events.chips import resource_chips
from events.forms import ResourceFilterForm
from events.library import ResourceLine
from events.models import Resource
from events.presenters import list_words
from events.previews import of_page, of_resource
from events.resource_files import clean_name, kind_of

RESOURCES_ON_A_PAGE = 25
# A file is kept and opened by whoever asked for it, and never shown as a page of this site.
FILE_HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
    "X-Robots-Tag": "noindex",
}


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """List the released resources, the newest first, by words, kind, theme and week."""
    form = ResourceFilterForm(request.GET)
    released = Resource.objects.released(at=timezone.now()).prefetch_related("themes")
    found = form.narrow(released) if form.is_valid() else released.none()
    page = Paginator(found, RESOURCES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [ResourceLine(resource) for resource in page.object_list],
        "query": form.query,
        "chips": resource_chips(form) if form.is_valid() else [],
        "preview": of_page("resources"),
    }
    return render(request, "events/resources.html", context, status=200 if form.is_valid() else 404)


@require_safe
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one resource; before its release there is no such page."""
    released = Resource.objects.released(at=timezone.now())
    found = get_object_or_404(released.select_related("week"), slug=slug)
    related = released.filter(pk__in=found.related.values("pk"))
    context = {
        "resource": found,
        "line": ResourceLine(found),
        "related": [ResourceLine(one) for one in related],
        "themes": found.themes.all(),
        "partnerships": list_words([one.name for one in found.partnerships.all()]),
        "review_kinds": list_words(found.review_kinds),
        "preview": of_resource(found),
    }
    return render(request, "events/resource.html", context)


def is_read_now(request: HttpRequest) -> bool:
    """Say whether somebody asks for the whole of something, now: no browser ahead of a click, and no later piece."""
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    is_piece = not request.headers.get("Range", "bytes=0-").startswith("bytes=0-")
    return request.method == "GET" and not is_ahead and not is_piece


@require_safe
def resource_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Send somebody on to where the link of a released resource leads, and count it."""
    at = timezone.now()
    found = get_object_or_404(Resource.objects.released(at=at).exclude(link=""), slug=slug)
    if is_read_now(request):
        actions.count_open(found, at=at)
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
    return HttpResponseRedirect(found.link, headers=headers)


@require_safe
def resource_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the file of a released resource to be kept; the same file has the same ETag for ever."""
    found = get_object_or_404(Resource.objects.released(at=timezone.now()), slug=slug)
    stored = PurePosixPath(found.file.name or "")
    kind = kind_of(stored.name)
    if kind is None:
        raise Http404("This resource has no file.")
    try:
        size = found.file.size
    except OSError as error:
        raise Http404("The file of this resource is not there.") from error
    name = clean_name(found.file_name) or f"{found.slug}{stored.suffix}"
    headers = {
        **FILE_HEADERS,
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
        "Content-Length": str(size),
        "ETag": f'"{stored.stem}"',
    }
    told = HttpResponse(content_type=kind.content_type, headers=headers)
    found_fresh = get_conditional_response(request, etag=headers["ETag"], response=told)
    if request.method == "HEAD" or found_fresh is not told:
        return found_fresh or told
    if is_read_now(request):
        actions.count_download(found, at=timezone.now())
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type=kind.content_type, headers=headers
    )

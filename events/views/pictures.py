"""The pictures that go with a link to a page of this site."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from events import pictures
from events.models import PracticeWeek
from events.presenters import days_words, list_words

FOR_A_DAY = "public, max-age=86400"


@require_safe
def week_card(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the picture of a week: its title, its days and its hosts."""
    week = get_object_or_404(PracticeWeek.objects.public().prefetch_related("week_hosts__partnership"), slug=slug)
    hosts = [host.partnership for host in week.week_hosts.all()]
    names = list_words([host.short_name for host in hosts])
    words = pictures.CardWords(
        title=week.title,
        days=days_words(week.starts_on, week.ends_on),
        hosts=f"Hosted by {names}" if names else "",
        colours=tuple(host.colour for host in hosts),
    )
    return picture_answer(request, pictures.week_card(words), kept="public, no-cache")


@require_safe
def site_card(request: HttpRequest) -> HttpResponseBase:
    """Send the picture of the whole site."""
    return picture_answer(request, pictures.site_card())


def picture_answer(
    request: HttpRequest, body: bytes, content_type: str = "image/png", *, kept: str = FOR_A_DAY
) -> HttpResponseBase:
    """Send a picture, or 304 to whoever has it; HEAD is told what GET would send.

    ``kept`` says for how long it may be kept without asking again: one that changes with a release only, for a day.
    """
    answer = HttpResponse(b"" if request.method == "HEAD" else body, content_type=content_type)
    answer.headers["Cache-Control"] = kept
    answer.headers["Content-Length"] = str(len(body))
    answer.headers["ETag"] = etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=etag, response=answer) or answer

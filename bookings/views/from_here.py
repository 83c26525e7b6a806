"""For forms on pages that everybody sees: who sent them is told by the browser, not by a token in a cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_callable
from django.views.decorators.csrf import csrf_exempt

View = Callable[[HttpRequest], HttpResponse]

OURS: Final = frozenset({"same-origin", "none"})


def from_here(view: View) -> View:
    """Refuse a form that a page of another site sent; ask for no token.

    A token would set a cookie in the browser of everybody who looks at the page. Browsers say where each form
    comes from, and no page can make them say otherwise. A program that says nothing has nobody's cookies to misuse.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        refuse: View = get_callable(settings.CSRF_FAILURE_VIEW)
        return refuse(request) if is_from_elsewhere(request) else view(request)

    return answer


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether the browser names another origin than this site as where a request comes from."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in OURS
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()

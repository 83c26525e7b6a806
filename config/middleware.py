"""What holds for every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from people.second_factor import step_of

SAFE = frozenset({"GET", "HEAD"})


class PrivatePagesMiddleware:
    """A page made for somebody signed in is kept by no cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid storing where the session was read to know who asks."""
        response = self.get_response(request)
        if getattr(request, "_cached_user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class SecondFactorMiddleware:
    """Nothing of the organisers' pages or the admin answers an organiser who has not used a second factor.

    It stands before every view and knows the pages by their prefix, so that a new page cannot be forgotten. Whoever
    is not signed in, or is no organiser, is the view's affair. Tokens of the API come from elsewhere and are let be.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send organisers to set a second factor up, or to use it; then back to where they were going."""
        for start in (reverse("organise"), reverse("admin:index")):
            if request.path_info.startswith(start) and (step := step_of(request, at=timezone.now())):
                page = reverse("mfa_index" if step == "set up" else "mfa_reauthenticate")
                wanted = request.get_full_path() if request.method in SAFE else start
                return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted})}")
        return self.get_response(request)

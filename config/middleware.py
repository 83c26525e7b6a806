"""What holds for every answer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode

from bookings import actions
from bookings.audited import ADMIN_PEOPLE, PLACES, READ, RECORDED, SESSIONS
from bookings.models import AccessNeed, AuditEvent, Booking
from config.logs import SECRETS, scrubbed
from people.models import User
from people.second_factor import step_of

LONGEST_QUERY = 500  # characters of an address's query that are noted
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


class AuditMiddleware:
    """Nobody gets a page about people, or a list of them, unless it is noted who, when and whose.

    It stands before every view and knows the pages by `bookings.audited`. What a form changes is noted too, where the
    change has no history of its own. The note is written before the answer goes out: where it cannot be, neither
    does the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and note it."""
        response = self.get_response(request)
        found = request.resolver_match
        verb = _verb_of(request, response, found.view_name) if found else ""
        # Who asks is looked up for what is noted alone: other answers must not depend on anybody.
        user = getattr(request, "user", None) if verb else None
        if found and isinstance(user, User):
            session, person = _about(found)
            details = {name: str(value) for name, value in found.kwargs.items() if name not in SECRETS}
            if query := request.META.get("QUERY_STRING", ""):
                details["query"] = scrubbed(f"?{query[:LONGEST_QUERY]}")[1:]
            now = timezone.now()
            actions.note(user, verb, found.view_name, at=now, session=session, person=person, details=details)
        return response


def _verb_of(request: HttpRequest, response: HttpResponse, name: str) -> str:
    """Return what to note of an answered request; empty for nothing."""
    if request.method in SAFE:
        if response.status_code != 200:
            return ""
        page = READ.get(name)
        if page is not None:
            return AuditEvent.Verb.EXPORT if page.is_file else AuditEvent.Verb.READ
        return AuditEvent.Verb.READ if name.startswith(ADMIN_PEOPLE) else ""
    is_done = response.status_code < 400 and name not in RECORDED
    return AuditEvent.Verb.WRITE if is_done and request.path_info.startswith(PLACES) else ""


def _about(found: ResolverMatch) -> tuple[int | None, int | None]:
    """Return the session and the person that an address is about, by number; None for each that it does not name."""
    name, parts = found.view_name, found.kwargs
    page = READ.get(name)
    about, part = (page.about, page.part) if page else ("", "pk")
    if not about and name.startswith(SESSIONS):
        about, part = "session", "session_id" if "session_id" in parts else "pk"
    if name.startswith("need_"):
        about = "need"
    if name in {"admin:bookings_booking_change", "admin:people_user_change"}:
        about, part = ("booking" if "booking" in name else "person"), "object_id"
    return _numbers(about, parts.get(part))


def _numbers(about: str, number: Any) -> tuple[int | None, int | None]:
    """Return session and person of what a number stands for; one query for a booking or a need, none otherwise."""
    rows: Any
    if not str(number).isdecimal():  # the admin answers what is no number kindly
        return None, None
    match about:
        case "session":
            return int(number), None
        case "person":
            return None, int(number)
        case "booking":
            rows = Booking.objects.filter(pk=number).values_list("session", "practitioner")
        case "need":
            rows = AccessNeed.objects.filter(pk=number).values_list("booking__session", "booking__practitioner")
        case _:
            return None, None
    return rows.first() or (None, None)

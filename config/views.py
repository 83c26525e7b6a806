"""Pages of the whole site: statements, the contrast switch, the components, and what is said when a page fails."""

import sys

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from config import statements
from config.context import CONTRAST_COOKIE
from events import pictures
from events.contention import is_away
from events.errors import Away
from events.form_fields import MomentInput, TickBoxes, WallTimeField
from events.views.pictures import picture_answer
from people.models import Partnership

CONTRAST_KEPT_SECONDS = 365 * 24 * 3600


class SpecimenForm(forms.Form):
    """A form with each kind of field, one of them wrong, to be looked at."""

    line = forms.CharField(label="A line", help_text="What is meant.", error_messages={"required": "Enter a line."})
    kind = forms.ChoiceField(label="A choice", choices=[("a", "One"), ("b", "Another")])
    yes = forms.BooleanField(label="A yes or no", required=False)
    some = forms.MultipleChoiceField(
        label="Some of several", choices=[("a", "One"), ("b", "Another")], required=False, widget=TickBoxes
    )
    moment = WallTimeField(label="A day and a time", required=False, widget=MomentInput)


@require_safe
def statement(request: HttpRequest, name: str) -> HttpResponse:
    """Show the statement on accessibility, privacy or terms, and each partnership's own under it.

    ``?partnership=slug&version=n`` shows one version of a partnership's own, older ones too.
    """
    today = timezone.localdate()
    if "partnership" in request.GET or "version" in request.GET:
        asked = {key: request.GET.get(key, "") for key in ("partnership", "version")}
        found = statements.version_of(name, on=today, **asked)
        if found is None:
            raise Http404
        return render(request, "statements/version.html", {"statement": found, "address": reverse(name)})
    context = {
        "partnerships": Partnership.objects.all(),
        "version": statements.OWN[name],
        "own_statements": statements.of_partnerships(name, on=today),
    }
    return render(request, f"statements/{name}.html", context)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component of the design on one page."""
    context = {"tones": ["", "good", "attention", "stop", "quiet"], "form": SpecimenForm({"kind": "a"})}
    return render(request, "components.html", context)


@require_safe
def icon(request: HttpRequest) -> HttpResponseBase:
    """Send the icon to what asks for it by its old name; browsers that know SVG take that one."""
    return picture_answer(request, pictures.favicon(), "image/x-icon")


@require_safe
def touch_icon(request: HttpRequest) -> HttpResponseBase:
    """Send the icon of a phone's home screen."""
    return picture_answer(request, pictures.touch_icon())


@csrf_exempt  # it changes how this browser shows pages and nothing else; without it every public page sets a cookie
@require_POST
def contrast(request: HttpRequest) -> HttpResponse:
    """Switch the high-contrast palette on or off for this browser, and go back to the page it was asked on."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if is_ours else reverse("home"))
    if request.COOKIES.get(CONTRAST_COOKIE) == "high":
        response.delete_cookie(CONTRAST_COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            CONTRAST_COOKIE,
            "high",
            max_age=CONTRAST_KEPT_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that the request cannot be read: too large, or not formed as a browser forms it."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that the page is not for this person."""
    return render(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that the form was too old, or that cookies are off."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that there is no such page."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say that the fault is ours. Reads neither the database nor the session: one of them may be what failed.

    While the database is gone the answer is 503, and says after how many seconds to come again.
    """
    if not is_away(sys.exception()):
        return HttpResponse(render_to_string("errors/500.html"), status=500)
    retry = {"Retry-After": str(Away.retry_after_seconds)}
    return HttpResponse(render_to_string("errors/500.html"), status=503, headers=retry)

"""Who sends a request: the owner of a bearer token, or somebody signed in with a browser."""

import re
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from people.models import ApiToken, User
from people.models.access import digest
from people.second_factor import step_of

SECOND_FACTOR: Final = "Organisers sign in with a second factor. Open /me/security/ with this browser, then try again."
BEARER: Final = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,200})\Z", re.IGNORECASE)


def token_of(request: HttpRequest) -> ApiToken | None:
    """Return the live token a request carries, with its user and their organisation; None where it carries none.

    Asks the database once for each request, whoever calls. Raises AuthenticationFailed for a header of another
    form and for a token that is unknown, expired, revoked or of somebody who is no longer active.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if not header:
        return None
    if (known := getattr(request, "api_token", None)) is not None:
        token: ApiToken = known
        return token
    if not (match := BEARER.match(header)):
        raise exceptions.AuthenticationFailed("Send your token in the header, as: Authorization: Bearer TOKEN.")
    wanted = ApiToken.objects.select_related("user__organisation").filter(digest=digest(match[1])).order_by()
    found = next(iter(wanted), None)  # there is at most one; `first` would sort
    if found is None or not found.is_live(at=timezone.now()) or not found.user.is_active:
        raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
    request.api_token = found  # type: ignore[attr-defined]  # kept beside the request for whoever asks next
    return found


class TokenAuthentication(authentication.BaseAuthentication):
    """A program acts for the owner of its token, within the token's scope."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the owner and the token; raises PermissionDenied where a token that reads tries to write."""
        token = token_of(request._request)  # noqa: SLF001 - shared with those who stand before the views
        if token is None:
            return None
        if token.scope != ApiToken.Scope.WRITE and request.method not in SAFE_METHODS:
            raise exceptions.PermissionDenied("This token may read, but not write.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the framework passes it
        """Return what a 401 asks for."""
        return 'Bearer realm="Practice Weeks"'


class SessionAuthentication(authentication.SessionAuthentication):
    """Somebody signed in with a browser; whatever writes needs the CSRF token, and organisers their second factor."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return who is signed in; raises PermissionDenied for an organiser who has proved too little in this visit."""
        known: tuple[Any, None] | None = super().authenticate(request)
        if known and step_of(request._request, at=timezone.now()):  # noqa: SLF001 - the session is there
            raise exceptions.PermissionDenied(SECOND_FACTOR)
        return known

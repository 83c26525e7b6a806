"""Every fault of the API as application/problem+json (RFC 9457), with a stable ``code``."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer

from bookings.api.serializers import BookingAnswer
from bookings.errors import AlreadyBooked
from events.contention import is_away, is_lock_failure
from events.errors import Away, Busy, Refusal
from people.text import strip_controls

logger = logging.getLogger(__name__)

PROBLEM_JSON: Final = "application/problem+json"
LONGEST: Final = 500
INVALID: Final = "The request has faults; each is named in errors."
NOT_HERE: Final = "There is nothing at this address."
CODES: Final[dict[type[exceptions.APIException], str]] = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.PermissionDenied: "permission_denied",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "throttled",
}
SENTENCES: Final[dict[type[exceptions.APIException], str]] = {
    exceptions.NotAuthenticated: "Say who you are: send a token, or sign in.",
    exceptions.MethodNotAllowed: "This address does not answer that method; the header Allow names those it does.",
    exceptions.NotAcceptable: "This address answers in application/json only.",
    exceptions.UnsupportedMediaType: "Send the body as application/json.",
}


def document(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """Return the members of a problem; ``detail`` is cut and cleaned, so that it can quote what was sent."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _words(detail),
        "code": code,
        **more,
    }


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """Return a problem as a finished answer, for those who stand outside the views."""
    return rendered(document(status, code, detail, **more))


def rendered(members: dict[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a problem's members as a finished answer, with more headers where there are some."""
    headers = {"Cache-Control": "no-store", **(headers or {})}
    body = JSONRenderer().render(members)
    return HttpResponse(body, status=members["status"], content_type=PROBLEM_JSON, headers=headers)


def problem_response(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the answer to an error raised in a view, in JSON whatever the view itself answers in.

    What is no refusal and no fault of the request is a bug: it is logged with its traceback, reported to
    whoever listens to Django's own signal, and answered 500 without a word about its cause.
    """
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (seconds := _seconds_to_wait(error)) is not None:
        headers["Retry-After"] = str(seconds)
    members = _members(error)
    if members is None or members["code"] == Away.code:
        request = context["request"]._request  # noqa: SLF001 - Django's signal is about Django's own request
        logger.error("failed: %s %s", request.method, request.path, exc_info=error)
        got_request_exception.send(sender=None, request=request)
    if members is None:
        members = document(500, "internal_error", "Something went wrong here. It has been noted; please try again.")
    return rendered(members, headers)


def _members(error: Exception) -> dict[str, Any] | None:
    """Return the problem an error stands for; None for a bug."""
    return _refused(error) or _unusable(error) or _unseen(error)


def _refused(error: Exception) -> dict[str, Any] | None:
    """Return the problem of what was understood but cannot be done, or not now."""
    match error:
        case AlreadyBooked():
            return document(409, error.code, error.sentence, booking=BookingAnswer(error.booking).data)
        case Refusal():
            return document(409, error.code, error.sentence)
        case _ if _is_busy(error):
            return document(503, Busy.code, Busy.__doc__ or "")
        case _ if is_away(error):
            return document(503, Away.code, Away.__doc__ or "")
    return None


def _unusable(error: Exception) -> dict[str, Any] | None:
    """Return the problem of a request that cannot be used."""
    match error:
        case RequestDataTooBig():
            return too_large()
        case SuspiciousOperation() | UnreadablePostError():
            return document(400, "malformed", "The request cannot be read: it is broken off, or has too many parts.")
        case exceptions.ValidationError():
            return document(400, "invalid", INVALID, errors=_flat(error.detail))
        case ModelValidationError():
            return document(400, "invalid", INVALID, errors=_flat(exceptions.ValidationError(_by_field(error)).detail))
    return None


def _unseen(error: Exception) -> dict[str, Any] | None:
    """Return the problem of what is not there, not allowed, or wrong in another way the framework has a name for."""
    match error:
        case Http404():
            return document(404, "not_found", str(error) or NOT_HERE)
        case PermissionDenied():
            return document(403, "permission_denied", str(error) or "You may not do this.")
        case exceptions.APIException():
            return _framework_problem(error)
    return None


def away() -> HttpResponse:
    """Return the answer of those who stand outside the views, when the database is gone."""
    members = document(503, Away.code, Away.__doc__ or "")
    return rendered(members, {"Retry-After": str(Away.retry_after_seconds)})


def too_large() -> dict[str, Any]:
    """Return the problem of a body that was not read to its end."""
    return document(413, "too_large", f"The body is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.")


def _is_busy(error: Exception) -> bool:
    """Say whether the same request may succeed in a moment."""
    return isinstance(error, Busy) or (isinstance(error, OperationalError) and is_lock_failure(error))


def _framework_problem(error: exceptions.APIException) -> dict[str, Any]:
    """Return the problem of one of the framework's own errors."""
    kind = next((kind for kind in CODES if isinstance(error, kind)), None)
    code = CODES[kind] if kind else "refused"
    return document(error.status_code, code, SENTENCES.get(kind, str(error.detail)) if kind else str(error.detail))


def _seconds_to_wait(error: Exception) -> int | None:
    """Return after how many seconds the same request may succeed."""
    if isinstance(error, exceptions.Throttled):
        wait: float | None = getattr(error, "wait", None)
        return None if wait is None else int(wait)
    if _is_busy(error):
        return Busy.retry_after_seconds
    if is_away(error):
        return Away.retry_after_seconds
    return None


def _by_field(error: ModelValidationError) -> dict[str, list[str]]:
    """Return a model's complaints by field; those about the whole row stand under ``non_field_errors``."""
    if not hasattr(error, "error_dict"):
        return {"non_field_errors": error.messages}
    return {("non_field_errors" if name == "__all__" else name): words for name, words in error.message_dict.items()}


def _flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return errors by field with dots between a field and the one it stands in: ``practitioner.email``."""
    if isinstance(detail, Mapping):
        pairs = detail.items()
    elif isinstance(detail, list) and any(isinstance(part, Mapping | list) for part in detail):
        pairs = {str(position): part for position, part in enumerate(detail) if part}.items()
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        return {prefix or "non_field_errors": [_words(str(sentence)) for sentence in sentences]}
    found: dict[str, list[str]] = {}
    for name, part in pairs:
        inner = str(name) if name != "non_field_errors" or not prefix else ""
        found |= _flat(part, ".".join(word for word in (prefix, inner) if word))
    return found


def _words(text: str) -> str:
    """Return a sentence as an answer can carry it."""
    return strip_controls(text)[:LONGEST]

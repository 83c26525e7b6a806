"""The addresses that load balancers, alarms and Prometheus read."""

import logging
import secrets
from dataclasses import asdict
from http import HTTPStatus

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import health, metrics

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Answer that the process is up; asks nobody."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while people can use the site, 503 while they cannot; what else fails is told and no more."""
    found = health.examine()
    return _answer(found, good=found.can_serve)


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Answer 200 while everything works, 503 when anything fails; 404 for those the settings do not let in."""
    _let_in(request)
    found = health.examine()
    return _answer(found, good=found.is_whole)


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Answer the site's figures as Prometheus reads them; 404 for those the settings do not let in.

    503 where the database does not answer, or not in time.
    """
    _let_in(request)
    try:
        figures = metrics.exposition()
    except Error as error:
        logger.warning("no figures: %s", type(error).__name__)
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain; charset=utf-8")
    return HttpResponse(figures, content_type="text/plain; version=0.0.4; charset=utf-8")


def _answer(found: health.Health, *, good: bool) -> JsonResponse:
    code = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"status": "ok" if good else "failing", **asdict(found)}, status=code)


def _let_in(request: HttpRequest) -> None:
    """Let in whoever sends HEALTH_TOKEN as a bearer token or comes from INTERNAL_IPS; raises Http404 for others."""
    sent = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.HEALTH_TOKEN}"
    knows_token = bool(settings.HEALTH_TOKEN) and secrets.compare_digest(sent.encode(), expected.encode())
    if not knows_token and request.META.get("REMOTE_ADDR") not in settings.INTERNAL_IPS:
        raise Http404

"""What a page says when the database could not be had in time."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.generic import View

from events.errors import Busy

logger = logging.getLogger(__name__)


class BusyMixin(View):
    """For a view that changes something: Busy becomes a page that says nothing was changed, and when to try again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or ask for a moment."""
        try:
            answer = super().dispatch(request, *args, **kwargs)
        except Busy as busy:
            logger.warning("too busy for %s", request.path)
            page: HttpResponse = render(request, "errors/503.html", {"sentence": str(busy)}, status=503)
            page.headers["Retry-After"] = str(busy.retry_after_seconds)
            return page
        return answer

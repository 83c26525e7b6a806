"""Stopping a kind of mail from the mail itself, without signing in: by a button on a page, or by the mail program."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from bookings.views.signed_links import HEADERS
from notifications import choices
from notifications.stop_links import named_in
from people.models import User


@method_decorator(csrf_exempt, name="dispatch")  # mail programs post here by themselves (RFC 8058), without cookies
class Stop(TemplateView):
    """Ask whether to stop mails of a kind; posting does, whoever posts and however often."""

    template_name = "notifications/stop.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find who and what the address names; one that was not made here is as absent as any other page."""
        found = named_in(kwargs["token"])
        if found is None or not User.objects.filter(pk=found[0]).exists():
            raise Http404
        self.person_id, self.kind = found
        answer = super().dispatch(request, *args, **kwargs)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Stop them, and say so on the same page: no mail program follows a redirect."""
        choices.switch_off(self.person_id, self.kind, at=timezone.now())
        return self.render_to_response(self.get_context_data(is_off=True))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return which kind it is, and whether it is off."""
        is_off = choices.is_switched_off(self.person_id, self.kind)
        return super().get_context_data(**{"kind": self.kind, "is_off": is_off, **kwargs})

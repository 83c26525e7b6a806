"""My messages: what I was sent, and what I do not want to be sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from notifications import choices
from notifications.forms import ChoicesForm
from notifications.views import log
from people.signin import signed_in


class MyMessages(log.MyMessages):
    """The log of one's own messages, with every kind that one may switch off."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send from now on what is ticked."""
        person, at = signed_in(request), timezone.now()
        form = ChoicesForm(request.POST, kinds=choices.offered(person, at=at))
        if form.is_valid():  # ticks cannot be wrong: what is none of ours is not read
            choices.choose(person, wanted=form.wanted, at=at)
            messages.success(request, "Saved. This holds from the next mail on.")
        return redirect("my_messages")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the log with the choices as they are."""
        person = signed_in(self.request)
        off, kinds = choices.switched_off(person), choices.offered(person, at=timezone.now())
        form = ChoicesForm(initial={kind.value: kind not in off for kind in kinds}, kinds=kinds)
        return super().get_context_data(**{**kwargs, "form": form})

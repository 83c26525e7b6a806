"""The outbox as a whole, for administrators: what stands where, holding it and letting it go."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView, View

from events.views.organise.access import AdministratorMixin
from notifications import holding, nudge, outbox_page
from notifications.forms import HoldForm
from notifications.log import MessageLine

ON_A_PAGE: Final = 50


class Outbox(AdministratorMixin, FormView[HoldForm]):
    """How many messages stand where, and which of them nobody sends by itself; posting holds the outbox."""

    template_name = "notifications/outbox.html"
    form_class = HoldForm
    extra_context = {"organise_here": "addresses"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the state, the counts and a page of what ended badly."""
        page = Paginator(outbox_page.ended_badly(), ON_A_PAGE).get_page(self.request.GET.get("page"))
        facts = {
            "state": holding.state(),
            "counts": outbox_page.counts(at=self.at),
            "page": page,
            "lines": [MessageLine(message) for message in page.object_list],
        }
        return super().get_context_data(**{**kwargs, **facts})

    def form_valid(self, form: HoldForm) -> HttpResponse:
        """Hold it."""
        if holding.hold(reason=form.cleaned_data["reason"], by=self.actor, at=self.at):
            messages.success(self.request, "The outbox is held: nothing is sent until somebody releases it.")
        else:
            messages.warning(self.request, "Somebody has held the outbox already.")
        return redirect("organise_outbox")


class Release(AdministratorMixin, View):
    """Let the outbox send again; ``set_aside`` leaves out what was due when it was held."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do so."""
        count = holding.release(by=self.actor, at=self.at, set_aside=bool(request.POST.get("set_aside")))
        if count is None:
            messages.warning(request, "The outbox was not held.")
        else:
            nudge.after_commit()
            aside = f" Set aside as perhaps sent: {count}." if count else ""
            messages.success(request, f"The outbox is released.{aside}")
        return redirect("organise_outbox")

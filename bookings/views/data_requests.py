"""What people ask about their data, for administrators: the list, and noting, acknowledging and closing one."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from bookings import actions
from bookings.request_forms import AcknowledgeForm, CloseForm, RequestForm
from events.dates import long_day
from events.views.organise.access import AdministratorMixin
from events.views.organise.pages import OrganiseFormView
from events.wall_time import LONDON
from people.models import DataRequest

ON_A_PAGE: Final = 50
HERE: Final = {"organise_here": "data"}


@dataclass(frozen=True)
class RequestLine:
    """A request in words."""

    request: DataRequest
    today: date

    @property
    def due(self) -> str:
        """Return what is due by when; empty of one that is closed."""
        row = self.request
        if row.closed_on:
            return ""
        if row.kind == DataRequest.Kind.COMPLAINT and row.acknowledged_on:
            return "Answer without undue delay"
        what = "Acknowledge" if row.kind == DataRequest.Kind.COMPLAINT else "Answer"
        return f"{what} by {long_day(row.due_on)}"

    @property
    def is_late(self) -> bool:
        """Say whether the day it was due is over."""
        is_complaint = self.request.kind == DataRequest.Kind.COMPLAINT
        is_met = self.request.closed_on or (is_complaint and self.request.acknowledged_on)
        return not is_met and self.today > self.request.due_on

    @property
    def story(self) -> str:
        """Return what happened to it."""
        row = self.request
        parts = [f"Came in on {long_day(row.received_on)}"]
        if row.acknowledged_on:
            parts.append(f"acknowledged on {long_day(row.acknowledged_on)}")
        if row.closed_on:
            parts.append(f"closed on {long_day(row.closed_on)}: {row.outcome}")
        return ", ".join(parts)


class DataRequests(AdministratorMixin, TemplateView):
    """Every request, the open ones first."""

    template_name = "bookings/data_requests.html"
    extra_context = HERE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of them, in words."""
        open_first = F("closed_on").desc(nulls_first=True)
        rows = DataRequest.objects.order_by(open_first, "received_on", "pk").select_related("handled_by")
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        today = self.at.astimezone(LONDON).date()
        lines = [RequestLine(row, today) for row in page.object_list]
        return super().get_context_data(**{**kwargs, "page": page, "lines": lines})


class RequestFormView(AdministratorMixin, OrganiseFormView):
    """A form about requests; what a day is refused for stands at the day."""

    template_name = "bookings/data_request_form.html"
    extra_context = HERE
    day = "on"

    @property
    def today(self) -> date:
        """Return the day by London's clock."""
        return self.at.astimezone(LONDON).date()

    @property
    def shown_at(self) -> dict[str, str]:  # type: ignore[override]
        """Return at which field refusals stand."""
        return {"day_in_future": self.day, "day_before_request": self.day}

    def get_initial(self) -> dict[str, Any]:
        """Return today."""
        return {self.day: self.today}


class Note(RequestFormView):
    """Note what somebody asks."""

    form_class = RequestForm
    day = "received_on"
    extra_context = {**HERE, "title": "Note a request", "button": "Note it"}

    def act(self, form: RequestForm) -> HttpResponse:
        """Note it."""
        said = form.cleaned_data
        actions.note_request(
            said["kind"], about=said["about"], received_on=said["received_on"], actor=self.actor, at=self.at
        )
        return redirect("data_requests")


class AboutRequest(RequestFormView):
    """A form about one request."""

    @cached_property
    def asked(self) -> DataRequest:
        """Return the request; raises Http404."""
        found: DataRequest = get_object_or_404(DataRequest, pk=self.kwargs["pk"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form with its request."""
        return {**super().get_context_data(**kwargs), "line": RequestLine(self.asked, self.today)}


class Acknowledge(AboutRequest):
    """Note that somebody was told that their request has come."""

    form_class = AcknowledgeForm
    extra_context = {**HERE, "title": "Acknowledge a request", "button": "Note that it is acknowledged"}

    def act(self, form: AcknowledgeForm) -> HttpResponse:
        """Note it."""
        actions.acknowledge_request(self.asked, on=form.cleaned_data["on"], actor=self.actor, at=self.at)
        return redirect("data_requests")


class Close(AboutRequest):
    """Note what came of a request."""

    form_class = CloseForm
    extra_context = {**HERE, "title": "Close a request", "button": "Close it"}

    def act(self, form: CloseForm) -> HttpResponse:
        """Note it."""
        said = form.cleaned_data
        actions.close_request(self.asked, on=said["on"], outcome=said["outcome"], actor=self.actor, at=self.at)
        return redirect("data_requests")

"""Giving one's place to a colleague: asked by the one, answered by the other from the mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from bookings import actions, policies
from bookings.asked_words import handover_words
from bookings.booking_page import read_booking_page
from bookings.errors import AlreadyAnswered, AlreadyBooked, NotSubstitutable
from bookings.forms import ColleagueForm
from bookings.links import HANDOVER
from bookings.models import Answer, Booking, Handover
from bookings.views.mine import my_booking_of
from bookings.views.signed_links import SignedPage
from events.presenters import SessionLine
from events.views.busy import BusyMixin
from events.views.refusals import RefusalFormView
from people.actions import person_with
from people.forms import DetailsForm
from people.models import User
from people.signin import signed_in

BOOKED_ALREADY = "You have booked this session already. You keep your own booking as it was, and nothing has changed."
WORDS = {"take": Answer.YES, "no": Answer.NO}


class GiveToColleague(LoginRequiredMixin, BusyMixin, RefusalFormView):
    """Ask a colleague by address; while they are asked, say so."""

    form_class = ColleagueForm
    template_name = "bookings/colleague.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the booking among one's own."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.page = read_booking_page(my_booking_of(request, kwargs["pk"]), at=self.at)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; where the place cannot be given any more the booking is shown instead."""
        return super().get(request, *args, **kwargs) if self.page.may_give else redirect(self.page.booking)

    def act(self, form: ColleagueForm) -> HttpResponse:
        """Ask the colleague."""
        booking, email = self.page.booking, form.cleaned_data["email"]
        actions.ask_colleague(booking, email=email, at=self.at, actor=booking.practitioner)
        messages.success(self.request, f"We ask {email}. Until they accept, the place is yours.")
        return redirect(booking)

    def form_invalid(self, form: ColleagueForm) -> HttpResponse:
        """Say what is wrong with the address."""
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        return super().get_context_data(page=self.page, line=self.page.line, booking=self.page.booking, **kwargs)


class Withdraw(LoginRequiredMixin, BusyMixin):
    """Ask the colleague no more; twice is as once."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Withdraw the question, and show the booking as it stands."""
        booking = my_booking_of(request, pk)
        actions.withdraw_handover(booking, at=timezone.now(), actor=signed_in(request))
        messages.success(request, "Your colleague is not asked any more.")
        return redirect(booking)


class TakePlace(SignedPage):
    """The colleague's page: take the place, or not; they say who they are where that is not known."""

    purpose = HANDOVER
    template_name = "bookings/handover.html"

    def read(self, key: int) -> None:
        """Find the question, and the colleague where they are known."""
        rows = Handover.objects.select_related("booking__session__venue", "booking__session__room")
        self.handover = get_object_or_404(rows, pk=key)
        self.colleague = User.objects.known_as(self.handover.colleague_email)

    @property
    def asks_details(self) -> bool:
        """Say whether the colleague's name, organisation or job role is missing."""
        return self.colleague is None or not self.colleague.has_details

    def get_form(self, form_class: Any = None) -> forms.BaseForm:  # noqa: ARG002 - Django's signature
        """Return an empty form of the details; what is known of an account stands nowhere on this page."""
        data = self.request.POST if self.request.method == "POST" else None
        asks = self.asks_details and (data is None or self.answer == "take")
        return DetailsForm(data, instance=User()) if asks else forms.Form(data)

    def act(self, form: forms.BaseForm) -> HttpResponse:
        """Write the answer; the same answer once more changes nothing."""
        wanted = WORDS.get(self.answer)
        if wanted is None:
            return self.unknown_answer(form)
        try:
            if wanted == Answer.YES:
                self._take(form.cleaned_data)
            else:
                actions.answer_handover(self.handover, takes=False, at=self.at)
        except AlreadyBooked as refusal:
            raise NotSubstitutable(BOOKED_ALREADY) from refusal
        except AlreadyAnswered:
            self.read(self.handover.pk)
            if self.handover.answer != wanted:
                raise
        return redirect(self.request.path)

    def _take(self, details: dict[str, Any]) -> None:
        """Keep who the colleague is, as far as it was not known, and give them the place; both or neither."""
        named = {"name": "name", "organisation": "organisation_name", "job_role": "job_role"}
        with transaction.atomic():
            known = {field: details.get(name, "") for field, name in named.items()}
            person = person_with(self.handover.colleague_email, details=known)
            if not person.is_active:
                raise NotSubstitutable("This account is closed. Write to the organisers if you want the place.")
            actions.answer_handover(self.handover, takes=True, at=self.at, practitioner=person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return who offers what, and where the question stands."""
        booking = self.handover.booking
        taken = Booking.objects.filter(substitute_for=booking).first() if self.handover.answer == Answer.YES else None
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "asked": handover_words(self.handover, at=self.at),
            "booking": booking,
            "line": SessionLine(booking.session, self.at),
            "taken": taken,
            "asks_needs": policies.asks_for_needs(booking.session),
            "asks_details": isinstance(context["form"], DetailsForm),
        }

"""A place that is offered for a time: accept or decline it, from the mail's link or signed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from bookings import actions, policies
from bookings.booking_page import BookingPage, read_booking_page
from bookings.forms import AcceptForm
from bookings.links import OFFER
from bookings.models import Booking, policy_of
from bookings.questions import Questions
from bookings.states import Status
from bookings.views.mine import my_booking_of
from bookings.views.signed_links import UNKNOWN_ANSWER, SignedPage
from events.views.busy import BusyMixin
from events.views.refusals import RefusalFormView


class AnswersOffer(RefusalFormView):
    """What both pages do: ask about the line manager where one is to be asked, and write the answer."""

    template_name = "bookings/offer.html"
    booking: Booking
    at: Any

    def get_form(self, form_class: Any = None) -> AcceptForm:  # noqa: ARG002 - Django's signature
        """Return what is asked of whoever accepts; of whoever declines nothing is."""
        declines = self.request.POST.get("answer") == "decline"
        is_asked = not declines and self._asks_manager
        return AcceptForm(
            self.request.POST if self.request.method == "POST" else None,
            asks=Questions(manager="asked" if is_asked else ""),
            person=self.booking.practitioner,
        )

    @property
    def _asks_manager(self) -> bool:
        """Say whether a line manager is to be named."""
        return policies.asks_manager_to_accept(self.booking, policy_of(self.booking.session), at=self.at)

    def act(self, form: AcceptForm) -> HttpResponse:
        """Write the answer; the same answer once more changes nothing."""
        match self.request.POST.get("answer"):
            case "accept":
                actions.accept(self.booking, at=self.at, actor=self.booking.practitioner, manager=form.manager)
                form.keep()
            case "decline":
                actions.decline(self.booking, at=self.at, actor=self.booking.practitioner)
            case _:
                form.add_error(None, UNKNOWN_ANSWER)
                return self.form_invalid(form)
        return self.answered()

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong with what was typed."""
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def answered(self) -> HttpResponse:
        """Go to where what became of it is said."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the booking as it stands now, which an answer in another window may have changed."""
        page = self.page
        return super().get_context_data(page=page, line=page.line, booking=page.booking, **kwargs)

    @property
    def page(self) -> BookingPage:
        """Return what the page says of the booking."""
        booking = Booking.objects.with_session().with_position().get(pk=self.booking.pk)
        return read_booking_page(booking, at=self.at)


class OfferByLink(AnswersOffer, SignedPage):
    """The page of the mail's link; it needs no sign-in."""

    purpose = OFFER
    extra_context = {"is_mine": False}

    def read(self, key: int) -> None:
        """Find the booking."""
        self.booking = get_object_or_404(Booking.objects.select_related("practitioner", "session"), pk=key)

    def answered(self) -> HttpResponse:
        """Show the same page, which now says what became of the offer."""
        return redirect(self.request.path)


class MyOffer(LoginRequiredMixin, BusyMixin, AnswersOffer):
    """The same for whoever is signed in."""

    extra_context = {"is_mine": True}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the booking among one's own."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.booking = my_booking_of(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; where nothing is offered the booking is shown instead."""
        if policies.why_not_offer(self.booking, at=self.at):
            return redirect(self.booking)
        return super().get(request, *args, **kwargs)

    def answered(self) -> HttpResponse:
        """Show the booking."""
        booking = self.page.booking
        words = {
            Status.CONFIRMED: "The place is yours.",
            Status.AWAITING_APPROVAL: "You have accepted. Your line manager is asked.",
            Status.DECLINED: "You have declined the place.",
        }
        if sentence := words.get(Status(booking.status)):
            messages.success(self.request, sentence)
        return redirect(booking)

"""The pages behind the links of a reminder: each answers one thing without signing in, and looking changes nothing."""

from abc import abstractmethod
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from bookings import actions, from_reminder
from bookings.booking_page import read_booking_page
from bookings.forms import ColleagueForm
from bookings.from_reminder import FromReminder
from bookings.links import CANCEL, COMING, GIVE
from bookings.models import Booking
from bookings.views.signed_links import SignedPage


class ReminderPage(SignedPage):
    """One question about one's own booking; pressed twice, late or after the end it says what holds."""

    form_class: Any = forms.Form
    template_name = "bookings/from_reminder.html"

    def read(self, key: int) -> None:
        """Find the booking."""
        rows = Booking.objects.with_session().with_position().select_related("practitioner")
        self.booking = get_object_or_404(rows, pk=key)

    @abstractmethod
    def asked(self) -> FromReminder:
        """Return the question as it stands."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer; where that can no longer be done or is done already, show what holds."""
        if not self.asked().may_answer:
            return redirect(self.request.path)
        return super().post(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the booking as it now stands, which an answer in another window may have changed."""
        self.read(self.booking.pk)
        asked = self.asked()
        return super().get_context_data(asked=asked, line=asked.page.line, booking=self.booking, **kwargs)


class StillComing(ReminderPage):
    """Say that one is still coming."""

    purpose = COMING

    def asked(self) -> FromReminder:
        """Return the question."""
        return from_reminder.still_coming(read_booking_page(self.booking, at=self.at))

    def act(self, form: forms.Form) -> HttpResponse:  # noqa: ARG002 - there is nothing to fill in
        """Note it."""
        actions.say_coming(self.booking, at=self.at)
        return redirect(self.request.path)


class CancelByLink(ReminderPage):
    """Cancel one's booking."""

    purpose = CANCEL

    def asked(self) -> FromReminder:
        """Return the question."""
        return from_reminder.cancelling(read_booking_page(self.booking, at=self.at))

    def act(self, form: forms.Form) -> HttpResponse:  # noqa: ARG002 - there is nothing to fill in
        """Cancel."""
        actions.cancel(self.booking, at=self.at, actor=self.booking.practitioner)
        return redirect(self.request.path)


class GiveByLink(ReminderPage):
    """Ask a colleague by address to take one's place."""

    purpose = GIVE
    form_class = ColleagueForm

    def asked(self) -> FromReminder:
        """Return the question."""
        return from_reminder.giving(read_booking_page(self.booking, at=self.at))

    def act(self, form: ColleagueForm) -> HttpResponse:
        """Ask the colleague; the same once more asks nobody twice."""
        email = form.cleaned_data["email"]
        actions.ask_colleague(self.booking, email=email, at=self.at, actor=self.booking.practitioner)
        return redirect(self.request.path)

"""The page of somebody who declined an invitation in their calendar: give the place up, or keep it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from bookings import actions
from bookings.errors import AlreadyAnswered
from bookings.links import DECLINE
from bookings.models import CalendarReply
from bookings.reply_words import decline_page
from bookings.views.signed_links import SignedPage
from events.presenters import SessionLine


class Decline(SignedPage):
    """Say what was declined and where it stands, and take the answer; it needs no sign-in."""

    purpose = DECLINE
    form_class = forms.Form
    template_name = "bookings/decline.html"

    def read(self, key: int) -> None:
        """Find what was answered, and the question that is open about the place, which may be a later one."""
        rows = CalendarReply.objects.select_related(
            "booking__practitioner", "booking__session__venue", "booking__session__room"
        )
        named = get_object_or_404(rows, pk=key)
        asking = rows.filter(booking=named.booking_id, partstat=CalendarReply.Partstat.DECLINED, answer="")
        self.reply = named if named.asks else (asking.first() or named)

    def act(self, form: forms.Form) -> HttpResponse:
        """Write the answer; the same answer once more changes nothing."""
        booking = self.reply.booking
        match self.answer:
            case "give_up":
                try:
                    actions.give_up_declined(self.reply, at=self.at, actor=booking.practitioner)
                except AlreadyAnswered as refusal:
                    raise AlreadyAnswered(KEPT_MEANWHILE) from refusal
            case "keep":
                actions.keep_declined(self.reply, at=self.at, actor=booking.practitioner)
            case _:
                return self.unknown_answer(form)
        return redirect(self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return where things stand now, which an answer in another window may have changed."""
        self.read(self.reply.pk)
        booking = self.reply.booking
        return super().get_context_data(
            asked=decline_page(self.reply, booking, at=self.at),
            booking=booking,
            line=SessionLine(booking.session, self.at),
            **kwargs,
        )


KEPT_MEANWHILE = "This place is kept already. To give it up after all, cancel on the page of your booking."

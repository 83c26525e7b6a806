"""One session with what can be done about it, and booking it."""

import secrets
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import actions
from bookings.book_page import read_book_page
from bookings.errors import AlreadyBooked, SessionFull
from bookings.forms import BookingDetailsForm, BookingForm
from bookings.models import Booking, policy_of
from bookings.planning import is_free, why_not_pick
from bookings.presenters import WAIT, cancelling_words, deadline_words
from bookings.questions import Questions
from bookings.views.keys import booking_of_key, remember_key
from bookings.views.picks import drop, picked
from events.models import Session
from events.presenters import SessionLine
from events.views.busy import BusyMixin
from events.views.refusals import RefusalFormView
from events.views.sessions import find_session, session_context
from people.forms import DetailsForm
from people.models import User
from people.signin import signed_in


def live_booking(session: Session, user: Any) -> Booking | None:
    """Return the live booking that somebody has on a session."""
    if not user.is_authenticated:
        return None
    found: Booking | None = Booking.objects.live().filter(session=session, practitioner=user).first()
    return found


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a session and the one next step; the programme's part of the page is `events`'."""
    at = timezone.now()
    found = find_session(pk)
    book = read_book_page(found, request.user, at=at)
    step = book.step
    context = {
        **session_context(found, at=at),
        "step": step,
        "book": book,
        "cancel_by": deadline_words(found, book.policy) if step.is_to_come and found.booking_required else "",
        "cancelling": cancelling_words(found, book.policy, at=at),
        "key": secrets.token_urlsafe(12) if request.user.is_authenticated else "",
        "in_plan": found.pk in picked(request.session),
        "may_pick": step.booking is None and why_not_pick(found, at=at) is None,
    }
    return render(request, "bookings/session.html", context)


class Book(LoginRequiredMixin, BusyMixin, RefusalFormView):
    """Book a session, or join its waiting list; asks who one is when that is not known yet."""

    template_name = "bookings/book.html"
    may_wait = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the session first: one that the public may not see is not there."""
        self.at = timezone.now()
        self.session = find_session(kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; whoever has booked already sees the booking instead."""
        if booking := live_booking(self.session, request.user):
            return redirect(booking)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Book; a form that was sent before answers with what it led to."""
        if booking := booking_of_key(request):
            return redirect(booking)
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> forms.BaseForm:  # noqa: ARG002 - Django's signature
        """Return the questions about the person and about what would help them, as far as they are to be asked."""
        person = User.objects.select_related("organisation").get(pk=signed_in(self.request).pk)
        self.practitioner = person
        data = self.request.POST if self.request.method == "POST" else None
        asks = Questions.of(self.session, policy_of(self.session))
        if person.has_details:
            return BookingForm(data, asks=asks, person=person)
        return BookingDetailsForm(data, instance=person, asks=asks, person=person)

    def act(self, form: BookingForm | BookingDetailsForm) -> HttpResponse:
        """Book with the details given, and keep those."""
        try:
            booking = actions.book(
                self.session,
                practitioner=self.practitioner,
                actor=self.practitioner,
                at=self.at,
                join_waiting_list="wait" in self.request.POST,
                need=form.cleaned_data.get("need", ""),
                mode=form.cleaned_data.get("mode", ""),
                manager=form.manager,
            )
        except AlreadyBooked as refusal:
            drop(self.request.session, [self.session.pk])
            messages.info(self.request, "You have booked this session already, and nothing was booked twice.")
            return redirect(refusal.booking)
        except SessionFull as refusal:
            self.session = find_session(self.session.pk)
            self.may_wait = self.session.has_waiting_list
            if self.may_wait:
                why = refusal.sentence if is_free(self.session) else "The last place has just gone."
                raise SessionFull(f"{why} You can join the waiting list instead.") from refusal
            raise
        form.keep()
        remember_key(self.request, booking)
        drop(self.request.session, [self.session.pk])
        return HttpResponseRedirect(booking.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says, with a fresh key for the form."""
        context = super().get_context_data(**kwargs)
        book = read_book_page(self.session, self.practitioner, at=self.at)
        return {
            **context,
            "session": self.session,
            "line": SessionLine(self.session, self.at),
            "book": book,
            "step": replace(book.step, button=WAIT) if self.may_wait else book.step,
            "asks_details": isinstance(context["form"], DetailsForm),
            "cancelling": cancelling_words(self.session, book.policy, at=self.at),
            "key": self.request.POST.get("key") or secrets.token_urlsafe(12),
        }

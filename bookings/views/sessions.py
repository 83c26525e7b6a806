"""One session with what can be done about it, and booking it."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import actions, policies
from bookings.errors import AlreadyBooked, SessionFull
from bookings.forms import DetailsAndNeedForm, NeedForm
from bookings.models import Booking, policy_of
from bookings.planning import why_not_pick
from bookings.presenters import cancelling_words, deadline_words, next_step
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
    policy = policy_of(found)
    step = next_step(found, at=at, booking=live_booking(found, request.user))
    context = {
        **session_context(found, at=at),
        "step": step,
        "cancel_by": deadline_words(found, policy) if step.is_to_come and found.booking_required else "",
        "cancelling": cancelling_words(found, policy, at=at),
        "key": secrets.token_urlsafe(12) if request.user.is_authenticated else "",
        "in_plan": found.pk in picked(request.session),
        "may_pick": step.booking is None and why_not_pick(found, at=at) is None,
    }
    return render(request, "bookings/session.html", context)


class Book(LoginRequiredMixin, BusyMixin, RefusalFormView):
    """Book a session, or join its waiting list; asks who one is when that is not known yet."""

    template_name = "bookings/book.html"

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
        asks_need = policies.asks_for_needs(self.session)
        if person.has_details:
            return NeedForm(data) if asks_need else forms.Form(data)
        return (DetailsAndNeedForm if asks_need else DetailsForm)(data, instance=person)

    def act(self, form: forms.BaseForm) -> HttpResponse:
        """Book with the details given, and keep those."""
        try:
            booking = actions.book(
                self.session,
                practitioner=self.practitioner,
                actor=self.practitioner,
                at=self.at,
                join_waiting_list="wait" in self.request.POST,
                need=form.cleaned_data.get("need", ""),
            )
        except AlreadyBooked as refusal:
            drop(self.request.session, [self.session.pk])
            messages.info(self.request, "You have booked this session already, and nothing was booked twice.")
            return redirect(refusal.booking)
        except SessionFull as refusal:
            self.session = find_session(self.session.pk)
            if self.session.has_waiting_list:
                raise SessionFull("The last place has just gone. You can join the waiting list instead.") from refusal
            raise
        if isinstance(form, DetailsForm):
            form.save()
        remember_key(self.request, booking)
        drop(self.request.session, [self.session.pk])
        return HttpResponseRedirect(booking.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says, with a fresh key for the form."""
        context = super().get_context_data(**kwargs)
        policy = policy_of(self.session)
        return {
            **context,
            "session": self.session,
            "line": SessionLine(self.session, self.at),
            "step": next_step(self.session, at=self.at),
            "asks_details": isinstance(context["form"], DetailsForm),
            "cancelling": cancelling_words(self.session, policy, at=self.at),
            "safety_notice": policy.safety_notice,
            "key": self.request.POST.get("key") or secrets.token_urlsafe(12),
        }

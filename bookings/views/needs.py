"""What would help people to take part: said by each for themselves, read and seen to by those who must act on it."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from bookings import actions
from bookings.forms import NeedForm
from bookings.models import AccessNeed
from bookings.presenters import BookingLine
from bookings.training_page import NeedLine
from bookings.views.mine import my_booking_of
from events.errors import Refusal
from events.presenters import SessionLine
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.refusals import RefusalFormView
from people.signin import signed_in


class MyNeed(LoginRequiredMixin, BusyMixin, RefusalFormView):
    """Say, change or take away what would help one to take part in a session one has booked."""

    form_class = NeedForm
    template_name = "bookings/my_need.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the booking among one's own."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.line = BookingLine(my_booking_of(request, kwargs["pk"]), self.at)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; where there is nothing to say any more the booking is shown instead."""
        return super().get(request, *args, **kwargs) if self.line.may_say_need else redirect(self.line.booking)

    def get_initial(self) -> dict[str, Any]:
        """Return what was said before."""
        return {"need": self.line.need}

    def act(self, form: NeedForm) -> HttpResponse:
        """Keep what was typed; the other button, and an empty field, take it away."""
        text = "" if "remove" in self.request.POST else form.cleaned_data["need"]
        actions.say_need(self.line.booking, text=text, at=self.at)
        messages.success(self.request, "The organisers and trainers of this session see it." if text else "Taken away.")
        return redirect(self.line.booking)

    def form_invalid(self, form: NeedForm) -> HttpResponse:
        """Say what is wrong with the text."""
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        return super().get_context_data(line=self.line, booking=self.line.booking, **kwargs)


class Needs(OrganiserMixin, TemplateView):
    """What organisers have to see to, session by session; what is done stands there until the session is over."""

    template_name = "bookings/needs.html"
    extra_context = {"organise_here": "needs"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the needs of each coming session, the next first, and of each what nobody sees to before the rest."""
        rows = AccessNeed.objects.to_act_on(self.actor, at=self.at).with_booking().unowned_first()
        found = sorted(rows, key=lambda need: (need.booking.session.starts_at, need.booking.session_id))
        sessions = [
            (SessionLine(session, self.at), [NeedLine(need, self.actor) for need in needs])
            for session, needs in groupby(found, key=lambda need: need.booking.session)
        ]
        unowned = sum(line.is_unowned for _, lines in sessions for line in lines)
        return super().get_context_data(sessions=sessions, unowned=unowned, **kwargs)


LONGEST_ID = 19  # digits; a longer number is no id of the database
PAGES = {"training": "training", "organise": "organise_needs"}


@require_POST
@login_required
def see_to(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Note who sees to a need, or that it is done, or neither after all; go back to the place it was said on."""
    at, actor = timezone.now(), signed_in(request)
    need = get_object_or_404(AccessNeed.objects.to_act_on(actor, at=at), pk=pk)
    page = PAGES.get(request.POST.get("page", ""))
    if page is None:
        raise Http404
    try:
        match what:
            case "done":
                actions.tick_need(need, actor=actor, at=at)
            case "undone":
                actions.untick_need(need)
            case "mine":
                actions.take_need(need, actor=actor, instead_of=_shown_owner(request))
            case _:
                actions.give_back_need(need, actor=actor)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return HttpResponseRedirect(f"{reverse(page)}#need-{need.pk}")


def _shown_owner(request: HttpRequest) -> int | None:
    """Return who saw to a need by the page that was answered; None for nobody, and for what is no id."""
    shown = request.POST.get("owner", "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < LONGEST_ID else None

"""Pages on which somebody acts for others: agency leads below /agency/, and forms that organisers share with them."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import View

from bookings.models import Booking
from bookings.other_people import MAY_OVERRIDE, NOT_YOURS, words_for_others
from events.errors import Refusal
from events.models import Session
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import show_refused
from events.views.refusals import RefusalFormView
from people.models import Organisation, User
from people.permissions import granted_organisations, led_organisations
from people.signin import signed_in


class AgencyMixin(LoginRequiredMixin, View):
    """A page for agency leads: whoever is signed in and leads no organisation finds that it is not there."""

    at: datetime
    actor: User
    base = "base.html"
    as_lead = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer agency leads; ask everybody else to sign in, or say that there is no such page."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.actor = signed_in(request)
            if not self.led:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def led(self) -> list[Organisation]:
        """Return the organisations one leads with all their parts; those that the grants name come first."""
        found = list(led_organisations(self.actor, at=self.at))
        granted = set(granted_organisations(self.actor, at=self.at).values_list("pk", flat=True)) if found else set()
        return sorted(found, key=lambda one: one.pk not in granted)

    def booking(self, pk: int) -> Booking:
        """Return a booking of one's organisations with its session; raises Http404."""
        rows = Booking.objects.led_by(self.actor, at=self.at).with_session().with_position()
        found: Booking = get_object_or_404(rows, pk=pk)
        return found


class OrganiserOfBookingsMixin(OrganiserMixin):
    """A page for organisers about the people of their sessions."""

    base = "events/organise/base.html"
    as_lead = False

    def booking(self, pk: int) -> Booking:
        """Return a booking on a session that one of one's partnerships hosts, with its session; raises Http404."""
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        rows = Booking.objects.filter(session__in=own).with_session().with_position()
        found: Booking = get_object_or_404(rows, pk=pk)
        return found


class ActForOthers(BusyMixin, RefusalFormView):
    """A form that does something for somebody else: 400 where it is wrong, 403 beyond one's reach, 409 refused.

    ``may_override`` says that the rules alone stood against it, which an organiser may set aside.
    """

    may_override = False

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or show why not."""
        try:
            return self.act(form)
        except Refusal as refusal:
            self.may_override = refusal.code in MAY_OVERRIDE
            form.add_error(None, words_for_others(refusal))
            status = 409
        except PermissionDenied:
            form.add_error(None, NOT_YOURS)
            status = 403
        except ValidationError as error:
            show_refused(form, error)
            status = 400
        return self.answer(form, status=status)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what is wrong."""
        return self.answer(form, status=400)

    def answer(self, form: Any, *, status: int) -> HttpResponse:
        """Return the page with the form as it was filled in."""
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says, and in which frame."""
        facts = {
            "base": getattr(self, "base", "base.html"),
            "may_override": self.may_override,
            "organise_here": "weeks",
        }
        return super().get_context_data(**{**facts, **kwargs})

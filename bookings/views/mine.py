"""My bookings: all of them, one of them, and giving one up."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import actions
from bookings.booking_page import BookingPage, read_booking_page
from bookings.by_hand import diary_file
from bookings.charges_page import late_words
from bookings.freed import freed_words
from bookings.links import ARRIVAL, path_of
from bookings.models import Booking
from bookings.presenters import BookingLine
from bookings.states import LIVE, Status
from events.calendar_files import CALENDAR
from events.errors import Refusal
from events.models.session_part import fetch_parts, not_over
from events.qr_code import QrCode, qr_code
from events.views.busy import BusyMixin
from events.views.refusals import RefusalFormView
from people.signin import signed_in

PAST_ON_A_PAGE = 25


def my_booking_of(request: HttpRequest, pk: int) -> Booking:
    """Return a booking of whoever asks, with its session and place in the queue; everybody else's is not there."""
    mine = Booking.objects.filter(practitioner=signed_in(request)).with_session().with_position().with_need()
    found: Booking = get_object_or_404(mine, pk=pk)
    return found


@require_safe
@login_required
def my_bookings(request: HttpRequest) -> HttpResponse:
    """List what one has booked: what is coming, and page by page what is past or cancelled."""
    at = timezone.now()
    mine = Booking.objects.filter(practitioner=signed_in(request)).with_session()
    is_coming = Q(status__in=LIVE) & not_over("session__", at=at)
    coming = mine.filter(is_coming).with_position().order_by("session__starts_at", "pk")
    past = mine.exclude(is_coming).order_by("-session__starts_at", "-pk")
    page = Paginator(past, PAST_ON_A_PAGE).get_page(request.GET.get("page"))
    fetch_parts(booking.session for booking in [*coming, *page.object_list])
    context = {
        "coming": [BookingLine(booking, at) for booking in coming],
        "past": [BookingLine(booking, at) for booking in page.object_list],
        "page": page,
    }
    return render(request, "bookings/my_bookings.html", context)


@require_safe
@login_required
def my_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one booking: where it stands, when and where, and what happens next."""
    page = read_booking_page(my_booking_of(request, pk), at=timezone.now())
    facts = {"page": page, "line": page.line, "booking": page.booking, "qr": _arrival_code(page)}
    return render(request, "bookings/my_booking.html", facts)


def _arrival_code(page: BookingPage) -> QrCode | None:
    """Return the picture that an organiser scans at the door; None where there is no door to come to."""
    booking = page.booking
    comes = booking.status == Status.CONFIRMED and booking.comes_to_venue and page.line.is_coming
    return qr_code(f"{settings.SITE_URL}{path_of(ARRIVAL, booking)}") if comes else None


@require_safe
@login_required
def diary(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the diary entry of one of one's places as a file; whoever has no place has none."""
    booking = my_booking_of(request, pk)
    if booking.status != Status.CONFIRMED:
        raise Http404("There is no place to put into a diary.")
    if request.method == "GET":
        actions.note_diary_file(booking, at=timezone.now())
    headers = {
        "Content-Disposition": 'attachment; filename="diary-entry.ics"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(diary_file(booking, site=settings.SITE_URL), content_type=CALENDAR, headers=headers)


class LeaveWaitingList(LoginRequiredMixin, BusyMixin):
    """Leave a waiting list in one press."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave; who has or is offered a place by now keeps it, and reads how the booking stands."""
        booking = my_booking_of(request, pk)
        if booking.status != Status.WAITLISTED:
            messages.info(request, "You are not on this waiting list any more. Here is how your booking stands.")
            return redirect(booking)
        try:
            actions.cancel(booking, at=timezone.now(), actor=signed_in(request))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect(booking)
        messages.success(request, f"You have left the waiting list of “{booking.session.title}”.")
        return redirect("my_bookings")


class Cancel(LoginRequiredMixin, BusyMixin, RefusalFormView):
    """Say what cancelling means, and cancel."""

    form_class = forms.Form
    template_name = "bookings/cancel.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the booking among one's own."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.line = BookingLine(my_booking_of(request, kwargs["pk"]), self.at)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; a booking that cannot be cancelled any more is shown instead."""
        return super().get(request, *args, **kwargs) if self.line.may_cancel else redirect(self.line.booking)

    def act(self, form: forms.Form) -> HttpResponse:  # noqa: ARG002 - there is nothing to fill in
        """Cancel."""
        booking = actions.cancel(self.line.booking, at=self.at, actor=self.line.booking.practitioner)
        messages.success(self.request, "Your booking is cancelled.")
        return redirect(booking)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        late = late_words(self.line.booking, self.line.cancel_by) if self.line.is_late else ""
        freed = freed_words(self.line.booking.session, at=self.at)
        return super().get_context_data(line=self.line, booking=self.line.booking, late=late, freed=freed, **kwargs)

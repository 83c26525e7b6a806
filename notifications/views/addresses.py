"""Addresses that mail comes back from, as organisers see and clear them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView, View

from bookings.models import Booking
from bookings.views.session_people import People
from events.models import Session
from events.views.organise.access import OrganiserMixin
from notifications import undeliverable
from notifications.models import Undeliverable

ON_A_PAGE: Final = 50
COMES_BACK: Final = "Mail comes back"


@dataclass(frozen=True)
class AddressLine:
    """An address, what stands against it, and whose bookings it belongs to."""

    row: Undeliverable
    bookings: Sequence[Booking]

    @property
    def people(self) -> list[tuple[str, Booking]]:
        """Return who is written to at this address, each once, with one of their bookings."""
        found: dict[str, Booking] = {}
        for booking in self.bookings:
            is_own = booking.email == self.row.address
            found.setdefault(booking.name if is_own else f"Line manager of {booking.name}", booking)
        return list(found.items())


class Addresses(OrganiserMixin, TemplateView):
    """Every address on the sessions of one's partnerships that mail comes back from, the latest first."""

    template_name = "notifications/addresses.html"
    extra_context = {"organise_here": "addresses"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the addresses, each with who is written to there."""
        rows = undeliverable.within_reach(self.actor, at=self.at)
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        wanted = [row.address for row in page.object_list]
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        booked = Booking.objects.filter(Q(email__in=wanted) | Q(manager_email__in=wanted), session__in=own)
        found = list(booked.only("name", "email", "manager_email").order_by("name", "pk"))
        lines = [
            AddressLine(row, [one for one in found if row.address in {one.email, one.manager_email}])
            for row in page.object_list
        ]
        facts = {"page": page, "lines": lines, "sees_outbox": self.actor.administers(at=self.at)}
        return super().get_context_data(**{**kwargs, **facts})


class Clear(OrganiserMixin, View):
    """Let mail go to an address again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do so; raises Http404 for an address beyond one's reach, or one that takes mail."""
        rows = undeliverable.within_reach(self.actor, at=self.at).filter(pk=pk)
        row = rows.first()
        if row is None:
            raise Http404
        undeliverable.clear(Undeliverable.objects.filter(pk=row.pk), by=self.actor, at=self.at)
        messages.success(request, f"Mail goes to {row.address} again. What was not sent is sent if you ask for it.")
        return redirect("organise_addresses")


class PeopleAndAddresses(People):
    """Everybody on a session, with a mark on those whose mail comes back."""

    def warnings_of(self, bookings: Sequence[Booking]) -> dict[int, str]:
        """Return the mark of each booking whose person cannot be reached: one query."""
        found = undeliverable.standing(booking.email for booking in bookings)
        return {booking.pk: COMES_BACK for booking in bookings if booking.email in found}

"""Everybody on a session, and the history of one booking, as organisers see them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.views.generic import TemplateView

from bookings.models import Booking
from bookings.other_people import ChangeLine, OtherLine, said_coming
from bookings.reply_words import ReplyLine, last_reply
from bookings.states import Status
from bookings.views.others import OrganiserOfBookingsMixin
from events.presenters import SessionLine

ON_A_PAGE: Final = 200
ORDER: Final = [Status.CONFIRMED, Status.OFFERED, Status.AWAITING_APPROVAL, Status.WAITLISTED]
ENDED: Final = "Ended"


class People(OrganiserOfBookingsMixin, TemplateView):
    """Everybody on a session by state, those who wait in the order of the queue."""

    template_name = "bookings/others/people.html"
    extra_context = {"organise_here": "weeks"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the bookings of a session of one's own; raises Http404."""
        session = self.session(kwargs["pk"])
        cases = [When(status=status, then=Value(at)) for at, status in enumerate(ORDER)]
        rows = Booking.objects.filter(session=session).with_position()
        rows = rows.annotate(rank=Case(*cases, default=Value(9)), last_reply=last_reply())
        rows = rows.select_related("session", "practitioner").order_by("rank", "priority", "queue_number", "name", "pk")
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        warnings = self.warnings_of(list(page.object_list))
        said = said_coming(session)
        groups = [
            (title, [OtherLine(one, self.at, warnings.get(one.pk, ""), said.get(one.pk)) for one in group])
            for title, group in groupby(page.object_list, key=group_of)
        ]
        facts = {"session": session, "line": SessionLine(session, self.at), "groups": groups, "page": page}
        return super().get_context_data(**{**kwargs, **facts, "said_coming": len(said)})

    def warnings_of(self, bookings: Sequence[Booking]) -> dict[int, str]:  # noqa: ARG002 - for whoever extends this
        """Return what to say of single bookings, by their number; what more is known says more."""
        return {}


def group_of(booking: Booking) -> str:
    """Return the heading under which a booking stands."""
    return str(Status(booking.status).label) if booking.status in ORDER else ENDED


class History(OrganiserOfBookingsMixin, TemplateView):
    """One booking's history: who, when, from, to, why, and on whose behalf."""

    template_name = "bookings/others/history.html"
    extra_context = {"organise_here": "weeks"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the booking and its changes, the first first; raises Http404."""
        booking = self.booking(kwargs["pk"])
        changes = booking.changes.select_related("actor", "on_behalf_of").order_by("pk")
        lines = [ChangeLine(change, booking.session) for change in changes]
        replies = [ReplyLine(reply, booking) for reply in booking.calendar_replies.all()]
        facts = {"booking": booking, "line": OtherLine(booking, self.at), "changes": lines, "replies": replies}
        return super().get_context_data(**{**kwargs, **facts})

"""A person's own way into an online session: no account, no cookie, and only a press of the button is noted."""

from typing import Any, Final

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from bookings import actions, policies
from bookings.join_page import read_join_page
from bookings.links import JOIN, key_in
from bookings.models import Booking
from bookings.views.signed_links import HEADERS
from events.errors import Refusal
from events.views.busy import BusyMixin

# Browsers hold the answer to a form to this too, and the button's answer is the meeting's address, wherever that is.
SENT_ON: Final = {"form-action": ["https:", "http:"]}


class SeeOther(HttpResponseRedirect):
    """Go on to another address, and ask for it as for a page."""

    status_code = 303


# Whoever can press the button holds the link itself, so that a token in a cookie would prove nothing more.
@method_decorator(csp_update(SENT_ON), name="dispatch")
@method_decorator(csrf_exempt, name="dispatch")
class Join(BusyMixin):
    """What session it is and when it opens, and the button that sends whoever has the place on to the meeting."""

    http_method_names = ("get", "head", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the booking; a link that was not made here is as absent as one that is long past."""
        self.at = timezone.now()
        self.booking = self._booking_of(kwargs["token"])
        answer = super().dispatch(request, *args, **kwargs)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Say how it stands; nothing is noted, because mail scanners and previews look too."""
        return self._page(request, status=200)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Look at the booking again, note that the person joins, and send them on."""
        try:
            return SeeOther(actions.join(self.booking, at=self.at))
        except Refusal:
            self.booking = self._booking_of(self.kwargs["token"])
            return self._page(request, status=409)

    def _page(self, request: HttpRequest, *, status: int) -> HttpResponse:
        """Return the page as it is now; one that waits for the opening comes again by itself."""
        page = read_join_page(self.booking, at=self.at)
        answer = render(request, "bookings/join.html", {"page": page, "line": page.line}, status=status)
        if page.opens_in_seconds is not None:
            answer.headers["Refresh"] = f"{page.opens_in_seconds}; url={request.path}"
        return answer

    def _booking_of(self, token: str) -> Booking:
        """Return the booking that a link is of; raises Http404."""
        key = key_in(JOIN, token)
        booking: Booking | None = Booking.objects.with_session().filter(pk=key).first() if key else None
        if booking is None or self.at >= policies.way_in_forgotten_at(booking, booking.session):
            raise Http404
        return booking

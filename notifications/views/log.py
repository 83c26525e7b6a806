"""What became of the messages: of a session and of a booking for their organisers, and one's own."""

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import TemplateView, View

from bookings.views.others import OrganiserOfBookingsMixin
from bookings.views.session_people import History
from events.models import Session
from events.presenters import SessionLine
from notifications import claims, nudge, undeliverable
from notifications.log import MessageLine, log, to_person
from notifications.models import Message, Undeliverable
from people.signin import signed_in

ON_A_PAGE: Final = 50


class SessionMessages(OrganiserOfBookingsMixin, TemplateView):
    """Every message about a session, the latest first."""

    template_name = "notifications/log/session.html"
    extra_context = {"organise_here": "weeks"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the messages of a session of one's own; raises Http404."""
        session = self.session(kwargs["pk"])
        page = page_of(self.request, Message.objects.filter(booking__session=session))
        facts = {"session": session, "line": SessionLine(session, self.at), "page": page, "lines": lines_of(page)}
        return super().get_context_data(**{**kwargs, **facts})


class BookingHistory(History):
    """One booking's history, with the messages about it."""

    template_name = "notifications/log/booking.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the booking, its changes and a page of its messages; raises Http404."""
        facts = super().get_context_data(**kwargs)
        page = page_of(self.request, Message.objects.filter(booking=facts["booking"]))
        return {**facts, "page": page, "lines": lines_of(page)}


class SendAgain(OrganiserOfBookingsMixin, View):
    """Let one message about a session of one's own be sent once more, if it failed or perhaps went."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do so and go back to where it was asked; raises Http404."""
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        rows = Message.objects.filter(pk=pk, booking__session__in=own)
        message = rows.select_related("booking").first()
        if message is None:
            raise Http404
        if claims.send_again(rows, at=self.at):
            nudge.after_commit()
            messages.success(request, "It will be sent again.")
        else:
            messages.warning(request, "It was not sent again: only what failed, or perhaps went, can be.")
        back = request.POST.get("back", "")
        if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/"):
            return redirect(back)
        return redirect("organise_messages", message.about.session_id)


class MyMessages(LoginRequiredMixin, TemplateView):
    """What one was and will be sent."""

    template_name = "notifications/my_messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of one's own messages."""
        person = signed_in(self.request)
        page = page_of(self.request, to_person(person))
        address = person.email
        facts = {"page": page, "lines": lines_of(page), "address": address, "comes_back": comes_back(address)}
        return super().get_context_data(**{**kwargs, **facts})


def comes_back(address: str) -> Undeliverable | None:
    """Return what stands against an address, if mail to it comes back."""
    return undeliverable.standing([address]).get(address)


def page_of(request: HttpRequest, rows: QuerySet[Message]) -> Page[Message]:
    """Return the page of messages that is asked for, the latest first; one that is not there is the nearest."""
    return Paginator(log(rows), ON_A_PAGE).get_page(request.GET.get("page"))


def lines_of(page: Page[Message]) -> list[MessageLine]:
    """Return a page's messages in words."""
    return [MessageLine(message) for message in page.object_list]

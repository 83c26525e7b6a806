"""Who read, took out and changed what: all of it, of one session, and of one person."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from bookings.audit_page import everything, lines_of
from bookings.models import AuditEvent, Booking
from events.models import Session
from events.views.organise.access import OrganiserMixin
from people.models import User

ON_A_PAGE: Final = 50


class AuditPage(OrganiserMixin, TemplateView):
    """What was done within one's own sessions, the newest first; administrators see all of it."""

    template_name = "bookings/audit.html"
    extra_context = {"organise_here": "audit"}
    title = "Who read and changed what"

    def events(self) -> QuerySet[Any]:
        """Return what is in the log and whoever asks may read."""
        seen: QuerySet[Any] = AuditEvent.objects.visible_to(self.actor, at=self.at)
        return seen

    def bookings(self) -> QuerySet[Booking]:
        """Return the bookings whose history whoever asks may read."""
        if self.actor.administers(at=self.at):
            return Booking.objects.all()
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        found: QuerySet[Booking] = Booking.objects.filter(session__in=own)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the list."""
        rows = everything(events=self.events(), bookings=self.bookings())
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        facts = {"lines": lines_of(list(page.object_list)), "page": page, "heading": self.title}
        return super().get_context_data(**{**kwargs, **facts})


class AuditOfSession(AuditPage):
    """What was done about one session's people."""

    title = "Who read and changed what of this session"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the list of a session of one's own; raises Http404."""
        self.planned = self.session(self.kwargs["pk"])
        return super().get_context_data(**kwargs, whose=self.planned.title)

    def events(self) -> QuerySet[Any]:
        """Return what is about the session."""
        return super().events().filter(session=self.planned)

    def bookings(self) -> QuerySet[Booking]:
        """Return the session's bookings."""
        return super().bookings().filter(session=self.planned)


class AuditOfPerson(AuditPage):
    """What was done about one person: what an organiser may know of it, or all for administrators."""

    title = "Who read and changed what of this person"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the list of a person on sessions of one's own; raises Http404."""
        self.person = get_object_or_404(User, pk=self.kwargs["pk"])
        if not self.actor.administers(at=self.at) and not self.bookings().exists():
            raise Http404
        return super().get_context_data(**kwargs, whose=self.person.get_full_name())

    def events(self) -> QuerySet[Any]:
        """Return what is about the person."""
        seen: QuerySet[Any] = AuditEvent.objects.visible_to(self.actor, at=self.at).about_person(self.person)
        return seen

    def bookings(self) -> QuerySet[Booking]:
        """Return the person's bookings."""
        return super().bookings().filter(practitioner=self.person)

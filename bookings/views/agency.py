"""An agency lead's people: who they are, what they have booked and what came of it."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from bookings.models import CAME, Booking
from bookings.other_forms import PeopleForm
from bookings.other_people import OtherLine
from bookings.register_page import attendance_of
from bookings.states import LIVE
from bookings.views.others import AgencyMixin
from people.models import User

ON_A_PAGE: Final = 25


class Agency(AgencyMixin, TemplateView):
    """Search one's people; nothing tells what would help somebody, nor why they cancelled."""

    template_name = "bookings/others/agency.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of people, each with the bookings of one's organisations."""
        form = PeopleForm(self.request.GET)
        chosen = form.cleaned_data if form.is_valid() else {}
        bookings = Booking.objects.led_by(self.actor, at=self.at).with_session().with_position()
        bookings = bookings.select_related("attendance")
        people = people_of(self)
        if week := chosen.get("week"):
            bookings = bookings.filter(session__week=week)
            people = people.filter(Exists(bookings.order_by().filter(practitioner=OuterRef("pk"))))
        for word in chosen.get("q", "").split():
            people = people.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(job_role__icontains=word))
        rows = Prefetch("bookings", bookings.order_by("-session__starts_at", "-pk"), to_attr="seen_bookings")
        people = people.select_related("organisation").prefetch_related(rows).order_by("name", "email")
        page = Paginator(people, ON_A_PAGE).get_page(self.request.GET.get("page"))
        lines = [(person, *self.parted(vars(person)["seen_bookings"])) for person in page.object_list]
        query = "&".join(f"{name}={value}" for name, value in form.data.items() if name in form.fields and value)
        facts = {"form": form, "page": page, "people": lines, "led": self.led, "query": query}
        return super().get_context_data(**facts, **kwargs)

    def parted(self, bookings: list[Booking]) -> tuple[list[OtherLine], int, int]:
        """Return what is coming, the next first, how many bookings are past or ended, and how many of them came."""
        is_coming = [one for one in bookings if one.status in LIVE and one.session.over_at > self.at]
        came = sum(attendance.state in CAME for one in bookings if (attendance := attendance_of(one)))
        return [OtherLine(one, self.at) for one in reversed(is_coming)], len(bookings) - len(is_coming), came


class Person(AgencyMixin, TemplateView):
    """One of one's people, with all bookings of one's organisations."""

    template_name = "bookings/others/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the person; raises Http404 for everybody else's."""
        person = get_object_or_404(people_of(self).select_related("organisation"), pk=kwargs["pk"])
        rows = Booking.objects.led_by(self.actor, at=self.at).filter(practitioner=person)
        bookings = (
            rows.with_session().with_position().select_related("attendance").order_by("-session__starts_at", "-pk")
        )
        page = Paginator(bookings, ON_A_PAGE).get_page(self.request.GET.get("page"))
        lines = [OtherLine(one, self.at) for one in page.object_list]
        return super().get_context_data(**{**kwargs, "person": person, "page": page, "lines": lines})


def people_of(view: AgencyMixin) -> QuerySet[User]:
    """Return whoever works for the organisations that somebody leads, and has an account that is open."""
    return User.objects.filter(organisation__in=view.led, is_active=True)

"""Booking, cancelling and giving a place on for somebody else, as an agency lead or as an organiser."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bookings import actions
from bookings.freed import freed_words
from bookings.models import Booking
from bookings.other_forms import BookOtherForm, PersonForm, ReasonForm
from bookings.other_people import OtherLine
from bookings.states import LIVE, Status
from bookings.views.others import ActForOthers, AgencyMixin, OrganiserOfBookingsMixin
from events.models import Session
from events.presenters import SessionLine
from people.addresses import has_no_address
from people.models import Organisation, User


class OfAgency(AgencyMixin):
    """What is done as an agency lead; back leads to the person."""

    @property
    def organisations(self) -> list[Organisation] | None:
        """Return where people can work."""
        return self.led

    def back(self, booking: Booking) -> str:
        """Return the person's page."""
        is_ours = booking.practitioner.organisation_id in {one.pk for one in self.led}
        return reverse("agency_person", args=[booking.practitioner_id]) if is_ours else reverse("agency")


class OfOrganiser(OrganiserOfBookingsMixin):
    """What is done as an organiser; back leads to the people of the session."""

    organisations: list[Organisation] | None = None

    def back(self, booking: Booking) -> str:
        """Return the page of the session's people."""
        return reverse("organise_people", args=[booking.session_id])


class Book(ActForOthers):
    """Book somebody on a session."""

    form_class = BookOtherForm
    template_name = "bookings/others/book.html"
    subject: Session | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form of the session, where it is settled, and of the organisations."""
        view: Any = self
        return {
            **super().get_form_kwargs(),
            "session": self.subject,
            "organisations": view.organisations,
            "at": view.at,
        }

    def act(self, form: BookOtherForm) -> HttpResponse:
        """Book; with the other button whatever the rules about who may come say, and then with a reason."""
        view: Any = self
        overrides = ""
        if "override" in self.request.POST and not view.as_lead:
            overrides = form.cleaned_data["reason"]
            if not overrides:
                self.may_override = True
                form.add_error("reason", "Write why you book this person all the same.")
                return self.answer(form, status=400)
        booking = actions.book_for(
            self.subject or form.cleaned_data["session"],
            form.details,
            actor=view.actor,
            at=view.at,
            join_waiting_list=form.cleaned_data["wait"],
            mode=form.cleaned_data["mode"],
            overrides=overrides,
            only_as_lead=view.as_lead,
        )
        messages.success(self.request, f"{booking.name}: {booking.get_status_display()}, {booking.session.title}.")
        return HttpResponseRedirect(view.back(booking))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        view: Any = self
        line = SessionLine(self.subject, view.at) if self.subject else None
        return super().get_context_data(line=line, session=self.subject, **kwargs)


class AgencyBook(OfAgency, Book):
    """Book one of one's people; the address names whom, where one comes from their page."""

    def get_initial(self) -> dict[str, Any]:
        """Fill in a person of one's own."""
        number = self.request.GET.get("person", "")
        is_number = number.isascii() and number.isdecimal() and len(number) <= 18
        person = User.objects.filter(pk=int(number), organisation__in=self.led).first() if is_number else None
        return {"email": person.email, "name": person.name, "wait": True} if person else {"wait": True}


class OrganiseBook(OfOrganiser, Book):
    """Book anybody on a session that one organises."""

    @cached_property
    def subject(self) -> Session:  # type: ignore[override]  # asked for once
        """Return the session; raises Http404 for one that is not one's own."""
        return self.session(self.kwargs["pk"])

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, on a session of one's own."""
        _ = self.subject
        return super().get(request, *args, **kwargs)


class OfBooking(ActForOthers):
    """A form about somebody's booking."""

    @cached_property
    def subject(self) -> Booking:
        """Return the booking; raises Http404 beyond one's reach."""
        view: Any = self
        found: Booking = view.booking(self.kwargs["pk"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        view: Any = self
        line = OtherLine(self.subject, view.at)
        return super().get_context_data(line=line, booking=self.subject, back=view.back(self.subject), **kwargs)


class Cancel(OfBooking):
    """Cancel somebody's booking."""

    form_class = ReasonForm
    template_name = "bookings/others/cancel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says, whether a mail tells of it, and what becomes of the place."""
        view: Any = self
        has_place = self.subject.status in LIVE - {Status.WAITLISTED}
        freed = freed_words(self.subject.session, at=view.at, what="The place") if has_place else ""
        return super().get_context_data(is_told=not has_no_address(self.subject.email), freed=freed, **kwargs)

    def act(self, form: ReasonForm) -> HttpResponse:
        """Cancel; a second time does nothing."""
        view: Any = self
        booking = actions.cancel(self.subject, at=view.at, actor=view.actor, reason=form.cleaned_data["reason"])
        messages.success(self.request, f"The booking of {booking.name} is cancelled.")
        return HttpResponseRedirect(view.back(self.subject))


class Substitute(OfBooking):
    """Give somebody's place to a colleague at once."""

    form_class = PersonForm
    template_name = "bookings/others/substitute.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form of the organisations."""
        view: Any = self
        return {**super().get_form_kwargs(), "organisations": view.organisations}

    def act(self, form: PersonForm) -> HttpResponse:
        """Swap."""
        view: Any = self
        new = actions.substitute_for(
            self.subject, form.details, actor=view.actor, at=view.at, only_as_lead=view.as_lead
        )
        messages.success(self.request, f"{new.name} has the place of {self.subject.name}.")
        return HttpResponseRedirect(view.back(self.subject))


class AgencyCancel(OfAgency, Cancel):
    """Cancel for one of one's people."""


class AgencySubstitute(OfAgency, Substitute):
    """Give a place of one's organisation to a colleague there."""


class OrganiseCancel(OfOrganiser, Cancel):
    """Cancel for anybody on a session that one organises."""


class OrganiseSubstitute(OfOrganiser, Substitute):
    """Give a place on a session that one organises to somebody else."""

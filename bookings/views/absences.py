"""Why somebody did not attend: asked behind the link of a mail, and the queue of organisers."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView, View

from bookings import actions
from bookings.absence_forms import AbsenceForm
from bookings.absence_page import ABSENT, absences, lines_of, reason_of
from bookings.links import ABSENCE, ABSENCE_OF_STAFF
from bookings.models import AbsenceReason, Booking
from bookings.register_page import attendance_of
from bookings.views.signed_links import SignedPage
from events.errors import Refusal
from events.presenters import SessionLine
from events.views.organise.access import OrganiserMixin

ON_A_PAGE: Final = 50
SaidBy = AbsenceReason.SaidBy


class Absence(SignedPage):
    """Ask somebody what kept them; it can be changed as long as the register says that they did not attend."""

    purpose = ABSENCE
    said_by = SaidBy.PERSON
    form_class: Any = AbsenceForm
    template_name = "bookings/absence.html"

    def read(self, key: int) -> None:
        """Find the booking with what its register says."""
        rows = Booking.objects.with_session().select_related("practitioner", "attendance", "absence_reason")
        self.booking = get_object_or_404(rows, pk=key)

    def get_form(self, form_class: Any = None) -> Any:
        """Ask of a manager what kept the person they manage."""
        form = super().get_form(form_class)
        if self.said_by == SaidBy.MANAGER:
            form.fields["code"].label = f"What kept {self.booking.name}?"
        return form

    def get_initial(self) -> dict[str, Any]:
        """Return what was said before by the same."""
        reason = reason_of(self.booking)
        return {"code": reason.code} if reason and reason.said_by == self.said_by else {}

    def act(self, form: Any) -> HttpResponse:
        """Keep it."""
        actor = self.booking.practitioner if self.said_by == SaidBy.PERSON else None
        actions.say_absence_reason(
            self.booking, code=form.cleaned_data["code"], said_by=self.said_by, at=self.at, actor=actor
        )
        return redirect(f"{self.request.path}?kept=1")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the session, and what holds now."""
        attendance, reason = attendance_of(self.booking), reason_of(self.booking)
        said_before = reason is not None and reason.said_by == SaidBy.PERSON != self.said_by
        return super().get_context_data(
            booking=self.booking,
            line=SessionLine(self.booking.session, self.at),
            is_absent=attendance is not None and attendance.state in ABSENT,
            is_kept="kept" in self.request.GET and reason is not None,
            said_before=said_before,
            is_manager=self.said_by == SaidBy.MANAGER,
            **kwargs,
        )


class AbsenceOfStaff(Absence):
    """Ask a line manager, where the person has not said it themselves."""

    purpose = ABSENCE_OF_STAFF
    said_by = SaidBy.MANAGER


class Absences(OrganiserMixin, TemplateView):
    """Who did not attend of late, those of whom nobody knows why before the others."""

    template_name = "bookings/absences.html"
    extra_context = {"organise_here": "absences"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the queue, or of what is explained."""
        explained = self.request.GET.get("show") == "explained"
        rows = absences(self.actor, at=self.at).filter(absence_reason__isnull=not explained)
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        lines = lines_of(list(page.object_list), self.actor, at=self.at)
        facts = {"page": page, "lines": lines, "explained": explained, "codes": AbsenceReason.Code.choices}
        return super().get_context_data(**{**kwargs, **facts})


class NoteReason(OrganiserMixin, View):
    """Note what kept somebody, as an organiser was told."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do so and go back to the queue; raises Http404 for somebody on no session of one's own."""
        booking = get_object_or_404(absences(self.actor, at=self.at), pk=pk)
        form = AbsenceForm(request.POST)
        if not form.is_valid():
            messages.error(request, f"{booking.name}: choose one of the reasons.")
            return redirect("organise_absences")
        try:
            actions.say_absence_reason(
                booking, code=form.cleaned_data["code"], said_by=SaidBy.ORGANISER, at=self.at, actor=self.actor
            )
        except Refusal as refusal:
            messages.error(request, f"{booking.name}: {refusal.sentence}")
        else:
            messages.success(request, f"Noted for {booking.name}.")
        return redirect("organise_absences")

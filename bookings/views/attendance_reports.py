"""A meeting's attendance report: uploaded, read into the register, and what is left settled by hand."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from bookings import actions, policies
from bookings.actions.attendance import is_closed
from bookings.attendance_files import MOST_BYTES, Report, UnreadableReport, read_report
from bookings.models import AttendanceReport, Booking
from bookings.views.register import LONGEST_ID, RegisterMixin
from events.errors import Refusal
from events.models import Session
from events.models.session_part import part_of_day
from events.presenters import SessionLine
from events.views.busy import BusyMixin


class ReportForm(forms.Form):
    """A report to read; what is wrong with it stands at the field, every line that is wrong by its number."""

    file = forms.FileField(
        label="Attendance report",
        help_text="The CSV file of Teams or Zoom, 2 MiB at most.",
        error_messages={
            "required": "Choose a file.",
            "missing": "Choose a file.",
            "empty": "The file is empty.",
            "max_length": "The file's name is too long; give it a shorter one.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
        max_length=200,
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session

    def clean_file(self) -> Report:
        """Read the file; a large one is refused unread."""
        upload = self.cleaned_data["file"]
        part = part_of_day(self.session, at=timezone.now())
        span = {"starts_at": part.starts_at, "ends_at": part.ends_at}
        try:
            content = b"x" * (MOST_BYTES + 1) if upload.size > MOST_BYTES else upload.read()
            return read_report(content, **span, zone=self.session.tzinfo)
        except UnreadableReport as fault:
            raise ValidationError(list(fault.sentences)) from fault


class OfReports(BusyMixin, RegisterMixin):
    """Pages about reports, which are for organisers only, not for trainers: they say who was where, when."""

    http_method_names = ("get", "head", "post")

    @cached_property
    def trains_today(self) -> bool:
        """Say no: a report is not for trainers."""
        return False

    @property
    def why_not(self) -> Refusal | None:
        """Return why the register cannot be marked now."""
        return policies.why_not_mark(self.session, is_closed=is_closed(self.session), at=self.at)

    def facts(self, **more: Any) -> dict[str, Any]:
        """Return what every page of reports says."""
        line = SessionLine(self.session, self.at)
        return {"session": self.session, "line": line, "why_not": self.why_not, "organise_here": "weeks", **more}


class Upload(OfReports):
    """Choose a report, and read it into the register."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask for the file."""
        return self._page(request, ReportForm(session=self.session))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Read it, or say what is wrong with it."""
        form = ReportForm(request.POST, request.FILES, session=self.session)
        if not form.is_valid():
            return self._page(request, form, status=400)
        try:
            report, count = actions.read_in(self.session, form.cleaned_data["file"], actor=self.actor, at=self.at)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self._page(request, form, status=409)
        if count is None:
            messages.info(request, "This report was read before. Nothing has changed.")
        else:
            messages.success(request, f"The report is read. New marks: {count}.")
        return HttpResponseRedirect(reverse("report_result", args=[self.session.pk, report.pk]))

    def _page(self, request: HttpRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
        """Return the page with the reports that were read before."""
        facts = self.facts(form=form, reports=AttendanceReport.objects.filter(session=self.session))
        return render(request, "bookings/report_upload.html", facts, status=status)


class Result(OfReports):
    """What a report was for the register, and whom of it nobody could place."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show how many were placed, and those to be settled with whom they may be: first those without minutes."""
        facts = self.facts()
        places = Booking.objects.confirmed().filter(session=self.session)
        people = places.filter(Q(attendance__isnull=True) | Q(attendance__minutes__isnull=True)).order_by("name", "pk")
        report = self._report()
        facts |= {"report": report, "rows": report.unplaced, "people": list(people)}
        return render(request, "bookings/report_result.html", facts)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Settle one of them."""
        report, number, step = self._report(), _number(request.POST.get("number")), request.POST.get("step")
        booking = _number(request.POST.get("booking"))
        if number is None or step not in {"place", "walk-in", "leave-out"}:
            raise Http404
        if step == "place" and booking is None:
            messages.error(request, "Choose somebody from the register first.")
            return HttpResponseRedirect(f"{request.path}#row-{number}")
        try:
            actions.place(
                report,
                number,
                booking=booking if step == "place" else None,
                as_walk_in=step == "walk-in",
                actor=self.actor,
                at=self.at,
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        except PermissionDenied as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(request.path)

    def _report(self) -> AttendanceReport:
        """Return the report; raises Http404 for one of another session."""
        rows = AttendanceReport.objects.filter(session=self.session)
        found: AttendanceReport = get_object_or_404(rows, pk=self.kwargs["report"])
        return found


def _number(text: str | None) -> int | None:
    """Return a number of a form; None for anything else."""
    usable = text is not None and text.isascii() and text.isdigit() and len(text) < LONGEST_ID
    return int(text) if usable and text is not None else None

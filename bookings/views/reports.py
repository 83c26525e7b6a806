"""Reports for organisers and analysts of a partnership: a list, each on its page and as files."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.generic import TemplateView, View

from bookings.other_forms import line_field
from bookings.report_form import ReportForm
from bookings.report_page import ReportPage
from bookings.reports import REPORTS, Asked, Report
from bookings.reports.exports import Printed, as_csv, as_xlsx
from events.dates import moment_words
from people.models import Partnership, User
from people.permissions import reported_partnerships
from people.signin import signed_in

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportsMixin(LoginRequiredMixin, View):
    """A page for those who organise or analyse for a partnership; to others it is not there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer those who read reports; ask everybody else to sign in, or say that there is no such page."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.actor: User = signed_in(request)
            self.reported = list(reported_partnerships(self.actor, at=self.at))
            if not self.reported:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def organised(self) -> list[Partnership]:
        """Return the partnerships whose people one may read about by name."""
        return list(self.actor.organised_partnerships(at=self.at))

    def may_read(self, report: Report) -> bool:
        """Say whether one may read a report: those that name people are for organisers, or for administrators."""
        if not report.of_sessions:
            return self.actor.administers(at=self.at)
        return bool(self.organised) or not report.names_people

    @property
    def base(self) -> dict[str, Any]:
        """Return the frame of the page: an analyst has no other organisers' pages to go to."""
        return {
            "base": "events/organise/base.html" if self.organised else "base.html",
            "organise_here": "reports",
        }


class Reports(ReportsMixin, TemplateView):
    """Which reports there are."""

    template_name = "bookings/reports/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the reports that one may read: those with figures, and those that name people."""
        found = [report for report in REPORTS.values() if self.may_read(report)]
        figures = [report for report in found if not report.names_people]
        lists = [report for report in found if report.names_people]
        return super().get_context_data(figures=figures, lists=lists, **self.base, **kwargs)


class OneReport(ReportsMixin):
    """One report, narrowed as the address says."""

    @cached_property
    def report(self) -> Report:
        """Return the report; raises Http404 for one that there is not, or not for whoever asks."""
        report = REPORTS.get(self.kwargs["slug"])
        if report is None or not self.may_read(report):
            raise Http404
        return report

    @cached_property
    def form(self) -> ReportForm:
        """Return what is asked."""
        within: Sequence[Partnership] = self.organised if self.report.names_people else self.reported
        return ReportForm(self.report, within, self.request.GET)

    def words_of(self, asked: Asked) -> list[tuple[str, str]]:
        """Return what was asked in words; no partnership where the report is about none."""
        return [pair for pair in asked.words if self.report.of_sessions or not pair[0].startswith("Partnership")]

    def printed(self) -> Printed:
        """Return the report with what stands beside it; the form is valid."""
        asked = self.form.asked(at=self.at)
        about = [*self.words_of(asked), ("Made", f"{moment_words(self.at)} by {self.actor.get_full_name()}")]
        return Printed(self.report.title, about, self.report.definitions, self.report.table(asked))


class KeepForm(forms.Form):
    """What a report is kept for."""

    note = line_field("What it is kept for", required=False)


class ReportOnPage(OneReport, TemplateView):
    """A report on its page: what narrows it, the figures, a chart, and what the words mean."""

    template_name = "bookings/reports/report.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; 400 where what narrows it cannot be meant."""
        response = super().get(request, *args, **kwargs)
        response.status_code = 200 if self.form.is_valid() else 400
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the report, or only what is wrong with what was asked."""
        facts: dict[str, Any] = {"report": self.report, "form": self.form, **self.base}
        if self.form.is_valid():
            printed = self.printed()
            page = ReportPage(printed.table, bars=self.report.bars)
            facts |= {"printed": printed, "page": page, "query": self.request.GET.urlencode()}
            facts["note"] = KeepForm(auto_id="%s")
        return super().get_context_data(**{**facts, **kwargs})


class ReportAsFile(OneReport):
    """A report as CSV or as a workbook, sent as its rows come."""

    def get(self, request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
        """Return the file, or the page that says what is wrong with what was asked."""
        if not self.form.is_valid():
            return ReportOnPage.as_view()(request, slug=slug)
        return as_file(self.printed(), f"{slug}-{timezone.localdate(self.at)}", kind)


YEARLY: Final = (
    ("summary", "month", "Summary by month"),
    ("joint", "", "Joint summary"),
    ("attendance", "sector", "By sector"),
    ("attendance", "organisation", "By organisation"),
    ("attendance", "area", "By area"),
    ("attendance", "theme", "By topic"),
    ("demand", "sector", "Unmet demand"),
    ("trainers", "", "Trainers"),
)


class YearlyReport(OneReport):
    """The figures of a span of time in one workbook: what a yearly report is made from."""

    @cached_property
    def report(self) -> Report:
        """Return the report whose filters these are."""
        return REPORTS["summary"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Return the workbook, or the page that says what is wrong with what was asked."""
        if not self.form.is_valid():
            return ReportOnPage.as_view()(request, slug="summary")
        asked = self.form.asked(at=self.at)
        about = [*asked.words, ("Made", f"{moment_words(self.at)} by {self.actor.get_full_name()}")]
        sheets = [
            Printed(title, about, report.definitions, report.table(replace(asked, group=group)))
            for slug, group, title in YEARLY
            for report in [REPORTS[slug]]
        ]
        name = f"yearly-report-{timezone.localdate(self.at)}.xlsx"
        return FileResponse(as_xlsx(sheets), as_attachment=True, filename=name, content_type=XLSX)


def as_file(printed: Printed, name: str, kind: str) -> HttpResponseBase:
    """Return a report as a file to keep; ``kind`` is csv or xlsx."""
    if kind == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return StreamingHttpResponse(as_csv(printed), content_type="text/csv; charset=utf-8", headers=headers)
    file = as_xlsx([printed])
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)

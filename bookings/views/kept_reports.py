"""Reports that were kept: making one, the list, and each on its page and as files."""

from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from bookings import actions
from bookings.models import ReportSnapshot
from bookings.report_page import ReportPage
from bookings.reports import REPORTS
from bookings.reports.kept import frozen, thawed
from bookings.views.reports import KeepForm, ReportOnPage, ReportsMixin, as_file

ON_A_PAGE: Final = 50


class Keep(ReportOnPage):
    """Keep a report as it stands now, narrowed as its page is."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Keep it, and show it; 400 with its page where the note cannot be used."""
        note = KeepForm(request.POST, auto_id="%s")
        if self.report.names_people or not self.form.is_valid():
            raise Http404  # its page offers nothing that leads here
        if not note.is_valid():
            return self.render_to_response(self.get_context_data(note=note), status=400)
        printed, asked = self.printed(), self.form.asked(at=self.at)
        kept = actions.keep_report(
            slug,
            self.report.title,
            frozen(printed),
            partnerships=asked.partnerships,
            actor=self.actor,
            at=self.at,
            note=note.cleaned_data["note"],
        )
        messages.success(request, "The report is kept as it is now.")
        return HttpResponseRedirect(kept.get_absolute_url())


class KeptReports(ReportsMixin, TemplateView):
    """The reports that were kept, the newest first."""

    template_name = "bookings/reports/kept_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of those about one's own partnerships."""
        rows = ReportSnapshot.objects.visible_to(self.actor, at=self.at).select_related("taken_by").defer("content")
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, **self.base, **kwargs)


class OneKept(ReportsMixin):
    """A report that was kept."""

    @cached_property
    def kept(self) -> ReportSnapshot:
        """Return it; raises Http404 for one about others."""
        rows = ReportSnapshot.objects.visible_to(self.actor, at=self.at).select_related("taken_by")
        found: ReportSnapshot = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found


class KeptReport(OneKept, TemplateView):
    """A kept report on its page."""

    template_name = "bookings/reports/kept.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return it as it was shown."""
        printed, report = thawed(self.kept.content), REPORTS.get(self.kept.slug)
        page = ReportPage(printed.table, bars=report.bars if report else "")
        return super().get_context_data(**{**kwargs, **self.base, "kept": self.kept, "printed": printed, "page": page})


class KeptReportFile(OneKept):
    """A kept report as a file."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:  # noqa: ARG002 - Django's signature
        """Return the file."""
        if kind not in {"csv", "xlsx"}:
            raise Http404
        day = self.kept.taken_at.date()
        return as_file(thawed(self.kept.content), f"{self.kept.slug}-{day}", kind)

"""What an agency lead shows an inspection: who of their organisation was on what, on a page and as files."""

from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.generic import TemplateView

from bookings.models import Booking
from bookings.report_form import ExtractForm
from bookings.report_page import ReportPage
from bookings.reports.evidence import WORDS, evidence_of
from bookings.reports.exports import Printed
from bookings.views.others import AgencyMixin
from bookings.views.reports import as_file
from events.dates import moment_words

TITLE: Final = "Training of our people"


class OneExtract(AgencyMixin):
    """The sessions that people of one's organisations had a place on, narrowed as the address says.

    Whose people they are is what their bookings said on the day. Nothing is read of answers and of needs.
    """

    @cached_property
    def form(self) -> ExtractForm:
        """Return what is asked."""
        return ExtractForm(self.led, self.request.GET)

    def printed(self) -> Printed:
        """Return it with what stands beside it; the form is valid."""
        bookings = Booking.objects.led_by(self.actor, at=self.at).filter(self.form.condition(at=self.at))
        about = [*self.form.words, ("Made", f"{moment_words(self.at)} by {self.actor.get_full_name()}")]
        return Printed(TITLE, about, WORDS, evidence_of(bookings))


class ExtractOnPage(OneExtract, TemplateView):
    """The extract on its page."""

    template_name = "bookings/others/extract.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; 400 where what narrows it cannot be meant."""
        response = super().get(request, *args, **kwargs)
        response.status_code = 200 if self.form.is_valid() else 400
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the extract, or only what is wrong with what was asked."""
        facts: dict[str, Any] = {"form": self.form, "title": TITLE}
        if self.form.is_valid():
            printed = self.printed()
            facts |= {"printed": printed, "page": ReportPage(printed.table), "query": self.request.GET.urlencode()}
        return super().get_context_data(**facts, **kwargs)


class ExtractAsFile(OneExtract):
    """The extract as CSV or as a workbook, sent as its rows come."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Return the file, or the page that says what is wrong with what was asked."""
        if not self.form.is_valid():
            return ExtractOnPage.as_view()(request)
        return as_file(self.printed(), f"training-{timezone.localdate(self.at)}", kind)

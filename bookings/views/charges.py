"""The ledger of charges: listed, waived with a reason, and handed to the finance office as a file."""

from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from bookings import actions
from bookings.charges_page import COLUMNS, ChargeLine, file_rows, pounds
from bookings.forms import WaiverForm
from bookings.models import Charge, PartnershipPolicy
from bookings.policy import Policy
from events.models import PracticeWeek
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OrganiseFormView
from people.spreadsheets import as_csv

ON_A_PAGE: Final = 50
OPEN: Final = Q(waived_at__isnull=True)
STATES: Final = {"open": OPEN, "waived": ~OPEN}


class OwnCharges(OrganiserMixin):
    """The charges of the partnerships one organises for, narrowed by what the address says."""

    def charges(self) -> QuerySet[Charge]:
        """Return the charges with what is said of each; an unknown week or state narrows to nothing."""
        own = Charge.objects.filter(partnership__in=self.actor.organised_partnerships(at=self.at))
        rows = own.select_related("booking__session", "partnership", "waived_by")
        if week := self.request.GET.get("week"):
            rows = rows.filter(booking__session__week__slug=week)
        if state := self.request.GET.get("state"):
            rows = rows.filter(STATES[state]) if state in STATES else rows.none()
        found: QuerySet[Charge] = rows
        return found


class Charges(OwnCharges, TemplateView):
    """The ledger, page by page, with its sums."""

    template_name = "bookings/charges.html"
    extra_context = {"organise_here": "charges"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the charges and what they come to."""
        rows = self.charges()
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        lines = [ChargeLine(charge) for charge in page.object_list]
        sums = rows.order_by().aggregate(open=Sum("pence", filter=OPEN), waived=Sum("pence", filter=~OPEN))
        week, state = self.request.GET.get("week", ""), self.request.GET.get("state", "")
        query = self.request.GET.copy()
        query.pop("page", None)
        facts = {"page": page, "lines": lines, "query": query.urlencode(), "week": week, "state": state}
        words = {"open_sum": pounds(sums["open"] or 0), "waived_sum": pounds(sums["waived"] or 0)}
        charged = {"are_charged": self._are_charged(), "weeks": self._weeks()}
        return super().get_context_data(**facts, **words, **charged, **kwargs)

    def _are_charged(self) -> bool:
        """Say whether a partnership of one's own charges for anything."""
        own = self.actor.organised_partnerships(at=self.at)
        versions = PartnershipPolicy.objects.filter(partnership__in=own).order_by("version")
        newest = {row.partnership_id: Policy.of(row.values) for row in versions}
        return any(policy.late_cancel_charge or policy.absence_charge for policy in newest.values())

    def _weeks(self) -> QuerySet[PracticeWeek]:
        """Return the weeks to narrow by."""
        weeks: QuerySet[PracticeWeek] = PracticeWeek.objects.hosted_within(self.actor, at=self.at)
        return weeks.order_by("-starts_on")


class ChargesFile(OwnCharges):
    """The ledger as CSV."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Return the file, narrowed as the page is."""
        content = as_csv(COLUMNS, file_rows(self.charges().iterator(chunk_size=500)))
        headers = {"Content-Disposition": 'attachment; filename="charges.csv"'}
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


class Waive(OrganiseFormView):
    """Say why a charge is not asked for."""

    form_class = WaiverForm
    template_name = "bookings/charge_waive.html"
    extra_context = {"organise_here": "charges"}

    @cached_property
    def charge(self) -> Charge:
        """Return the charge of a partnership of one's own, not waived yet; raises Http404."""
        own = self.actor.organised_partnerships(at=self.at)
        rows = Charge.objects.filter(OPEN, partnership__in=own).select_related("booking__session", "partnership")
        found: Charge = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def act(self, form: WaiverForm) -> HttpResponse:
        """Waive it."""
        actions.waive(self.charge, actor=self.actor, reason=form.cleaned_data["reason"], at=self.at)
        return redirect("organise_charges")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the charge is."""
        return {**super().get_context_data(**kwargs), "line": ChargeLine(self.charge)}

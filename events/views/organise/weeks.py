"""The weeks that somebody organises: all of them, a new one, and a copy of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView

from events import actions
from events.builder.weeks import WeekRow
from events.builder_forms.weeks import CopyWeekForm, NewWeekForm
from events.checking import findings_of
from events.models import PracticeWeek
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OrganiseFormView
from events.wall_time import LONDON


class Weeks(OrganiserMixin, TemplateView):
    """List the weeks of one's partnerships: those to come, the drafts, and those that are over."""

    template_name = "events/organise/weeks.html"
    extra_context = {"organise_here": "weeks"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the weeks by group; what is missing is asked only of those to come."""
        today = self.at.astimezone(LONDON).date()
        own = PracticeWeek.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        weeks = PracticeWeek.objects.filter(pk__in=own).with_numbers().prefetch_related("week_hosts__partnership")
        drafts = [week for week in weeks if week.state == PracticeWeek.State.DRAFT]
        public = [week for week in weeks if week.state != PracticeWeek.State.DRAFT]
        coming = [week for week in reversed(public) if week.ends_on >= today]
        findings = findings_of([*coming, *drafts], at=self.at)
        groups = [
            ("Coming up", coming),
            ("Drafts", drafts),
            ("Past", [week for week in public if week.ends_on < today]),
        ]
        return {
            **super().get_context_data(**kwargs),
            "groups": [(title, [WeekRow(week, findings.get(week.pk, [])) for week in rows]) for title, rows in groups],
            "has_weeks": bool(drafts or public),
        }


class NewWeek(OrganiseFormView):
    """Begin a week."""

    template_name = "events/organise/week_new.html"
    form_class = NewWeekForm
    shown_at = {"week_taken": "slug", "unusable_start": "starts_on", "unusable_hosts": "lead"}

    def get_initial(self) -> dict[str, Any]:
        """Propose one's own partnership as the lead."""
        return {"lead": self.own[0].pk}

    def act(self, form: NewWeekForm) -> HttpResponse:
        """Make the draft."""
        given = form.cleaned_data
        week = actions.create_week(
            slug=given["slug"],
            title=given["title"],
            starts_on=given["starts_on"],
            introduction=given["introduction"],
            hosts=form.hosts,
            within=self.within,
        )
        messages.success(self.request, f"“{week.title}” was made as a draft. Nobody else sees it yet.")
        return HttpResponseRedirect(reverse("organise_week", args=[week.slug]))


class CopyWeek(OrganiseFormView):
    """Run a week again."""

    template_name = "events/organise/week_copy.html"
    form_class = CopyWeekForm
    shown_at = {"week_taken": "starts_on", "unusable_start": "starts_on"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer one's own weeks."""
        own = PracticeWeek.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        return {**super().get_form_kwargs(), "weeks": PracticeWeek.objects.filter(pk__in=own)}

    def get_initial(self) -> dict[str, Any]:
        """Return the week that was asked for."""
        return {"week": self.request.GET.get("week", "")}

    def act(self, form: CopyWeekForm) -> HttpResponse:
        """Copy it."""
        given = form.cleaned_data
        week = actions.copy_week(given["week"], starts_on=given["starts_on"], at=self.at)
        messages.success(self.request, f"“{week.title}” was copied as a draft. Nobody else sees it yet.")
        return HttpResponseRedirect(reverse("organise_week", args=[week.slug]))

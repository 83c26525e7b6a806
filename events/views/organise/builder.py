"""The week as a timetable to work on, and as the public will see it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import TemplateView

from events.builder.timetable import Builder, read_builder
from events.models import Session
from events.presenters import Tag
from events.views.organise.access import OrganiserMixin
from events.views.week import week_context


class Timetable(OrganiserMixin, TemplateView):
    """One week's sessions, day by day, with what is missing on each."""

    template_name = "events/organise/week.html"
    extra_context = {"organise_here": "weeks"}

    def builder(self) -> Builder:
        """Read the week; raises Http404 for one that is not one's own."""
        week = self.week(self.kwargs["slug"])
        return read_builder(week, Session.objects.hosted_within(self.actor, at=self.at), at=self.at)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the timetable."""
        builder = self.builder()
        return {**super().get_context_data(**kwargs), "builder": builder, "week": builder.week}


class Preview(OrganiserMixin):
    """A week's page as the public will see it, drafts included."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show it under a banner that says so."""
        week = self.week(slug)
        context = week_context(request, week, at=self.at, drafts=True)
        if week.state == week.State.DRAFT:
            context["state"] = Tag("Draft", "attention")
        return render(request, "events/organise/preview.html", context)

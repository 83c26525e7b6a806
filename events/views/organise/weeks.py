"""The weeks that somebody organises."""

from typing import Any

from django.views.generic import ListView

from events.models import PracticeWeek
from events.views.organise.access import OrganiserMixin


class Weeks(OrganiserMixin, ListView[PracticeWeek]):
    """List the weeks of one's partnerships, the newest first."""

    template_name = "events/organise/weeks.html"
    context_object_name = "weeks"
    extra_context = {"organise_here": "weeks"}

    def get_queryset(self) -> Any:
        """Return the weeks that one's partnerships host."""
        return PracticeWeek.objects.hosted_within(self.actor, at=self.at)

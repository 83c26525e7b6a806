"""The organisers' desk, and their search."""

from typing import Any, Final

from django.views.generic import TemplateView

from bookings.finding import found_people, found_sessions
from bookings.other_people import OtherLine
from events.presenters import SessionLine
from events.views.organise.access import OrganiserMixin
from notifications.desk_page import desk_of, glance_of

LONGEST_SEARCH: Final = 100
SHORTEST_SEARCH: Final = 2
FOUND: Final = 30


class Desk(OrganiserMixin, TemplateView):
    """What needs one today, and a week at a glance."""

    template_name = "notifications/desk/desk.html"
    extra_context = {"organise_here": "desk"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the desk shows; a week that is not one's own is not named."""
        groups = desk_of(self.actor, at=self.at)
        glance = glance_of(self.actor, self.request.GET.get("week", ""), at=self.at)
        facts = {"groups": groups, "count": sum(group.count for group in groups), "glance": glance}
        return super().get_context_data(**{**kwargs, **facts})


class More(OrganiserMixin, TemplateView):
    """The way to the pages that are needed less often."""

    template_name = "notifications/desk/more.html"
    extra_context = {"organise_here": "more"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return whose page it is."""
        return super().get_context_data(**{**kwargs, "is_administrator": self.actor.administers(at=self.at)})


class Search(OrganiserMixin, TemplateView):
    """People and sessions of one's partnerships by words of their names."""

    template_name = "notifications/desk/search.html"
    extra_context = {"organise_here": "desk"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what was found; too few letters or too many find nothing, and at most thirty of each are shown."""
        words = " ".join(self.request.GET.get("q", "").replace("\0", " ").split())
        is_asked = SHORTEST_SEARCH <= len(words) <= LONGEST_SEARCH
        people = found_people(self.actor, words, at=self.at, most=FOUND + 1) if is_asked else []
        sessions = found_sessions(self.actor, words, at=self.at, most=FOUND + 1) if is_asked else []
        facts = {
            "words": words,
            "is_asked": is_asked,
            "people": [OtherLine(one, self.at) for one in people[:FOUND]],
            "sessions": [SessionLine(one, self.at) for one in sessions[:FOUND]],
            "is_cut": len(people) > FOUND or len(sessions) > FOUND,
            "most": FOUND,
            "longest": LONGEST_SEARCH,
        }
        return super().get_context_data(**{**kwargs, **facts})

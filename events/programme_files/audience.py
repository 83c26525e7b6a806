"""Whom a session of a programme file is for, what comes before it, and its places for each way to take part."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from events import policies
from events.models import PracticeWeek, Session, SessionTopic
from events.modes import LIMITS
from events.programme_files.cells import ManyField
from events.programme_files.rows import RowForm
from people.models import Area, Sector


class AudienceRow(RowForm):
    """The row of a session, as far as it says whom it is for."""

    areas = ManyField(Area)
    sectors = ManyField(Sector)
    prerequisite = forms.CharField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.comes_after: SessionTopic | None = None

    def clean_before(self, week: PracticeWeek, topic: SessionTopic | None) -> None:
        """Find the topic that must come before: one of the same week by its slug, another as ``week/topic``."""
        cleaned = self.cleaned_data
        if not (name := cleaned.get("prerequisite", "")):
            return
        *of_week, slug = name.rsplit("/", 1)
        topics = SessionTopic.objects.filter(week__slug=of_week[0] if of_week else week.slug, slug=slug)
        self.comes_after = topics.select_related("week").first()
        if self.comes_after is None:
            message, params = "There is no topic “%(name)s” in that week.", {"name": slug}
            self.add_error("prerequisite", ValidationError(message, code="not_there", params=params))
        elif sentence := policies.why_not_before(self.comes_after, topic, week):
            self.add_error("prerequisite", sentence)
        else:
            cleaned["prerequisite"] = written_topic(self.comes_after, week)

    def clean_places(self) -> None:
        """Refuse places for each way where there is one way only, and add both up where nothing is said of all."""
        cleaned = self.cleaned_data
        limits = {name: cleaned.get(name) for name in LIMITS.values()}
        if cleaned.get("format") == Session.Format.HYBRID:
            cleaned["capacity"] = policies.places_in_all(cleaned.get("capacity"), *limits.values())
            return
        for name in (name for name, most in limits.items() if most is not None):
            self.add_error(name, "Only a hybrid session has places for each way; leave this empty.")


def written_topic(topic: SessionTopic | None, week: PracticeWeek) -> str:
    """Return a topic as the row of a session of a week names it."""
    if topic is None:
        return ""
    return topic.slug if topic.week_id == week.pk else f"{topic.week.slug}/{topic.slug}"

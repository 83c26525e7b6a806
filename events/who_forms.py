"""Whom a session is for, and its places for each way to take part: what organisers tick and type, and its rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms

from events import policies
from events.form_fields import TickBoxes
from events.models import PracticeWeek, Session, SessionTopic
from people.models import Area, Sector, User
from people.text import validate_line

LIMITS: Final = ("in_person_capacity", "online_capacity")
WHO: Final = ("areas", "sectors", "for_whom", "prerequisite")
MOST_PLACES: Final = 2_147_483_647  # what a column of the database holds
NO_LIMIT_BY_MODE: Final = (
    "Only a session in person or online has places for each way. Leave this empty, or choose that format."
)


class TopicBefore(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A topic of this week or an earlier one."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the topic with its week, which tells apart topics that are run again."""
        return f"{obj.title} ({obj.week}, {obj.week.starts_on:%B %Y})"


class WhoForm(forms.Form):
    """Whom a session is for, and its places for each way to take part."""

    in_person_capacity = forms.IntegerField(
        label="Places at the venue",
        required=False,
        min_value=0,
        max_value=MOST_PLACES,
        help_text="Only where people choose to come or to join online. Empty: as many as there are places.",
    )
    online_capacity = forms.IntegerField(
        label="Places online",
        required=False,
        min_value=0,
        max_value=MOST_PLACES,
        help_text="The same. With both given and no capacity, the capacity is both together.",
    )
    areas = forms.ModelMultipleChoiceField(
        Area.objects.all(),
        label="For people who work in",
        required=False,
        widget=TickBoxes(),
        help_text="None ticked: everywhere. The booking rules of your partnership say what happens to others.",
    )
    sectors = forms.ModelMultipleChoiceField(
        Sector.objects.all(),
        label="For these sectors",
        required=False,
        widget=TickBoxes(),
        help_text="None ticked: all of them. People of other sectors cannot book.",
    )
    for_whom = forms.CharField(
        label="What people confirm when they book",
        required=False,
        max_length=200,
        validators=[validate_line],
        help_text="In their words, such as: I supervise other practitioners. Empty: nothing.",
    )
    prerequisite = TopicBefore(
        SessionTopic.objects.none(),
        label="What must come before",
        required=False,
        empty_label="Nothing",
        help_text="People need to have attended this topic, or have a place on it that is earlier.",
    )

    def offer_topics(self, week: PracticeWeek, actor: User | None, session: Session | None, *, at: datetime) -> None:
        """Let choose among the topics of this week and earlier ones that whoever asks hosts, and what is stored."""
        field = self.fields["prerequisite"]
        assert isinstance(field, TopicBefore)  # noqa: S101 - said above; for the type checker
        topics = SessionTopic.objects.before(week, actor, at=at, keep=session.prerequisite_id if session else None)
        field.queryset = topics.exclude(pk=session.topic_id) if session else topics

    def check_places(self, cleaned: dict[str, Any]) -> None:
        """Refuse places for each way where there is one way only, and add both up where nothing is said of all."""
        limits = {name: cleaned.get(name) for name in LIMITS}
        if cleaned.get("format") != Session.Format.HYBRID:
            for name in (name for name, most in limits.items() if most is not None):
                self.add_error(name, NO_LIMIT_BY_MODE)
        elif "capacity" in cleaned:
            cleaned["capacity"] = policies.places_in_all(cleaned["capacity"], *limits.values())

    def check_before(self, cleaned: Mapping[str, Any], topic: SessionTopic | None, week: PracticeWeek) -> None:
        """Refuse what cannot come before."""
        before = cleaned.get("prerequisite")
        if before and (sentence := policies.why_not_before(before, topic, week)):
            self.add_error("prerequisite", sentence)


def who_initial(session: Session) -> dict[str, Any]:
    """Return what is stored of whom a session is for, and of its places."""
    return {
        **{name: getattr(session, name) for name in (*LIMITS, "for_whom")},
        "areas": [area.pk for area in session.areas.all()],
        "sectors": [sector.pk for sector in session.sectors.all()],
        "prerequisite": session.prerequisite_id,
    }

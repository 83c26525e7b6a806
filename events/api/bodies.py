"""What programs send about sessions: parsed and checked here, done by `events.actions`."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Manager
from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import empty

from events.models import PracticeWeek, Session, SessionTopic, Theme, Venue
from people.api.fields import Body, Count, Instant, Line, Name, Paragraphs, WebAddress
from people.models import Partnership, User

FORMATS: dict[str, Any] = {"invalid_choice": f"A format is one of {', '.join(Session.Format.values)}."}


class Slug(Line):
    """The short name of something that is there already."""

    def __init__(self, rows: Manager[Any], what: str, **kwargs: Any) -> None:
        self.rows, self.what = rows, what
        super().__init__(max_length=80, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        """Return the row, None for a null that is allowed; raises ValidationError when there is no such row."""
        slug = super().run_validation(data)
        if slug is None:
            return None
        row = self.rows.filter(slug=slug).first()
        if row is None:
            raise serializers.ValidationError(f"There is no such {self.what}.")
        return row


class TimesBody(Body):
    """When a session is."""

    starts_at = Instant()
    ends_at = Instant()


class ReasonBody(Body):
    """Why a session is called off; everybody booked reads it."""

    reason = Line(max_length=400)


class ChangeBody(Body):
    """What can be changed about a session; what is left out stays."""

    title = Name(required=False)
    format = serializers.ChoiceField(Session.Format.choices, required=False, error_messages=FORMATS)
    starts_at = Instant(required=False)
    ends_at = Instant(required=False)
    venue = Slug(Venue.objects, "venue", required=False, allow_null=True)
    joining_link = WebAddress(required=False, allow_blank=True)
    practical_note = Paragraphs(required=False, allow_blank=True)
    also_hosted_by = Line(required=False, allow_blank=True)
    booking_required = serializers.BooleanField(required=False)
    capacity = Count(required=False, allow_null=True, help_text="Null: no limit.")
    has_waiting_list = serializers.BooleanField(required=False)
    booking_opens_at = Instant(required=False, allow_null=True)
    booking_closes_at = Instant(required=False, allow_null=True)


class NewSessionBody(ChangeBody):
    """A new session; it begins as a draft."""

    week = Slug(PracticeWeek.objects, "week")
    partnerships = serializers.ListField(
        child=Slug(Partnership.objects, "partnership"),
        min_length=1,
        max_length=20,
        help_text="Its hosts; the first leads.",
    )
    title = Name()
    format = serializers.ChoiceField(Session.Format.choices, error_messages=FORMATS)
    starts_at = Instant()
    ends_at = Instant()
    code = Line(required=False, max_length=30, help_text="Unique within the week; made up where it is left out.")
    topic = Line(required=False, max_length=80, help_text="The slug of a topic of the week; this is a sitting of it.")
    summary = Paragraphs(required=False, allow_blank=True, help_text="Of a new topic, which is made without one.")
    themes = serializers.ListField(child=Slug(Theme.objects, "theme"), required=False, max_length=20)

    def validate_partnerships(self, value: list[Partnership]) -> list[Partnership]:
        """Refuse a host named twice, and a session that none of one's own partnerships hosts."""
        if len({partnership.pk for partnership in value}) < len(value):
            raise serializers.ValidationError("Name each partnership once.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find the topic within the week; raises PermissionDenied for a week of others that the public sees.

        A week of others that is a draft is answered like one that is not there.
        """
        week: PracticeWeek = attrs["week"]
        if not _hosts(self.context["actor"], week):
            if week.state == PracticeWeek.State.DRAFT:
                raise serializers.ValidationError({"week": ["There is no such week."]})
            raise PermissionDenied("You do not organise for a partnership that hosts this week.")
        if "topic" in attrs:
            attrs["topic"] = _topic(week, attrs["topic"], given=attrs.keys())
        return attrs


def _hosts(actor: User, week: PracticeWeek) -> bool:
    """Say whether somebody may plan sessions in a week."""
    reach = actor.organised_partnerships(at=timezone.now())
    return actor.is_superuser or week.week_hosts.filter(partnership__in=reach).exists()


def _topic(week: PracticeWeek, slug: str, *, given: Collection[str]) -> SessionTopic:
    """Return a topic of a week; raises ValidationError, also when what belongs to a new topic is given with it."""
    if mixed := sorted({"summary", "themes"} & set(given)):
        raise serializers.ValidationError({name: ["This belongs to a new topic; leave one out."] for name in mixed})
    topic: SessionTopic | None = week.topics.filter(slug=slug).first()
    if topic is None:
        raise serializers.ValidationError({"topic": ["The week has no such topic."]})
    return topic

"""What programs read about the programme. Each class names an answer's members; the values are built plainly."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from events.models import PracticeWeek, Resource, Session, Theme, WeekDay
from events.models.session_part import parts_of
from events.wall_time import LONDON
from people.api.serializers import site_address
from people.models import Area, Partnership, Sector


class ThemeAnswer(serializers.Serializer[Theme]):
    """A theme."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    aliases = serializers.ListField(child=serializers.CharField(), help_text="Other names of it.")
    calendar_url = serializers.URLField()

    def to_representation(self, instance: Theme) -> dict[str, Any]:
        """Return plain values; the row comes with its aliases."""
        return {
            "slug": instance.slug,
            "name": instance.name,
            "summary": instance.summary,
            "aliases": [alias.name for alias in instance.aliases.all()],
            "calendar_url": site_address(f"/calendar/themes/{instance.slug}.ics"),
        }


class WeekAnswer(serializers.Serializer[PracticeWeek]):
    """A practice week in a list."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    introduction = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField(help_text="A Monday.")
    ends_on = serializers.DateField(help_text="The Friday.")
    partnerships = serializers.ListField(child=serializers.SlugField(), help_text="Its hosts; the first leads.")
    status = serializers.ChoiceField(["draft", "scheduled", "live", "past", "archived"])
    is_sample = serializers.BooleanField()
    html_url = serializers.URLField()
    calendar_url = serializers.URLField()

    def to_representation(self, instance: PracticeWeek) -> dict[str, Any]:
        """Return plain values; the row comes with its hosts, and the context with ``at``."""
        return {
            "slug": instance.slug,
            "title": instance.title,
            "introduction": instance.introduction,
            "starts_on": instance.starts_on.isoformat(),
            "ends_on": instance.ends_on.isoformat(),
            "partnerships": [host.partnership.slug for host in instance.week_hosts.all()],
            "status": instance.status(on=self.context["at"].astimezone(LONDON).date()),
            "is_sample": instance.is_sample,
            "html_url": site_address(instance.get_absolute_url()),
            "calendar_url": site_address(f"/calendar/weeks/{instance.slug}.ics"),
        }


class DayAnswer(serializers.Serializer[WeekDay]):
    """A day of a week."""

    date = serializers.DateField()
    kind = serializers.ChoiceField(WeekDay.Kind.choices)
    title = serializers.CharField(allow_blank=True)
    summary = serializers.CharField(allow_blank=True)
    themes = serializers.ListField(child=serializers.SlugField())


class PresentationAnswer(serializers.Serializer[Any]):
    """What one partnership calls the week."""

    partnership = serializers.SlugField()
    title = serializers.CharField()
    introduction = serializers.CharField(allow_blank=True)
    audience = serializers.CharField(allow_blank=True)


class WholeWeekAnswer(WeekAnswer):
    """A practice week with its days and presentations."""

    days = DayAnswer(many=True)
    presentations = PresentationAnswer(many=True)

    def to_representation(self, instance: PracticeWeek) -> dict[str, Any]:
        """Return plain values; the row comes with hosts, days and presentations."""
        return {
            **super().to_representation(instance),
            "days": [_day(day, instance) for day in instance.days.all()],
            "presentations": [
                {
                    "partnership": presentation.partnership.slug,
                    "title": presentation.title,
                    "introduction": presentation.introduction,
                    "audience": presentation.audience,
                }
                for presentation in instance.presentations.all()
            ],
        }


def _day(day: WeekDay, week: PracticeWeek) -> dict[str, Any]:
    """Return a day's plain values."""
    day.week = week
    return {
        "date": day.date.isoformat(),
        "kind": day.kind,
        "title": day.title,
        "summary": day.summary,
        "themes": [link.theme.slug for link in day.day_themes.all()],
    }


class VenueAnswer(serializers.Serializer[Any]):
    """Where people meet."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)


class ModesAnswer(serializers.Serializer[Any]):
    """Places left for each way to take part; null: no limit."""

    in_person = serializers.IntegerField(allow_null=True)
    online = serializers.IntegerField(allow_null=True)


class PartAnswer(serializers.Serializer[Any]):
    """One date of a session that has several."""

    number = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    title = serializers.CharField(allow_blank=True)


class SessionAnswer(serializers.Serializer[Session]):
    """A session; how to join it online is never said here."""

    id = serializers.IntegerField()
    week = serializers.SlugField()
    code = serializers.CharField(help_text="Unique within the week.")
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    audience = serializers.CharField(allow_blank=True)
    content_note = serializers.CharField(allow_blank=True)
    practical_note = serializers.CharField(allow_blank=True)
    topic = serializers.SlugField(help_text="Sittings of one topic have the same; people book one of them.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    parts = PartAnswer(many=True, help_text="Every date, the first too, where there are several; none where it is one.")
    zone = serializers.CharField(help_text="The zone whose clock the times are meant on.")
    format = serializers.ChoiceField(Session.Format.choices)
    venue = VenueAnswer(allow_null=True)
    partnerships = serializers.ListField(child=serializers.SlugField(), help_text="Its hosts; the first leads.")
    also_hosted_by = serializers.CharField(allow_blank=True)
    themes = serializers.ListField(child=serializers.SlugField())
    booking_required = serializers.BooleanField()
    booking_opens_at = serializers.DateTimeField(allow_null=True)
    booking_closes_at = serializers.DateTimeField(help_text="The start, where no other time is set.")
    capacity = serializers.IntegerField(allow_null=True, help_text="Null: no limit.")
    places_left = serializers.IntegerField(allow_null=True, help_text="Null: no limit.")
    places_left_by_mode = ModesAnswer(allow_null=True, help_text="Null: there are no places for each way.")
    waiting_list_open = serializers.BooleanField(help_text="Whether people can wait when it is full.")
    areas = serializers.ListField(child=serializers.SlugField(), help_text="For people who work there; none: all.")
    sectors = serializers.ListField(child=serializers.SlugField(), help_text="For people of these; none: all.")
    for_whom = serializers.CharField(allow_blank=True, help_text="What people confirm when they book.")
    status = serializers.ChoiceField(Session.State.choices)
    cancellation_reason = serializers.CharField(allow_blank=True)
    is_illustrative = serializers.BooleanField(help_text="Made up for demonstration.")
    html_url = serializers.URLField()
    calendar_url = serializers.URLField()

    def to_representation(self, instance: Session) -> dict[str, Any]:
        """Return plain values; the row comes with its programme, audience and modes, the context with ``at``."""
        topic, venue, zone = instance.topic, instance.venue, instance.tzinfo
        opens_at = instance.booking_opens_at
        return {
            "id": instance.pk,
            "week": instance.week.slug,
            "code": instance.code,
            "title": instance.title,
            "summary": topic.summary,
            "audience": topic.audience,
            "content_note": topic.content_note,
            "practical_note": instance.practical_note,
            "topic": topic.slug,
            "starts_at": instance.local_start.isoformat(),
            "ends_at": instance.local_end.isoformat(),
            "parts": _parts(instance),
            "zone": instance.zone,
            "format": instance.format,
            "venue": {"slug": venue.slug, "name": venue.name, "address": venue.address} if venue else None,
            "partnerships": [host.partnership.slug for host in instance.session_hosts.all()],
            "also_hosted_by": instance.also_hosted_by,
            "themes": [theme.slug for theme in topic.themes.all()],
            "booking_required": instance.booking_required,
            "booking_opens_at": opens_at.astimezone(zone).isoformat() if opens_at else None,
            "booking_closes_at": instance.closes_at.astimezone(zone).isoformat(),
            "capacity": instance.capacity,
            "places_left": instance.places_left,
            "places_left_by_mode": instance.left_by_mode,
            "waiting_list_open": waiting_list_open(instance, at=self.context["at"]),
            "areas": _slugs(instance.areas.all()),
            "sectors": _slugs(instance.sectors.all()),
            "for_whom": instance.for_whom,
            "status": instance.state,
            "cancellation_reason": instance.cancellation_reason,
            "is_illustrative": instance.is_illustrative,
            "html_url": site_address(instance.get_absolute_url()),
            "calendar_url": site_address(f"/calendar/sessions/{instance.pk}.ics"),
        }


def waiting_list_open(session: Session, *, at: datetime) -> bool:
    """Say whether somebody who finds the session full can wait for a place."""
    limited = session.capacity is not None and session.has_waiting_list and session.booking_required
    has_opened = session.booking_opens_at is None or session.booking_opens_at <= at
    is_open = has_opened and at < session.closes_at and at < session.starts_at
    return limited and is_open and session.state == Session.State.PUBLISHED


class ResourceAnswer(serializers.Serializer[Resource]):
    """Something to read, watch or do."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(Resource.Kind.choices)
    summary = serializers.CharField(allow_blank=True)
    link = serializers.URLField(allow_blank=True)
    week = serializers.SlugField(allow_null=True)
    themes = serializers.ListField(child=serializers.SlugField())
    partnerships = serializers.ListField(child=serializers.SlugField())
    released_at = serializers.DateTimeField()
    html_url = serializers.URLField()

    def to_representation(self, instance: Resource) -> dict[str, Any]:
        """Return plain values; the row comes with week, themes and partnerships."""
        return {
            "slug": instance.slug,
            "title": instance.title,
            "kind": instance.kind,
            "summary": instance.summary,
            "link": instance.link,
            "week": instance.week.slug if instance.week else None,
            "themes": [theme.slug for theme in instance.themes.all()],
            "partnerships": _slugs(instance.partnerships.all()),
            "released_at": instance.released_at.astimezone(LONDON).isoformat(),
            "html_url": site_address(instance.get_absolute_url()),
        }


def _parts(session: Session) -> list[dict[str, Any]]:
    """Return the dates of a session that has several, on its own clock."""
    return [
        {
            "number": part.number,
            "starts_at": part.starts_at.astimezone(part.tzinfo).isoformat(),
            "ends_at": part.ends_at.astimezone(part.tzinfo).isoformat(),
            "title": part.title,
        }
        for part in (parts_of(session) if session.last_ends_at else [])
    ]


def _slugs(rows: Any) -> list[str]:
    """Return the slugs of partnerships, areas or sectors."""
    found: list[Partnership | Area | Sector] = list(rows)
    return [row.slug for row in found]

"""The sessions of a programme file: times by each session's own clock, and every change through an action."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from events.actions import cancel_session, publish_session, revise_session
from events.actions.sessions import MANY_FIELDS, set_many
from events.models import Room, Session, SessionHost, SessionTopic, SessionTrainer, Trainer
from events.programme_files.audience import AudienceRow, written_topic
from events.programme_files.cells import (
    DayField,
    ManyField,
    OneField,
    clock_of,
    form_field,
    moment_of,
    stamp_of,
    written_stamp,
)
from events.programme_files.rows import by_slug
from events.wall_time import validate_zone
from people.models import Partnership

CLOCK_COLUMNS: Final = frozenset({"date", "starts", "ends_on", "ends", "zone"})
STAMP_COLUMNS: Final = frozenset({"booking_opens_at", "booking_closes_at"})
HOST_COLUMNS: Final = frozenset({"lead_host", "co_hosts"})


class SessionRow(AudienceRow):
    """A session. Its title may be left to its topic, and the day it ends on where that is the day it starts."""

    table, key = "sessions", ("week", "code")
    fetched = (
        "topic",
        "venue",
        "room",
        "session_hosts__partnership",
        "session_trainers__trainer",
        "prerequisite__week",
        *sorted(MANY_FIELDS),
    )
    topic = forms.CharField()
    title = forms.CharField(required=False)
    date = DayField()
    starts = forms.CharField()
    ends_on = DayField(required=False)
    ends = forms.CharField()
    lead_host = OneField(Partnership, required=False)
    co_hosts = ManyField(Partnership)
    room = forms.CharField(required=False)
    trainers = ManyField(Trainer)
    booking_opens_at = forms.CharField(required=False)
    booking_closes_at = forms.CharField(required=False)
    field_order = [
        "week",
        "code",
        "topic",
        "title",
        "date",
        "starts",
        "ends_on",
        "ends",
        "zone",
        "format",
        "venue",
        "room",
    ]

    class Meta:
        model = Session
        fields = [
            "week",
            "code",
            "title",
            "zone",
            "format",
            "venue",
            "joining_link",
            "practical_note",
            "access",
            "cameras",
            "is_recorded",
            "also_hosted_by",
            "booking_required",
            "capacity",
            "in_person_capacity",
            "online_capacity",
            "has_waiting_list",
            "for_whom",
            "state",
            "is_illustrative",
            "cancellation_reason",
        ]
        formfield_callback = form_field

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sitting_of: SessionTopic | None = None
        self.meets_in: Room | None = None
        self.moments: dict[str, datetime | None] = {}

    def extras(self) -> dict[str, object]:
        """Return topic, times and hosts."""
        session: Session = self.instance
        if self.is_new:
            return dict.fromkeys(self.declared_fields, None)
        zone, start, end = session.tzinfo, session.local_start, session.local_end
        hosts = list(session.session_hosts.all())
        return {
            "topic": session.topic.slug,
            "title": session.title,
            **_clock_cells(start, end, zone),
            "lead_host": next((host.partnership for host in hosts if host.is_lead), None),
            "co_hosts": by_slug(host.partnership for host in hosts if not host.is_lead),
            "room": session.room.name if session.room else "",
            "trainers": [part.trainer for part in session.session_trainers.all()],
            **{name: written_stamp(getattr(session, name), zone) for name in STAMP_COLUMNS},
            **{name: by_slug(getattr(session, name).all()) for name in sorted(MANY_FIELDS)},
            "prerequisite": written_topic(session.prerequisite, session.week),
        }

    def clean_zone(self) -> str:
        """Refuse a zone that is not there."""
        zone: str = self.cleaned_data["zone"]
        validate_zone(zone)
        return zone

    def clean_state(self) -> str:
        """Refuse the way back from a state that people were told of."""
        stored, wanted = self.before["state"], str(self.cleaned_data["state"])
        if not self.is_new and stored != wanted and (stored == "cancelled" or wanted == "draft"):
            raise ValidationError(f"A session that is {stored} does not become {wanted}.", code="state")
        return wanted

    def clean(self) -> dict[str, Any]:
        """Find the topic, work out the instants, and see that each host stands once."""
        cleaned = self.cleaned_data
        if (week := cleaned.get("week")) and (slug := cleaned.get("topic")):
            self.sitting_of = week.topics.filter(slug=slug).first()
            if self.sitting_of:
                cleaned["title"] = cleaned.get("title") or self.sitting_of.title
            else:
                message, name = "The week has no topic “%(name)s”.", {"name": slug}
                self.add_error("topic", ValidationError(message, code="not_there", params=name))
        if zone := cleaned.get("zone"):
            self._clean_times(ZoneInfo(zone))
        if week:
            self.clean_before(week, self.sitting_of)
        self.clean_places()
        for column in MANY_FIELDS & cleaned.keys():
            cleaned[column] = by_slug(cleaned[column])
        if (lead := cleaned.get("lead_host")) and lead in cleaned.get("co_hosts", []):
            self.add_error("co_hosts", f"“{lead.slug}” leads the session; name it once.")
        cleaned["co_hosts"] = by_slug(cleaned.get("co_hosts", []))
        if (venue := cleaned.get("venue")) and (room := cleaned.get("room")):
            self.meets_in = venue.rooms.filter(name=room).first()
        if cleaned.get("room") and self.meets_in is None and "venue" in cleaned:
            message, params = "The venue has no room “%(name)s”.", {"name": cleaned["room"]}
            self.add_error("room", ValidationError(message, code="not_there", params=params))
        return cleaned

    def _clean_times(self, zone: ZoneInfo) -> None:
        """Turn days and clock times into instants."""
        cleaned = self.cleaned_data
        day: date | None = cleaned.get("date")
        for name, column, on in (("starts_at", "starts", day), ("ends_at", "ends", cleaned.get("ends_on") or day)):
            if on and (clock := cleaned.get(column)):
                self._clean_moment(name, column, partial(moment_of, on, clock, zone))
        for column in sorted(STAMP_COLUMNS):
            if stamp := cleaned.get(column):
                self._clean_moment(column, column, partial(stamp_of, stamp, zone))
            else:
                self.moments[column] = None
        start, end = self.moments.get("starts_at"), self.moments.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends", "A session must end after it starts.")

    def _clean_moment(self, name: str, column: str, read: Callable[[], datetime]) -> None:
        """Keep an instant, or what is wrong with it."""
        try:
            self.moments[name] = read()
        except ValidationError as error:
            self.add_error(column, error)

    def wanted_cells(self) -> dict[str, str]:
        """Return the row as the file wants it, each time in the one way it is written."""
        zone, moments = ZoneInfo(self.cleaned_data["zone"]), self.moments
        start, end = moments["starts_at"], moments["ends_at"]
        assert start and end  # noqa: S101, PT018 - the row is valid
        stamps = {name: written_stamp(moments[name], zone) for name in STAMP_COLUMNS}
        return {**super().wanted_cells(), **_clock_cells(start.astimezone(zone), end.astimezone(zone), zone), **stamps}

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:
        """Make the session, or change it by the actions, so that bookings and diaries follow.

        Raises the actions' refusals, and ValidationError from the model.
        """
        if self.is_new:
            self._make(at=at)
            return
        if HOST_COLUMNS & changes.keys():
            self._write_hosts()
        if "trainers" in changes:
            self._write_trainers()
        wanted = changes["state"][1] if "state" in changes else ""
        fields = self._changed_fields(changes)
        if wanted == Session.State.CANCELLED:
            fields.pop("cancellation_reason", None)
        revise_session(self.instance.pk, at=at, **fields)
        if wanted == Session.State.PUBLISHED:
            publish_session(self.instance.pk, at=at)
        elif wanted == Session.State.CANCELLED:
            cancel_session(self.instance.pk, reason=self.cleaned_data["cancellation_reason"], at=at)

    def _changed_fields(self, changes: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        """Return the model's fields that the changed columns are about, with their new values."""
        plain = set(self.Meta.fields) - {"week", "code", "state"}
        fields = {name: self.cleaned_data[name] for name in plain & changes.keys()}
        if CLOCK_COLUMNS & changes.keys():
            fields |= {name: self.moments[name] for name in ("starts_at", "ends_at")}
        for name in STAMP_COLUMNS:
            if name in changes or "zone" in changes:
                fields[name] = self.moments[name]
        if "topic" in changes:
            fields["topic"] = self.sitting_of
        if {"room", "venue"} & changes.keys():
            fields["room"] = self.meets_in
        if "prerequisite" in changes:
            fields["prerequisite"] = self.comes_after
        fields |= {name: self.cleaned_data[name] for name in MANY_FIELDS & changes.keys()}
        return fields

    def _make(self, *, at: datetime) -> None:
        """Insert the session; one that is published passes the gate of its action."""
        session: Session = self.instance
        wanted, session.state = session.state, Session.State.DRAFT
        assert self.sitting_of  # noqa: S101 - the row is valid
        session.topic, session.room, session.revised_at = self.sitting_of, self.meets_in, at
        session.prerequisite = self.comes_after
        for name, moment in self.moments.items():
            setattr(session, name, moment)
        if wanted == Session.State.CANCELLED:  # called off before it began, whenever it is told
            session.state, session.cancelled_at = wanted, min(at, session.starts_at)
        session.full_clean()
        session.save()
        set_many(session, {name: self.cleaned_data[name] for name in MANY_FIELDS})
        self._write_hosts()
        self._write_trainers()
        if wanted == Session.State.PUBLISHED:
            publish_session(session.pk, at=at)

    def _write_hosts(self) -> None:
        """Make the hosts what the row says."""
        for host in self.instance.session_hosts.all():
            host.delete()
        lead, co_hosts = self.cleaned_data["lead_host"], self.cleaned_data["co_hosts"]
        for partnership in [lead, *co_hosts] if lead else co_hosts:
            SessionHost.objects.create(session=self.instance, partnership=partnership, is_lead=partnership == lead)

    def _write_trainers(self) -> None:
        """Make the trainers what the row says, in its order; raises ValidationError for one who is busy."""
        for part in self.instance.session_trainers.all():
            part.delete()
        for position, trainer in enumerate(self.cleaned_data["trainers"]):
            part = SessionTrainer(session=self.instance, trainer=trainer, position=position)
            part.full_clean()
            part.save()


def _clock_cells(start: datetime, end: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return the cells of a session's times; both instants by the zone's clock."""
    return {
        "date": start.date().isoformat(),
        "starts": clock_of(start, zone),
        "ends_on": end.date().isoformat() if end.date() != start.date() else "",
        "ends": clock_of(end, zone),
    }

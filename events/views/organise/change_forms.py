"""What an organiser changes of a published session, checked as the actions will check it."""

from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from events import actions
from events.actions.sessions import MANY_FIELDS
from events.errors import Refusal
from events.models import PlannedChange, Room, Session, Venue
from events.wall_time import instant
from events.who_forms import LIMITS, MOST_PLACES, WHO, WhoForm, who_initial
from people.models import User
from people.text import validate_line, validate_name, validate_paragraphs

FIELD_OF: Final = {"starts_at": "starts", "ends_at": "ends"}
TIME_AND_PLACE: Final = ("title", "day", "starts", "ends", "ends_on", "format", "venue", "room")
PLAIN: Final = (
    *("title", "format", "venue", "room", "practical_note", "capacity", "for_whom", "prerequisite"),
    *LIMITS,
)
DAY: Final = {"type": "date", "class": "input-short"}
CLOCK: Final = {"type": "time", "class": "input-short"}


class RoomField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of rooms, each with its venue."""

    def label_from_instance(self, obj: Model) -> str:
        """Return venue and room."""
        return f"{obj.venue}: {obj}" if isinstance(obj, Room) else str(obj)


class PlannedForm(forms.Form):
    """A change that can be tried. ``changes`` holds what differs, by the session's fields, once the form is valid."""

    kind: PlannedChange.Kind

    def __init__(self, *args: Any, session: Session, at: datetime, actor: User | None = None, **kwargs: Any) -> None:
        self.session, self.at, self.actor = session, at, actor
        self.changes: dict[str, Any] = {}
        self.is_refused = False
        super().__init__(*args, **{**kwargs, "initial": self.stored()})

    def stored(self) -> dict[str, Any]:
        """Return what the fields hold before anything is typed."""
        return {}

    def try_out(self) -> None:
        """See whether it could be carried out now; a refusal stands at its field."""
        try:
            actions.try_change(
                self.session.pk,
                kind=self.kind,
                at=self.at,
                changes=self.changes,
                reason=self.cleaned_data.get("reason", ""),
            )
        except Refusal as refusal:
            self.is_refused = True
            field = getattr(refusal, "field", None)  # where it is mended, if it is one field
            self.add_error(field if field in self.fields else None, refusal.sentence)
        except ValidationError as error:
            by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            for name, sentences in by_field.items():
                field = FIELD_OF.get(name, name)
                self.add_error(field if field in self.fields else None, ValidationError(sentences))


class CancelForm(PlannedForm):
    """Why a session is cancelled, in words for everybody who booked."""

    kind = PlannedChange.Kind.CANCEL
    reason = forms.CharField(
        label="Reason",
        help_text="One line for the mail to everybody who booked. Write nothing about a child or a family.",
        max_length=400,
        validators=[validate_line],
        error_messages={"required": "Say why the session is cancelled."},
    )

    def clean(self) -> dict[str, Any]:
        """Try it."""
        if not self.errors:
            self.try_out()
        return self.cleaned_data


class ChangeForm(WhoForm, PlannedForm):
    """Time, place, words and places of a session, and whom it is for; what stays as it is stored is no change."""

    kind = PlannedChange.Kind.REVISE
    title = forms.CharField(label="Title", max_length=200, validators=[validate_line, validate_name])
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    starts = forms.TimeField(label="Starts", widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    ends = forms.TimeField(label="Ends", widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    ends_on = forms.DateField(
        label="Ends on, if that is another day",
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    format = forms.ChoiceField(label="How to take part", choices=Session.Format.choices)
    venue = forms.ModelChoiceField(Venue.objects.all(), label="Venue", required=False, empty_label="None")
    room = RoomField(
        Room.objects.select_related("venue").order_by("venue__name", "name"),
        label="Room",
        required=False,
        empty_label="None",
    )
    practical_note = forms.CharField(
        label="Practical note",
        help_text="What to bring or prepare; the public sees it.",
        required=False,
        max_length=5000,
        validators=[validate_paragraphs],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    capacity = forms.IntegerField(
        label="Places in all",
        required=False,
        min_value=0,
        max_value=MOST_PLACES,
        help_text="Empty: no limit. More places go to those who wait; there are never fewer than are taken.",
    )
    reason = forms.CharField(
        label="Reason (optional)",
        help_text="One line for the mail about this change. Write nothing about a child or a family.",
        required=False,
        max_length=400,
        validators=[validate_line],
    )

    field_order = [*TIME_AND_PLACE, "practical_note", "capacity", *LIMITS, *WHO, "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_topics(self.session.week, self.actor, self.session, at=self.at)

    def stored(self) -> dict[str, Any]:
        """Return the session as it stands, by its own clock."""
        session, start, end = self.session, self.session.local_start, self.session.local_end
        return {
            "title": session.title,
            "day": start.date(),
            "starts": start.time().replace(second=0, microsecond=0),
            "ends": end.time().replace(second=0, microsecond=0),
            "ends_on": end.date() if end.date() != start.date() else None,
            "format": session.format,
            "venue": session.venue_id,
            "room": session.room_id,
            "practical_note": session.practical_note,
            "capacity": session.capacity,
            **who_initial(session),
        }

    def clean_practical_note(self) -> str:
        """Return the note with line ends as they are stored."""
        note: str = self.cleaned_data["practical_note"].replace("\r\n", "\n")
        return note

    def clean(self) -> dict[str, Any]:
        """Collect what differs, and try it; where nothing differs there is nothing to do."""
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        if cleaned["format"] == Session.Format.ONLINE:
            cleaned["venue"] = cleaned["room"] = None
        elif cleaned["venue"] is None:
            self.add_error("venue", "Choose where people meet.")
            return cleaned
        self._keep_unsent(cleaned)
        self.check_places(cleaned)
        self.check_before(cleaned, self.session.topic, self.session.week)
        if self.errors:
            return cleaned
        self.changes = {name: cleaned[name] for name in PLAIN if cleaned[name] != getattr(self.session, name)}
        for name in sorted(MANY_FIELDS):
            if set(cleaned[name]) != set(getattr(self.session, name).all()):
                self.changes[name] = list(cleaned[name])
        self._collect_times()
        if not self.errors and not self.changes:
            raise ValidationError("Nothing here differs from the session as it is. Change something first.")
        if not self.errors:
            self.try_out()
        return cleaned

    def _keep_unsent(self, cleaned: dict[str, Any]) -> None:
        """Leave places as they are stored where nothing was sent of them: an empty field means no limit."""
        for name in ("capacity", *LIMITS):
            if self.add_prefix(name) not in self.data:
                cleaned[name] = getattr(self.session, name)

    def _collect_times(self) -> None:
        """Turn the day and the clock times that were changed into instants by the session's clock."""
        typed, cleaned = set(self.changed_data), self.cleaned_data
        day: date = cleaned["day"]
        if typed & {"day", "starts"}:
            self._collect("starts_at", day, cleaned["starts"])
        if typed & {"day", "ends", "ends_on"}:
            self._collect("ends_at", cleaned["ends_on"] or day, cleaned["ends"])
        start = self.changes.get("starts_at", self.session.starts_at)
        end = self.changes.get("ends_at", self.session.ends_at)
        if not self.errors and end <= start:
            self.add_error("ends", "A session must end after it starts.")

    def _collect(self, name: str, day: date, clock: time) -> None:
        """Keep an instant that differs, or say at its field what is wrong with it."""
        try:
            moment = instant(day, clock, self.session.tzinfo)
        except ValidationError as error:
            self.add_error(FIELD_OF[name], error)
            return
        if moment != getattr(self.session, name):
            self.changes[name] = moment

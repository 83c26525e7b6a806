"""What an organiser changes of a published session, checked as the actions will check it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from events.actions.details import DETAILS, WINDOW
from events.actions.sessions import booking_closes_when_moved
from events.builder_forms.details import ABOUT, NOTICED, check_window, detail_fields, details_initial
from events.models import PlannedChange, Room, Session, Venue
from events.views.organise.planned_forms import FIELD_OF, PlannedForm
from events.wall_time import instant
from events.who_forms import LIMITS, MOST_PLACES, WHO, WhoForm, who_initial
from people.text import validate_line, validate_name, validate_paragraphs

TIMES: Final = ("day", "ends_on", "starts", "ends")
PREVIEWED: Final = frozenset({*TIMES, *NOTICED, "reason"})
# The parts of the page by their titles: what people notice, and what is saved at once.
NOTICED_PARTS: Final = (
    ("Time and place", ("title", *TIMES, "format", "venue", "room", "practical_note")),
    ("Places", ("capacity", *LIMITS)),
    ("Who may book", WHO),
    ("Why it changes", ("reason",)),
)
LINK_ALONE: Final = frozenset({"is_whole", "joining_link"})
DETAIL_PARTS: Final = (
    ("Taking part", ("joining_link", "cameras", "is_recorded", "access")),
    ("Booking", ("booking_required", "has_waiting_list", *WINDOW)),
    ("What it is about", (*ABOUT, "also_hosted_by")),
)
Parts = list[tuple[str, list[forms.BoundField]]]
DAY: Final = {"type": "date", "class": "input-short"}
CLOCK: Final = {"type": "time", "class": "input-short"}


def differing(row: Model, cleaned: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return what was typed of a row's fields and is not what is stored; of several rows a list."""
    found = {}
    for name in names:
        typed, stored = cleaned[name], getattr(row, name)
        if hasattr(stored, "all"):
            if set(typed) != set(stored.all()):
                found[name] = list(typed)
        elif plain(typed) != plain(stored):
            found[name] = plain(typed)
    return found


def plain(value: Any) -> Any:
    """Return a text with one sign for each end of a line, as it is stored; anything else as it is."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class RoomField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of rooms, each with its venue."""

    def label_from_instance(self, obj: Model) -> str:
        """Return venue and room."""
        return f"{obj.venue}: {obj}" if isinstance(obj, Room) else str(obj)


class ChangeForm(WhoForm, PlannedForm):
    """Everything of a published session; what stays as it is stored is no change.

    Beside ``changes``, which people notice, it collects ``details`` of the session and what is said ``about`` its
    topic, which no diary says. Fields that are ``left_out`` cannot be changed now.
    """

    kind = PlannedChange.Kind.REVISE
    # Comes back with the whole page: without it nobody knows whether what is missing was emptied, unticked or not sent.
    is_whole = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
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

    def __init__(self, *args: Any, left_out: Collection[str] = (), shares_topic: bool = False, **kwargs: Any) -> None:
        self.details: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        super().__init__(*args, **kwargs)
        self.offer_topics(self.session.week, self.actor, self.session, at=self.at)
        self.fields.update(detail_fields())
        self.order_fields([name for _, names in (*NOTICED_PARTS, *DETAIL_PARTS) for name in names])
        self.keeps_topic = shares_topic
        for name in ABOUT if shares_topic else ():
            self.fields[name].disabled = True
        for name in self.fields.keys() & set(left_out):
            del self.fields[name]

    def may_change(self, name: str) -> bool:
        """Say whether a field is on the page and can be changed there."""
        return name in self.fields and not self.fields[name].disabled

    @property
    def noticed_parts(self) -> Parts:
        """Return the fields that people notice, by the part of the page; empty where none can be changed now."""
        return self._parts(NOTICED_PARTS)

    @property
    def detail_parts(self) -> Parts:
        """Return the fields that are saved at once, by the part of the page."""
        return self._parts(DETAIL_PARTS)

    def _parts(self, parts: Iterable[tuple[str, Iterable[str]]]) -> Parts:
        """Return the fields that are there, by part; parts without any are left out."""
        found = [(title, [self[name] for name in names if name in self.fields]) for title, names in parts]
        return [(title, fields) for title, fields in found if fields]

    @property
    def saved_at_once(self) -> list[str]:
        """Return the labels of what is saved at once."""
        return [str(self[name].label) for name in self.fields if name in self.details or name in self.about]

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
            **details_initial(session),
            "is_whole": True,
        }

    def clean(self) -> dict[str, Any]:
        """Collect what differs, and try it; where nothing differs there is nothing to do."""
        cleaned = self.cleaned_data
        if not self.errors and "title" in self.fields:
            self._collect_noticed(cleaned)
        if not self.errors and cleaned["is_whole"]:
            self._collect_details(cleaned)
        if not self.errors and not (self.changes or self.details or self.about):
            raise ValidationError("Nothing here differs from the session as it is. Change something first.")
        if not self.errors and self.changes:
            self.try_out()
        return cleaned

    def _collect_noticed(self, cleaned: dict[str, Any]) -> None:
        """Check and collect what people notice."""
        if cleaned["format"] == Session.Format.ONLINE:
            cleaned["venue"] = cleaned["room"] = None
        elif cleaned["venue"] is None:
            self.add_error("venue", "Choose where people meet.")
            return
        self._keep_unsent(cleaned)
        self.check_places(cleaned)
        self.check_before(cleaned, self.session.topic, self.session.week)
        if self.errors:
            return
        self.changes = differing(self.session, cleaned, NOTICED)
        self._collect_times()

    def _collect_details(self, cleaned: dict[str, Any]) -> None:
        """Check and collect what no diary says; where the times change, those of booking wait with them."""
        session, changes = self.session, self.changes
        starts, ends = changes.get("starts_at", session.starts_at), changes.get("ends_at", session.ends_at)
        self.details = differing(session, cleaned, [name for name in DETAILS if self.may_change(name)])
        window = dict(cleaned)
        if "booking_closes_at" not in self.details:
            window["booking_closes_at"] = booking_closes_when_moved(session, starts_at=starts)
        check_window(self, window, starts=starts, ends=ends)
        if {"starts_at", "ends_at"} & changes.keys():
            changes |= {name: self.details.pop(name) for name in WINDOW if name in self.details}
        self.about = differing(session.topic, cleaned, [name for name in ABOUT if self.may_change(name)])

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

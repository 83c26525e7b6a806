"""The further dates of a session, as organisers type them: a day, a start and an end for each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from events.actions import WantedPart
from events.dates import zone_words
from events.form_fields import ClockInput, DayInput
from events.models import Session
from events.models.session_part import MOST_PARTS, Part, parts_of
from events.wall_time import YEARS, instant
from people.text import validate_line

MORE: Final = 1  # empty dates beside those that are there
NEEDED: Final = {"day": "Write the day.", "starts": "Write when it starts.", "ends": "Write when it ends."}


class PartsForm(forms.Form):
    """Every further date of a session, and one more. An empty date is none; a stored one goes where that is ticked."""

    reason = forms.CharField(
        label="Reason (optional)",
        help_text="One line for the mail about this change. Write nothing about a child or a family.",
        required=False,
        max_length=400,
        validators=[validate_line],
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.later = session, parts_of(session)[1:]
        if session.state == Session.State.DRAFT:
            del self.fields["reason"]
        for number in self.numbers:
            self._add_date(number, self.later[number - 2] if number - 2 < len(self.later) else None)

    @property
    def numbers(self) -> range:
        """Return the numbers of the dates that can be typed, from 2 on."""
        return range(2, min(MOST_PARTS, 1 + len(self.later) + MORE) + 1)

    @property
    def dates(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Return the fields of each date under its heading."""
        for number in self.numbers:
            names = [f"{name}_{number}" for name in ("day", "starts", "ends", "title", "remove")]
            heading = f"Part {number}" if number - 2 < len(self.later) else "One more date"
            yield heading, [self[name] for name in names if name in self.fields]

    @property
    def wanted(self) -> Sequence[WantedPart]:
        """Return the dates that the session is to have; once the form is valid."""
        return [one for _, one in self._wanted]

    def clean(self) -> dict[str, Any]:
        """Put day and times together; what is wrong stands at its field."""
        self._wanted: list[tuple[int, WantedPart]] = []
        for number in self.numbers:
            if (one := self._read(number)) is not None:
                self._wanted.append((number, one))
        return self.cleaned_data

    def add_faults(self, error: ValidationError) -> None:
        """Show what the verb said of a date at its day, and the rest above the form."""
        by_place = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for place, sentences in by_place.items():
            known = place.isdigit() and int(place) < len(self._wanted)
            self.add_error(f"day_{self._wanted[int(place)][0]}" if known else None, ValidationError(sentences))

    def _add_date(self, number: int, part: Part | None) -> None:
        """Add the fields of one date."""
        start, end = (moment.astimezone(part.tzinfo) if part else None for moment in _span(part))
        self.fields[f"day_{number}"] = forms.DateField(
            label="Day",
            required=False,
            widget=DayInput({"class": "input-short"}),
            initial=start and start.date(),
            error_messages={"invalid": "Write a day such as 2027-06-26."},
        )
        for name, label, moment in (("starts", "Start", start), ("ends", "End", end)):
            self.fields[f"{name}_{number}"] = forms.TimeField(
                label=label,
                required=False,
                widget=ClockInput({"class": "input-short"}),
                initial=moment and moment.time(),
                help_text=f"{zone_words(self.session.tzinfo)}." if name == "starts" else "",
                error_messages={"invalid": "Write a time such as 09:30."},
            )
        self.fields[f"title_{number}"] = forms.CharField(
            label="What it is about (optional)",
            required=False,
            max_length=200,
            validators=[validate_line],
            initial=part.title if part else "",
        )
        if part:
            self.fields[f"remove_{number}"] = forms.BooleanField(label="Take this date away", required=False)

    def _read(self, number: int) -> WantedPart | None:
        """Return one date as typed; None for none, one that goes, or one with a fault, which is noted at its field."""
        typed = {name: self.cleaned_data.get(f"{name}_{number}") for name in NEEDED}
        title = self.cleaned_data.get(f"title_{number}", "")
        names = {f"{name}_{number}" for name in (*NEEDED, "title")}
        part = self.later[number - 2] if number - 2 < len(self.later) else None
        if self.cleaned_data.get(f"remove_{number}"):
            for name in names & self.errors.keys():
                del self.errors[name]
            return None
        if names & self.errors.keys() or (part is None and not title and not any(typed.values())):
            return None
        for name, words in NEEDED.items():
            if typed[name] is None:
                self.add_error(f"{name}_{number}", words)
        if not names & self.errors.keys() and typed["day"] and typed["day"].year not in YEARS:
            self.add_error(f"day_{number}", f"Choose a year from {YEARS.start} to {YEARS.stop - 1}.")
        if names & self.errors.keys():
            return None
        starts_at, ends_at = (self._moment(name, number, typed) for name in ("starts", "ends"))
        if starts_at is None or ends_at is None:
            return None
        return WantedPart(starts_at, ends_at, title, part.row.pk if part and part.row else None)

    def _moment(self, name: str, number: int, typed: dict[str, Any]) -> datetime | None:
        """Return the instant of a time on the session's clock; None, with the error at the field, where it has none."""
        try:
            return instant(typed["day"], typed[name], self.session.tzinfo)
        except ValidationError as error:
            self.add_error(f"{name}_{number}", error)
            return None


def _span(part: Part | None) -> tuple[Any, Any]:
    """Return when a date starts and ends; nothing of none."""
    return (part.starts_at, part.ends_at) if part else (None, None)

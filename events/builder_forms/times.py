"""When a session takes place, as organisers write it: a day of the week, a start, and an end or a length."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from events.builder.timetable import day_choices
from events.dates import zone_words
from events.form_fields import ClockInput, DayInput
from events.models import PracticeWeek
from events.wall_time import LONDON, YEARS, instant


class StartForm(forms.Form):
    """A day and a start on the session's clock; what the clocks skip or repeat is refused beside the start."""

    day = forms.ChoiceField(label="Day")
    other_day = forms.DateField(
        label="Or a day outside the week",
        required=False,
        widget=DayInput(),
        help_text="Only where the session lies outside the five days.",
        error_messages={"invalid": "Write a day such as 2027-06-26."},
    )
    starts = forms.TimeField(
        label="Start",
        widget=ClockInput(),
        error_messages={"required": "Write when it starts.", "invalid": "Write a time such as 09:30."},
    )

    def __init__(self, *args: Any, week: PracticeWeek, zone: ZoneInfo = LONDON, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week, self.zone = week, zone
        given = self.initial.get("day")
        day = self.fields["day"]
        assert isinstance(day, forms.ChoiceField)  # noqa: S101 - said above; for the type checker
        day.choices = day_choices(week, *([given] if isinstance(given, date) else []))
        self.fields["starts"].help_text = f"{zone_words(zone)}."

    def clean(self) -> dict[str, Any]:
        """Put day and start together as ``starts_at``."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day = cleaned.get("other_day") or (cleaned.get("day") and date.fromisoformat(cleaned["day"]))
        if not day or cleaned.get("starts") is None or "other_day" in self.errors:
            return cleaned
        if day.year not in YEARS:
            self.add_error("other_day", f"Choose a year from {YEARS.start} to {YEARS.stop - 1}.")
        else:
            cleaned["starts_at"] = self.moment("starts", day, cleaned["starts"])
        return cleaned

    def moment(self, name: str, day: date, clock: time) -> datetime | None:
        """Return the instant of a time on the session's clock; None, with the error at the field, where it has none."""
        try:
            return instant(day, clock, self.zone)
        except ValidationError as error:
            self.add_error(name, error)
            return None


class TimesForm(StartForm):
    """A start, and an end on the same day or a length in minutes."""

    ends = forms.TimeField(
        label="End",
        required=False,
        widget=ClockInput(),
        error_messages={"invalid": "Write a time such as 11:00."},
    )
    minutes = forms.IntegerField(
        label="Or its length in minutes",
        required=False,
        min_value=1,
        max_value=24 * 60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text="Instead of an end; also for a session that runs past midnight.",
    )

    def clean(self) -> dict[str, Any]:
        """Work out ``ends_at``; raises an error where it is missing, said twice differently, or not after the start."""
        cleaned = super().clean()
        starts_at = cleaned.get("starts_at")
        if not starts_at or {"ends", "minutes"} & self.errors.keys():
            return cleaned
        ends_at = self._by_length(starts_at, cleaned.get("minutes"))
        if (clock := cleaned.get("ends")) is not None:
            said = self.moment("ends", starts_at.astimezone(self.zone).date(), clock)
            if ends_at and said and said != ends_at:
                self.add_error("minutes", "The end and the length differ. Leave one of them empty.")
            ends_at = said
        elif ends_at is None:
            self.add_error("ends", "Write when it ends, or how long it takes.")
        if ends_at and ends_at <= starts_at:
            self.add_error("ends", "A session must end after it starts. Past midnight, write its length instead.")
        cleaned["ends_at"] = ends_at
        return cleaned

    @staticmethod
    def _by_length(starts_at: datetime, minutes: int | None) -> datetime | None:
        """Return the end by a length."""
        return starts_at + timedelta(minutes=minutes) if minutes else None


def times_initial(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return the form's values for times that are stored."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    values: dict[str, Any] = {"day": start.date(), "starts": start.time()}
    if start.date() == end.date():
        values["ends"] = end.time()
    else:
        values["minutes"] = int((ends_at - starts_at).total_seconds()) // 60
    return values

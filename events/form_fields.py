"""Form fields that speak of the programme: a day and a time as people write them."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from events.wall_time import instant


class DayInput(forms.DateInput):
    """A day, by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A time of day."""

    input_type = "time"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.SplitDateTimeWidget):
    """A day and a time side by side, each with a name of its own; a link to the field leads to the day."""

    def __init__(self) -> None:
        super(forms.SplitDateTimeWidget, self).__init__(
            [DayInput({"aria-label": "Day"}), ClockInput({"aria-label": "Time"})]
        )

    def id_for_label(self, id_: str) -> str:
        """Return the day's id."""
        return f"{id_}_0" if id_ else ""


class TickBoxes(forms.CheckboxSelectMultiple):
    """Boxes to tick; a link to the field leads to the first."""

    def id_for_label(self, id_: str, index: Any = None) -> str:
        """Return the id of one box."""
        return super().id_for_label(id_, index or "0")


class OneOf(forms.RadioSelect):
    """A few things of which one is chosen; a link to the field leads to the first."""

    def id_for_label(self, id_: str, index: Any = None) -> str:
        """Return the id of one of them."""
        return super().id_for_label(id_, index or "0")


class WallTimeField(forms.SplitDateTimeField):
    """A day and a time on the UK clock; what the clocks skip or repeat is refused with the reason."""

    def compress(self, data_list: Any) -> datetime | None:
        """Return the aware moment; None when nothing was typed."""
        day, clock = data_list or (None, None)
        if isinstance(day, date) and isinstance(clock, time):
            return instant(day, clock)
        if day in self.empty_values and clock in self.empty_values:
            return None
        raise ValidationError("Write both the day and the time.", code="invalid")

"""The filters of a week's page as fields; what they mean is said in `events.filters`."""

from typing import Any

from django import forms

from events.filters import TimeOfDay
from events.models import Session
from events.week_page import WeekPage


class WeekFilterForm(forms.Form):
    """Day, time of day, theme, partnership, format and places left; offers what the week has, and asks no query."""

    day = forms.ChoiceField(label="Day", required=False)
    time = forms.ChoiceField(label="Time of day", required=False, choices=[("", "Any time"), *TimeOfDay.choices])
    theme = forms.ChoiceField(label="Theme", required=False)
    format = forms.ChoiceField(label="Format", required=False, choices=[("", "Any format"), *Session.Format.choices])
    partnership = forms.ChoiceField(label="Partnership", required=False)
    places = forms.BooleanField(
        label="Only with places left", required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )

    def __init__(self, page: WeekPage, **kwargs: Any) -> None:
        chosen = {**dict(page.filters.pairs), "partnership": page.view.value}
        super().__init__(**{"auto_id": "filter-%s", "initial": chosen, **kwargs})
        days = [(day.anchor, f"{day.date:%A} {day.date.day} {day.date:%B}") for day in page.all_days]
        self._offer("day", [("", "Any day"), *days])
        self._offer("theme", [("", "Any theme"), *((theme.slug, theme.name) for theme in page.themes)])
        self._offer("partnership", [(view.value, view.words) for view in page.view.choices])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Give a field its choices; one with nothing to choose is left out."""
        field = self.fields[name]
        if len(choices) > 1 and isinstance(field, forms.ChoiceField):
            field.choices = choices
        else:
            del self.fields[name]

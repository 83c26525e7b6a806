"""What each day of a week is for."""

from typing import Any, Final

from django import forms

from events.actions.week_details import DayPlan
from events.models import Theme, WeekDay

FEWEST: Final = 4
PLACES: Final = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


class DayForm(forms.ModelForm):  # type: ignore[type-arg]
    """One day: its kind, title and summary, and its themes in the order they are named."""

    class Meta:
        model = WeekDay
        fields = ("kind", "title", "summary")
        labels = {"kind": "What it is for"}
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def __init__(
        self, *args: Any, number: int, themes: list[tuple[int, str]], chosen: list[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        choices = [("", "None"), *themes]
        self.theme_names = [f"theme_{place}" for place in range(min(len(PLACES), max(FEWEST, len(chosen) + 1)))]
        for place, name in enumerate(self.theme_names):
            given = chosen[place] if place < len(chosen) else ""
            label = f"{PLACES[place]} theme"
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=choices, required=False, coerce=int, empty_value=None, initial=given
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a theme that is named twice."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen = set()
        for name in self.theme_names:
            theme = cleaned.get(name)
            if theme is not None and theme in seen:
                self.add_error(name, "The day has this theme already.")
            seen.add(theme)
        return cleaned

    def plan(self, themes: dict[int, Theme]) -> DayPlan:
        """Return what the day is to be, its themes without gaps."""
        given = self.cleaned_data
        chosen = [themes[given[name]] for name in self.theme_names if given[name] is not None]
        return DayPlan(self.number, given["kind"], given["title"], given["summary"], chosen)

    def _post_clean(self) -> None:
        """Leave the model's own checks to the action."""

"""Where a session goes: to another day and hour, or a step on."""

from typing import Any

from django import forms

from events.builder.cards import STEPS
from events.builder_forms.times import StartForm
from events.form_fields import OneOf


class MoveForm(StartForm):
    """Another start; the session keeps its length."""


class StepForm(forms.Form):
    """One small step."""

    step = forms.ChoiceField(choices=[(name, words) for name, (words, _) in STEPS.items()])


class DuplicateForm(StartForm):
    """Another start for a session like this one, and whether people learn the same there."""

    field_order = ("kind", "day", "other_day", "starts")
    kind = forms.ChoiceField(
        label="What it is",
        choices=[("sitting", "Another sitting of the same topic"), ("topic", "A new topic that begins with its words")],
        widget=OneOf(),
        error_messages={"required": "Choose what it is."},
    )

    @property
    def as_sitting(self) -> bool:
        """Say whether it is a sitting of the same topic."""
        return bool(self.cleaned_data["kind"] == "sitting")


def start_initial(session: Any) -> dict[str, Any]:
    """Return the form's values for where a session stands."""
    return {"day": session.local_start.date(), "starts": session.local_start.time()}

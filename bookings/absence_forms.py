"""What kept somebody, as it is asked."""

from django import forms

from bookings.models import AbsenceReason
from events.form_fields import OneOf


class AbsenceForm(forms.Form):
    """One of the reasons, and no text."""

    code = forms.ChoiceField(
        label="What kept you?",
        choices=AbsenceReason.Code.choices,
        widget=OneOf,
        error_messages={"required": "Choose one of the reasons.", "invalid_choice": "Choose one of the reasons."},
    )

"""What administrators type about requests that people make about their data."""

from django import forms

from bookings.other_forms import line_field
from people.models import DataRequest


def day_field(label: str) -> forms.DateField:
    """Return a field for a day that must be given, which browsers let people pick."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    errors = {"required": "Say on which day.", "invalid": "Write the day as year, month and day: 2027-05-04."}
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], error_messages=errors)


class RequestForm(forms.Form):
    """What somebody asks, who it is, and when it came in."""

    kind = forms.ChoiceField(
        label="What is asked for?",
        choices=DataRequest.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what is asked for."},
    )
    about = line_field(
        "Who asks?",
        help_text="A name or address, or the number of the request elsewhere.",
        error_messages={"required": "Say who asks, or the number of the request."},
    )
    received_on = day_field("Day on which it came in")


class AcknowledgeForm(forms.Form):
    """On which day somebody was told that their request has come."""

    on = day_field("Day on which you wrote back")


class CloseForm(forms.Form):
    """On which day a request was answered, and what was done."""

    on = day_field("Day of the answer")
    outcome = line_field(
        "What was done?",
        max_length=400,
        help_text="One line, and no details of a case.",
        error_messages={"required": "Say what was done."},
    )

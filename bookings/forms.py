"""What people type about their calendar, about what would help them, and before they book a plan."""

from typing import Any, Final

from django import forms

from bookings.models import FeedToken
from bookings.policies import NEEDS_KEPT
from people.forms import DetailsForm
from people.text import validate_line, validate_paragraphs

KEY_UNREADABLE: Final = "This form cannot be read. Load the page again, and then book."


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name for a new calendar address, so that one knows later which to take away."""

    class Meta:
        model = FeedToken
        fields = ("name",)
        labels = {"name": "Name of the address"}
        help_texts = {"name": "For example: my phone."}
        error_messages = {"name": {"required": "Give the address a name."}}


class WaiverForm(forms.Form):
    """Why a charge is not asked for."""

    reason = forms.CharField(
        label="Why is it waived?",
        help_text="The finance office reads it. Write nothing about somebody's health.",
        max_length=400,
        validators=[validate_line],
        error_messages={"required": "Say why it is waived."},
    )


class NeedField(forms.CharField):
    """What would help somebody to take part, in their own words; nobody is asked for a condition."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": "Is there anything that would help you take part?",
                "help_text": "Access or diet, such as a seat near the front, step-free ways or a meal without nuts. "
                "You need not answer, nor say why. We share it only with the organisers and trainers of this session, "
                f"and delete it {NEEDS_KEPT.days} days after.",
                "required": False,
                "max_length": 1000,
                "widget": forms.Textarea(attrs={"rows": 3}),
                "validators": [validate_paragraphs],
                **kwargs,
            }
        )


class NeedForm(forms.Form):
    """What would help, and nothing else."""

    need = NeedField()


class DetailsAndNeedForm(DetailsForm):
    """Who one is, and what would help."""

    need = NeedField()


class PlanForm(forms.Form):
    """What is asked before several sessions are booked in one step."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages={"invalid": KEY_UNREADABLE})
    wait = forms.BooleanField(required=False, label="Join waiting lists where a session is full")


class PlanDetailsForm(DetailsForm):
    """The same of somebody who books for the first time, and who they are."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages={"invalid": KEY_UNREADABLE})
    wait = forms.BooleanField(required=False, label="Join waiting lists where a session is full")

"""What people type about their own calendar, and before they book a plan."""

from typing import Final

from django import forms

from bookings.models import FeedToken
from people.forms import DetailsForm

KEY_UNREADABLE: Final = "This form cannot be read. Load the page again, and then book."


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name for a new calendar address, so that one knows later which to take away."""

    class Meta:
        model = FeedToken
        fields = ("name",)
        labels = {"name": "Name of the address"}
        help_texts = {"name": "For example: my phone."}
        error_messages = {"name": {"required": "Give the address a name."}}


class PlanForm(forms.Form):
    """What is asked before several sessions are booked in one step."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages={"invalid": KEY_UNREADABLE})
    wait = forms.BooleanField(required=False, label="Join waiting lists where a session is full")


class PlanDetailsForm(DetailsForm):
    """The same of somebody who books for the first time, and who they are."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages={"invalid": KEY_UNREADABLE})
    wait = forms.BooleanField(required=False, label="Join waiting lists where a session is full")

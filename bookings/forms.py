"""What people type about their own calendar."""

from django import forms

from bookings.models import FeedToken


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name for a new calendar address, so that one knows later which to take away."""

    class Meta:
        model = FeedToken
        fields = ("name",)
        labels = {"name": "Name of the address"}
        help_texts = {"name": "For example: my phone."}
        error_messages = {"name": {"required": "Give the address a name."}}

"""What organisers type about venues and rooms."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from events.form_fields import TickBoxes
from events.models import Room, Venue
from people.web_addresses import WebAddressFormField


class FacilitiesField(forms.MultipleChoiceField):
    """The facts about access as boxes to tick."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": "Access",
                "help_text": "Tick what somebody has checked on the spot.",
                "choices": Venue.Facility.choices,
                "required": False,
                "widget": TickBoxes,
                **kwargs,
            }
        )


class VenueForm(forms.ModelForm[Venue]):
    """A venue: where it is, and what people need to know to get in and be well there."""

    facilities = FacilitiesField()
    map_link = WebAddressFormField(
        label="Map link",
        help_text="A page that shows where it is. It begins with https://.",
        required=False,
        widget=forms.URLInput(attrs={"spellcheck": "false"}),
        error_messages={"invalid": "Enter a web address that begins with https://."},
    )

    class Meta:
        model = Venue
        fields = ("name", "address", "area", "map_link", "facilities", "access")
        labels = {"access": "More about access"}
        help_texts = {
            "name": "Name and address stand in people's diaries.",
            "address": "On one line, with the postcode.",
            "access": "Which door, whom to call, where to park.",
        }
        error_messages = {"name": {"required": "Enter the name of the venue."}}
        widgets = {"access": forms.Textarea(attrs={"rows": 4})}

    def clean_map_link(self) -> str:
        """Refuse an address that a browser would open without encryption."""
        link: str = self.cleaned_data["map_link"]
        if link and urlsplit(link).scheme != "https":
            raise ValidationError("Enter a web address that begins with https://.", code="not_https")
        return link


class RoomForm(forms.ModelForm[Room]):
    """A room of a venue."""

    class Meta:
        model = Room
        fields = ("name", "seats")
        help_texts = {"name": "It stands in people's diaries, before the venue."}
        error_messages = {"name": {"required": "Enter the name of the room."}}
        widgets = {"seats": forms.NumberInput(attrs={"class": "input-short", "min": 0})}

    def clean(self) -> dict[str, Any]:
        """Refuse a name that another room of the venue has, beside the name."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        others = Room.objects.filter(venue=self.instance.venue_id).exclude(pk=self.instance.pk)
        if others.filter(name=cleaned.get("name", "")).exists():
            self.add_error("name", "The venue has a room of this name already.")
        return cleaned

"""What is typed at the door."""

from django import forms

from bookings.other_forms import name_field
from people.fields import AddressField


class WalkInForm(forms.Form):
    """Somebody without a booking: a name, and an address if they have one."""

    name = name_field("Full name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = AddressField(
        label="Email address",
        max_length=254,
        required=False,
        help_text="Leave it empty for somebody who has none, or who is on the list already.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Enter an email address in the right form, such as name@example.org."},
    )

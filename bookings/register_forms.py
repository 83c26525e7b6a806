"""What is typed at the door, and to open a register again."""

from django import forms

from bookings.other_forms import LONGEST_REASON, line_field, name_field
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


class ReopenForm(forms.Form):
    """Why a register is opened again."""

    reason = line_field(
        "Reason",
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why the register is opened again."},
    )

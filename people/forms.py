"""What people type about themselves: their address, the code they were sent, and where they work."""

import re
import unicodedata
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from django import forms
from django.db.models import TextChoices
from django.utils import timezone

from people import mail_caps, organisations
from people.addresses import address_key, has_no_address
from people.fields import AddressField
from people.models import User
from people.signin import person_of

CODES_SPENT = {
    mail_caps.Kind.CODE_TO: "We have sent as many codes to this address as we send in a day. Use the newest one, or "
    "try again tomorrow.",
    mail_caps.Kind.CODE_FOR: "As many codes were asked for from your network as we send in a day. Try again tomorrow, "
    "or from another network.",
}


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    """Ask for a code. Somebody new becomes known here, so that every address is answered alike."""

    email = AddressField(
        label="Email address",
        help_text="Use your work address if you have one. Volunteers and carers can use their own.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Enter your email address.",
            "invalid": "Enter an email address in the right form, such as name@example.org.",
        },
    )

    person: User | None

    def clean_email(self) -> str:
        """Count the try against the limits, as one person's however the address is written; then find or make them.

        The database counts what a day may have, because the cache may be away. An address is counted whether anybody
        is known by it or not.
        """
        email: str = self.cleaned_data["email"]
        if has_no_address(email):
            raise forms.ValidationError(self.fields["email"].error_messages["invalid"], code="invalid")
        if not ratelimit.consume(context.request, action="request_login_code", key=address_key(email)):
            raise get_adapter().validation_error("too_many_login_attempts")
        client = get_adapter().get_client_ip(context.request)
        if full := mail_caps.take_code(email, client=client, at=timezone.now()):
            raise forms.ValidationError(CODES_SPENT[full], code="too_many_codes")
        self.person = person_of(email)
        return email


class CodeField(forms.CharField):
    """A code of digits, taken out of whatever was copied with it."""

    def to_python(self, value: Any) -> str:
        """Return the digits alone, and what was typed where there are none."""
        typed = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return re.sub("[^0-9]", "", typed) or typed


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    """Type the code."""

    code = CodeField(
        label="Code",
        help_text="8 digits. It works for 10 minutes, once, and only in this browser.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input-short", "size": "10"}
        ),
        error_messages={"required": "Enter the code from the mail."},
    )


class Mailbox(TextChoices):
    """Who reads an address."""

    ALONE = "alone", "It is mine alone"
    SHARED = "shared", "Several people read it"


SHARED_MAILBOX = (
    "We book places for one person at a time, so we need an address that only you read. Sign out and sign in with your "
    "own. If you have none, ask the organisers: they can book people who have no address."
)


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, organisation and job role; asked once and kept. So is who reads an address such as office@."""

    required_fields = ("name", "organisation_name", "job_role")
    mailbox = forms.ChoiceField(
        choices=Mailbox.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you alone read this address."},
    )

    class Meta:
        model = User
        fields = ("name", "organisation_name", "job_role")
        labels = {"name": "Full name", "organisation_name": "Organisation", "job_role": "Job role"}
        help_texts = {
            "name": "As it should stand on the register.",
            "organisation_name": "Choose from the list as you type, or write the name in full. "
            "If you work for yourself, write that.",
            "job_role": "For example: health visitor, teacher, foster carer.",
        }
        error_messages = {
            "name": {"required": "Enter your full name."},
            "organisation_name": {"required": "Enter the organisation you work or volunteer for."},
            "job_role": {"required": "Enter your job role."},
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "organisation_name": forms.TextInput(attrs={"list": "known-organisations", "autocomplete": "organization"}),
            "job_role": forms.TextInput(attrs={"autocomplete": "organization-title"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.required_fields:
            self.fields[name].required = True
        if self.instance.must_confirm_mailbox:
            self.fields["mailbox"].label = f"Is {self.instance.email} yours alone?"
        else:
            del self.fields["mailbox"]

    def clean_mailbox(self) -> str:
        """Take an address that one person reads; raises ValidationError that says what to do with another."""
        answer: str = self.cleaned_data["mailbox"]
        if answer == Mailbox.SHARED:
            raise forms.ValidationError(SHARED_MAILBOX, code="shared_mailbox")
        return answer

    def organisation_choices(self) -> list[str]:
        """Return the names to choose from."""
        return organisations.known_names()

    def clean(self) -> dict[str, Any]:
        """Link the organisation that the name stands for, and note that the person alone reads their address."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("mailbox"):
            self.instance.mailbox_confirmed_at = timezone.now()
        if name := cleaned.get("organisation_name"):
            self.instance.organisation = organisations.named(name)
        return cleaned

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Store what was asked and the organisation it stands for; every other column stays as it is by now."""
        person: User = super().save(commit=False)
        if commit:
            person.save(update_fields=[*self.Meta.fields, "organisation", "mailbox_confirmed_at"])
        return person

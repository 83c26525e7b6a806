"""What people type or their device answers to prove who they are."""

import struct
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms

from people.text import validate_line

LONGEST_CREDENTIAL: Final = 20_000
# What reading an answer that no device gave can raise below.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    struct.error,
    InvalidSignature,
    UnsupportedAlgorithm,
)


class CredentialField(forms.JSONField):
    """What a device answered, of bounded size and an object."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": "Your device has not answered. This needs JavaScript and a device that keeps passkeys.",
        "invalid": "Your device's answer cannot be read. Try again.",
    }

    def to_python(self, value: Any) -> Any:
        """Return the object; raises ValidationError for anything else."""
        if isinstance(value, str) and len(value) > LONGEST_CREDENTIAL:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        found = super().to_python(value)
        if found is not None and not isinstance(found, dict):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def code_field(label: str, help_text: str) -> forms.CharField:
    """Return a field for a code that is typed."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input-short", "size": "10"}
        ),
        error_messages={"required": "Enter a code."},
    )


def name_field() -> forms.CharField:
    """Return a field for what a passkey is called."""
    return forms.CharField(
        label="What to call it",
        help_text="So that you know it again, such as: my phone.",
        max_length=60,
        validators=[validate_line],
        error_messages={"required": "Enter a name."},
    )


APP_OR_RECOVERY_CODE: Final = "The 6 digits in your authenticator app, or one of your recovery codes."


class SecondCodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code of the app or a recovery code, to finish signing in."""

    code = code_field("Code", APP_OR_RECOVERY_CODE)


class ConfirmAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The same of somebody who is signed in."""

    code = code_field("Code", APP_OR_RECOVERY_CODE)


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """A code that shows that the app has the key."""

    code = code_field("Code from the app", "6 digits.")


class _Answered(forms.Form):
    """Turns an answer that cannot be read into a refusal."""

    def clean_credential(self) -> Any:
        """Return who answered."""
        try:
            return super().clean_credential()  # type: ignore[misc]  # the other base has it
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error


class SecondPasskeyForm(_Answered, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey, to finish signing in."""

    credential = CredentialField()


class PasskeySignInForm(_Answered, LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey instead of a code."""

    credential = CredentialField()


class ConfirmPasskeyForm(_Answered, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey of somebody who is signed in."""

    credential = CredentialField()


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A new passkey and its name; each can sign in without a code, so the device asks for finger, face or PIN."""

    name = name_field()
    credential = CredentialField()
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Check the device's answer."""
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class RenameForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Another name for a passkey."""

    name = name_field()

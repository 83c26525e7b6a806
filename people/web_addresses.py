"""Web addresses as people paste them: cleaned of what mail programs put around them, or refused in words."""

import re
import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

LONGEST: Final = 2000
INVALID: Final = "Enter a web address, such as https://www.example.org/page."
# How plain text marks where an address begins and ends; what is in between may be broken into lines.
BRACKETED: Final = re.compile(r"<\s*(https?://[^<>]*)>", re.IGNORECASE)
AROUND: Final = '<>"“” \t\r\n'


def web_address_in(text: str) -> str:
    """Return the one address of a pasted text: what angle brackets mark, else all of it without signs around it.

    Invisible signs are dropped. Raises ValidationError where words or spaces remain, where several addresses are
    marked, and for more than `LONGEST` characters.
    """
    visible = "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cf"})
    marked = {"".join(part.split()) for part in BRACKETED.findall(visible)}
    if len(marked) > 1:
        raise ValidationError(
            f"This text has {len(marked)} addresses. Keep only the one that you mean.", code="several_addresses"
        )
    address = marked.pop() if marked else visible.strip(AROUND)
    if address.split() not in ([address], []):
        raise ValidationError("Keep only the address, without words, spaces or line breaks.", code="words")
    if len(address) > LONGEST:
        sentence = f"Use an address of at most {LONGEST:,} characters. This one has {len(address):,}."
        raise ValidationError(sentence, code="max_length")
    return address


class WebAddressFormField(forms.URLField):
    """A web address; without a scheme it is read as one that begins with https://."""

    default_error_messages = {"invalid": INVALID}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "assume_scheme": "https", **kwargs})

    def to_python(self, value: Any) -> Any:
        """Return the address that was pasted; raises ValidationError that says what to leave out."""
        return super().to_python(web_address_in(value) if isinstance(value, str) else value)

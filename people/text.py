"""What may stand in a text that people type: one place for every form, file and API body."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# C0 and C1 controls but tab, line feed and carriage return; the line and paragraph separators; what turns
# the direction of the text around it; lone surrogates.
# A calendar file, a mail header and a spreadsheet each break on some of them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
CONTROL_OR_BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def validate_line(value: str) -> None:
    """Refuse control characters and line breaks in a text of one line; raises ValidationError, code ``control``."""
    if CONTROL_OR_BREAK.search(value):
        raise ValidationError("Remove line breaks and control characters from this text.", code="control")


def validate_paragraphs(value: str) -> None:
    """Refuse control characters in a longer text; tabs and line breaks may stay. Code ``control``."""
    if CONTROL.search(value):
        raise ValidationError("Remove control characters from this text.", code="control")


def strip_controls(value: str) -> str:
    """Return the text as an outside format can carry it: no control character, one line feed a line's end."""
    return CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def normal_email(address: str) -> str:
    """Return the address as it is compared, stored and written to: NFKC, no space around it, lower case.

    A domain in other letters than ASCII is brought into the form that mail servers know (IDNA).
    """
    plain = unicodedata.normalize("NFKC", address).strip().lower()
    local, at, domain = plain.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return plain  # no such domain can exist; the address's own check says so

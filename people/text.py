"""What may stand in a text that people type: one place for every form, file and API body."""

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

# C0 and C1 controls but tab, line feed and carriage return; the line and paragraph separators; what turns
# the direction of the text around it; lone surrogates.
# A calendar file, a mail header and a spreadsheet each break on some of them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
CONTROL_OR_BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# What Unicode calls default ignorable (joiners, marks of direction, fillers, selectors of a variant, tags), the blank
# Braille pattern, and what stands for an object that was pasted: nothing of them shows.
HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
BLANK: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn", "Mc", "Me"})  # a mark alone has nothing to stand on
LONGEST_ADDRESS: Final = 254
OF_FORM: Final = EmailValidator(allowlist=[])  # without a host of this machine's own network, such as localhost
LONGEST_READ: Final = 1000  # no address is found in a longer text, so that a text of a mebibyte costs nothing
IN_BRACKETS: Final = re.compile(r"[^<>@]*<(?P<address>[^<>]*)>")
AROUND: Final = frozenset({"''", '""', "()", "\u2018\u2019", "\u201c\u201d"})


def validate_line(value: str) -> None:
    """Refuse control characters and line breaks in a text of one line, and a text of which nothing shows.

    Raises ValidationError, code ``control`` or ``invisible``.
    """
    if CONTROL_OR_BREAK.search(value):
        raise ValidationError("Remove line breaks and control characters from this text.", code="control")
    if value and not any(map(_shows, value)):
        raise ValidationError("Nothing of this text can be seen. Write it again.", code="invisible")


def validate_name(value: str) -> None:
    """Refuse a name without a letter or digit that shows; letters of any script will do. Code ``invisible``."""
    if value and not any(_shows(sign) and unicodedata.category(sign)[0] in "LN" for sign in value):
        raise ValidationError("Write at least one letter or digit.", code="invisible")


def validate_paragraphs(value: str) -> None:
    """Refuse control characters in a longer text; tabs and line breaks may stay. Code ``control``."""
    if CONTROL.search(value):
        raise ValidationError("Remove control characters from this text.", code="control")


def validate_address(value: str) -> None:
    """Refuse what no mail can be sent to: a wrong form, letters that a mail server does not take, a bare host.

    The address is in its normal form, in which a domain of other letters is ASCII. Code ``invalid``.
    """
    is_number = value.endswith("]")  # such as jo@[127.0.0.1]: whoever types it chooses which machine we speak to
    if is_number or not value.isascii() or len(value) > LONGEST_ADDRESS or CONTROL_OR_BREAK.search(value):
        raise ValidationError("Write an address such as name@example.org.", code="invalid")
    OF_FORM(value)


def strip_controls(value: str) -> str:
    """Return the text as an outside format can carry it: no control character, one line feed a line's end."""
    return CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def normal_email(address: str) -> str:
    """Return the address as it is compared, stored and written to: NFKC, lower case, nothing around it.

    What comes along when an address is copied goes: characters that do not show, spaces, ``mailto:``, brackets with
    a name before them, quotes, and punctuation behind. A domain in other letters than ASCII is brought into the form
    that mail servers know (IDNA). What is no address stays one that `validate_address` refuses.
    """
    plain = HIDDEN.sub("", unicodedata.normalize("NFKC", address)).strip().lower()
    if len(plain) > LONGEST_READ:
        return plain
    plain = _unwrapped(plain)
    local, at, domain = plain.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return plain  # no such domain can exist; the address's own check says so


def _unwrapped(text: str) -> str:
    """Return an address without what stands around it."""
    before = ""
    while text != before:
        before = text
        text = text.strip().rstrip(".,;:").rstrip()
        if found := IN_BRACKETS.fullmatch(text):
            text = found["address"]
        elif text.startswith("mailto:"):
            text = text.removeprefix("mailto:").partition("?")[0]
        elif len(text) > 1 and text[0] + text[-1] in AROUND:
            text = text[1:-1]
    return text


def _shows(sign: str) -> bool:
    """Say whether a character leaves something to be seen where it stands alone."""
    return not HIDDEN.match(sign) and unicodedata.category(sign) not in BLANK

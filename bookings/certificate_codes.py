"""Codes of certificates: short, read aloud without a slip, and not to be guessed.

29 signs without vowels and without 0 and 1, so that no word arises and nothing looks like something else. Eleven are
drawn at random (53 bits), the twelfth checks them: the sum of the signs, each times its place, is a multiple of 29.
Because 29 is a prime, one wrong sign and two that were swapped are always noticed.
"""

import re
import secrets
import unicodedata
from typing import Final

from people.text import HIDDEN

ALPHABET: Final = "23456789BCDFGHJKLMNPQRSTVWXYZ"
LENGTH: Final = 12
GROUP: Final = 4
LONGEST_TYPED: Final = 1000  # characters that are read of what somebody typed


def new_code() -> str:
    """Return a code that nobody has, as it is stored: twelve signs."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return next(code for sign in ALPHABET if is_code(code := drawn + sign))


def is_code(text: str) -> bool:
    """Say whether a text has the form of a code, its last sign being right."""
    if len(text) != LENGTH or not set(text) <= set(ALPHABET):
        return False
    return sum(place * ALPHABET.index(sign) for place, sign in enumerate(text, start=1)) % len(ALPHABET) == 0


def plain(text: str) -> str:
    """Return what somebody typed as it would be stored: capitals, without spaces, hyphens and what does not show."""
    typed = unicodedata.normalize("NFKC", HIDDEN.sub("", text[:LONGEST_TYPED]))
    return re.sub(r"[\s\u2010\u2011\u2013-]", "", typed).upper()[:64]


def grouped(code: str) -> str:
    """Return a code as people read it, such as ``K7MP-2XQ9-HV4T``."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))

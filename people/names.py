"""How to speak to people whose name is one text: by what is surely their first name, or by all of it."""

import re
from typing import Final

TITLE: Final = re.compile(
    r"(?:mrs?|ms|miss|mx|dr|doctor|prof|professor|revd?|reverend|canon|pastor|rabbi|imam|fr|father|sister|sir|dame|lord|"
    r"lady|hon|cllr|councillor|judge|capt|captain|major|sgt|sergeant|insp|inspector|supt|superintendent|constable|"
    r"detective|nurse)\.?",
    re.IGNORECASE,
)
# What stands before a surname, in names that begin with it; some are first names too, and lose nothing here.
PARTICLE: Final = re.compile(
    r"al|bin|bint|da|das|de|del|della|den|der|di|dos|du|el|ibn|la|le|st|ter|van|von|y", re.IGNORECASE
)
AFTER_NAME: Final = re.compile(r"bem|cbe|esq|frcp|frcpch|jp|jr|mbe|mp|msc|obe|phd|qpm|rgn|rmn|rn", re.IGNORECASE)
IN_BRACKETS: Final = re.compile(r" \([^()]*\)$")


def given_name(name: str) -> str:
    """Return somebody's first name, empty where nobody can tell which part of their name it is.

    That is so after a title, a rank with a number, an initial, a particle, a surname in capitals, and with a comma
    of which nobody can tell what it parts. A name with its surname first and a comma is turned round.
    """
    before, _, after = turned_round(name).partition(",")
    words = before.split()
    if not words or (after and not _follows_a_name(after)):
        return ""
    first, has_more = words[0], len(words) > 1
    is_other = TITLE.fullmatch(first) or PARTICLE.fullmatch(first) or len(first.rstrip(".")) < 2
    is_surname = first.isupper() and not all(word.isupper() for word in words)
    is_doubtful = has_more and (is_other or is_surname or words[1][0].isdigit())
    return "" if is_doubtful or not first[0].isalpha() else first


def turned_round(name: str) -> str:
    """Return a name that has its surname first, and then a comma, in the order in which it is said.

    The surname is one word, or more after a particle. Any other comma is left: before letters such as MBE, before
    what is no name, and after what may be a first name and a surname. What an address book has in brackets behind a
    name stays there.
    """
    bare, where = _without_place(name)
    surname, comma, rest = (part.strip() for part in bare.partition(","))
    words = surname.split()
    is_one = len(words) == 1 or (len(words) > 1 and PARTICLE.fullmatch(words[0]))
    is_name = all(sign.isalpha() or sign in " .'’-" for sign in surname + rest)  # noqa: RUF001 - an apostrophe
    if not comma or not rest or not is_one or not is_name or _follows_a_name(rest):
        return name
    return f"{rest} {surname}{where}"


def _without_place(name: str) -> tuple[str, str]:
    """Return a name without what stands in brackets behind it, such as a directorate, and that with its space."""
    found = IN_BRACKETS.search(name)
    return (name[: found.start()], found[0]) if found else (name, "")


def _follows_a_name(text: str) -> bool:
    """Say whether a text is what stands after a name: letters of an honour or a degree."""
    return AFTER_NAME.fullmatch(text.replace(".", "").strip()) is not None

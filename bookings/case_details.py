"""Does a text look as if it spoke of a child, a family or a case? Signs only, so that the writer can look again.

Nothing here knows who anybody is: each sign is a pattern, it is shown to whoever wrote it, and they decide.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MOST_SHOWN: Final = 60  # characters of what was found


@dataclass(frozen=True)
class Sign:
    """What was found: its kind, a key of `KINDS`, and the words it was found in."""

    kind: str
    words: str


KINDS: Final = {
    "nhs_number": "an NHS number",
    "insurance_number": "a National Insurance number",
    "date_of_birth": "a date of birth",
    "date": "a full date",
    "age": "a child's age",
    "postcode": "a postcode",
    "street": "an address",
    "telephone": "a telephone number",
    "email": "an email address",
    "reference": "a case number",
    "name": "somebody's name",
}

MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DAY: Final = (
    r"(?:[0-3]?\d[./-][01]?\d[./-](?:19|20)?\d\d"
    r"|(?:19|20)\d\d-[01]\d-[0-3]\d"
    rf"|[0-3]?\d(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH},?\s+(?:19|20)?\d\d"
    rf"|{MONTH}\s+[0-3]?\d(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d)"
)
BORN: Final = r"(?:d\.?\s?o\.?\s?b\.?|date of birth|born|birthday)"
CHILD: Final = r"(?:child(?:ren)?|boy|girl|baby|infant|toddler|teenager|son|daughter|brother|sister|sibling|twins?)"
PERSON: Final = (
    rf"(?:{CHILD}|mum|mom|mother|dad|father|step-?(?:mum|dad|mother|father)|nan|gran(?:ny|dmother|dfather|dad)?"
    r"|aunt(?:ie)?|uncle|partner|boyfriend|girlfriend|foster carer|pupil|student|patient|client)"
)
# A word; that it begins with a capital is looked at afterwards, because Ŵyn and Żółć do too. O'Brien is one word.
NAME: Final = r"(?:[^\W\d_]['\u2019])?[^\W\d_]{2,}(?:['\u2019-][^\W\d_]{2,})*"
# Capitals that follow such words and are nobody's name.
NOBODY: Final = frozenset(
    """
    act adult all and april august autumn bsl cafcass care centre child children christmas communication conference
    court cpd cse day december dsl easter england english family february first friday health help hampshire
    hospital house i i'm i've if in information island it january july june lado learning level march mash may met
    monday my nhs november october plan police portsmouth practice protection review safeguarding saturday school
    section september services session she he they we you the this that social southampton spring stop summer sunday
    support team teams the thursday together training tuesday wednesday week winter working year young zoom but so
    no yes not our as at on to for of is was were very really after before when while then there these those
    """.split()  # noqa: SIM905 - a list of words reads better as words
)

PATTERNS: Final = (
    ("nhs_number", re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")),
    ("insurance_number", re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d\d\s?\d\d\s?\d\d\s?[A-D]\b", re.IGNORECASE)),
    ("date_of_birth", re.compile(rf"\b{BORN}\W{{0,3}}(?:is|was|on|in|the|\s)*\W?{DAY}", re.IGNORECASE)),
    ("date", re.compile(rf"(?<![\d-]){DAY}(?!\d)", re.IGNORECASE)),
    ("age", re.compile(r"\b\d{1,2}[ -](?:year|month|week)s?[ -]old\b|\baged? \d{1,2}\b", re.IGNORECASE)),
    ("postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)),
    (
        "street",
        re.compile(
            r"\b\d{1,4}[a-z]?,?\s+(?:[A-Z][\w'\u2019-]+\s+){1,3}"
            r"(?:Street|Road|Avenue|Lane|Close|Drive|Way|Court|Crescent|Terrace|Gardens|Place|Square|Grove|Hill)\b"
        ),
    ),
    ("telephone", re.compile(r"(?<!\d)(?:\+44\s?\(?0?\)?|0)\d(?:[ -]?\d){8,9}(?!\d)")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    (
        "reference",
        re.compile(
            r"\b(?:case|ref(?:erence)?|lcs|crime|urn|mosaic|file)\b[\s.:#]*(?:id|no\.?|number|ref(?:erence)?)?[\s.:#]*"
            r"(?=[A-Z/-]*\d)[A-Z0-9][A-Z0-9/-]{4,}\b",
            re.IGNORECASE,
        ),
    ),
)
NAMES: Final = (
    re.compile(rf"\b(?i:{PERSON}),?\s+(?i:called\s+|named\s+|is\s+|was\s+)?(?P<name>{NAME})"),
    re.compile(rf"\b(?i:called|named)\s+(?P<name>{NAME})"),
    re.compile(rf"\b(?i:the)\s+(?P<name>{NAME})\s+(?i:family|household|case|children|siblings|twins)\b"),
    re.compile(rf"\b(?P<name>{NAME})['\u2019]s?\s+(?i:{PERSON}|family|case|parents)\b"),
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx)\.?\s+(?P<name>{NAME})"),
)
# Where one sign lies within another, the first of these is said.
FIRST: Final = tuple(KINDS)


def signs_in(text: str) -> list[Sign]:
    """Return what in a text looks like details of a person or a case, in the order of the text, each words once."""
    found: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(_all_in(text), key=lambda one: (FIRST.index(one[2]), one[0])):
        if not any(start < last and first < end for first, last, _ in found):
            found.append((start, end, kind))
    signs = [Sign(kind, " ".join(text[start:end].split())[:MOST_SHOWN]) for start, end, kind in sorted(found)]
    return list(dict.fromkeys(signs))


def kinds_in(text: str) -> list[str]:
    """Return which kinds of signs a text has, each once, in the order of `KINDS`."""
    there = {sign.kind for sign in signs_in(text)}
    return [kind for kind in KINDS if kind in there]


def _all_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Return where each sign begins and ends, with its kind; signs may lie within others."""
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), kind
    for pattern in NAMES:
        for match in pattern.finditer(text):
            if match["name"][0].isupper() and match["name"].casefold() not in NOBODY:
                yield match.start(), match.end(), "name"

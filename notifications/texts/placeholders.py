"""The placeholders that may stand in a mail's words, what each stands for, and which a kind must keep."""

import re
from collections.abc import Mapping
from typing import Final

from notifications.kinds import Kind
from notifications.texts.house import HOUSE
from notifications.texts.text import Text

# One that is known, or something in braces that is none, or a brace alone.
BRACES: Final = re.compile(r"\{([a-z_]+)\}|\{[^{}\n]*\}|[{}]")

# What may stand in every kind, and what the site says of one kind in words of its own.
EVERYWHERE: Final[dict[str, str]] = {
    "name": "the first name of whoever reads it, or the whole name after a title",
    "title": "the session's title; a long one is cut in the subject",
    "when": "the session's day and hours",
    "day": "the session's day",
    "place": "where it takes place, or 'online'",
    "week": "the practice week",
    "partnership": "your partnership's name",
    "contact": "your partnership's address",
}
SOMETIMES: Final[dict[str, str]] = {
    "ahead": "how long until it starts, such as 'one hour'",
    "cancel": "a sentence: how to cancel, and until when that is free",
    "changes": "what is new, with what it was before",
    "charges": "a sentence: what not coming costs; empty where nothing is charged",
    "colleague": "the colleague's name",
    "days": "the days on which the sessions take place, or the first of them",
    "diary": "a sentence: what the invitation with this mail does in a diary; empty where there is none",
    "headline": "what happened, as a heading",
    "label": "what happened, in a word or two",
    "late": "a sentence: that it was cancelled late; empty where it was not",
    "manager": "the line manager's name",
    "news": "a sentence: what happened",
    "person": "the name of whoever booked",
    "questions": "a sentence: what is asked about the session, or that it was answered",
    "reason": "the reason that was given; empty where there is none",
    "silence": "a sentence: what happens when the line manager does not answer",
    "standing": "what holds now, and what to do about it",
    "summary": "how many sessions are booked, and how many are not yet",
    "until": "until when an answer can be given",
    "waiting_terms": "what happens when a place comes free",
}
# Who leaves these out leaves people in the dark.
REQUIRED: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.WAITING_LIST: ("waiting_terms",),
    Kind.CHANGED: ("changes", "reason", "standing"),
    Kind.CANCELLED: ("news", "reason", "late"),
    Kind.DATE_CANCELLED: ("news",),
    Kind.PLACE_OFFERED: ("until",),
    Kind.OFFER_LAPSING: ("until",),
    Kind.APPROVAL_PENDING: ("until", "silence"),
    Kind.APPROVAL_ASKED: ("person", "until", "silence", "charges"),
    Kind.NOT_APPROVED: ("news", "reason"),
    Kind.MANAGER_TOLD: ("person", "news", "charges"),
    Kind.SUBSTITUTE_ASKED: ("person", "until"),
    Kind.HANDOVER_ENDED: ("news",),
    Kind.DECLINE_ASKED: ("news", "standing"),
    Kind.GIVEN_AWAY: ("colleague",),
    Kind.REMINDER: ("cancel",),
    Kind.WEEK_AHEAD: ("summary",),
    Kind.JOINING: ("news", "cancel"),
    Kind.THANK_YOU: ("questions",),
    Kind.ABSENCE: ("charges",),
    Kind.ABSENCE_TOLD: ("person", "charges"),
    Kind.DIARY: ("news", "diary"),
}


def allowed(kind: Kind) -> dict[str, str]:
    """Return the placeholders of a kind with what they stand for: those of every kind, and its house text's."""
    of_house = {name for _, words in HOUSE[kind].blocks for name in names_in(words)}
    return EVERYWHERE | {name: words for name, words in SOMETIMES.items() if name in of_house}


def names_in(words: str) -> set[str]:
    """Return the names that stand in braces."""
    return {match[1] for match in BRACES.finditer(words) if match[1]}


def faults_of(kind: Kind, text: Text) -> dict[str, list[str]]:
    """Return by block, in sentences, why a text cannot be used; one that can has none.

    A block that is empty is the house's. ``closing`` also carries what is missing from all three blocks.
    """
    known = allowed(kind)
    faults: dict[str, list[str]] = {}
    for block, words in text.blocks:
        if found := unknown_in(words, known):
            faults[block] = found
    whole = text.over(HOUSE[kind])
    said = names_in(whole.heading) | names_in(whole.opening) | names_in(whole.closing)
    missing = [name for name in REQUIRED.get(kind, ()) if name not in said]
    if missing:
        sentences = [f"Keep {{{name}}} in the heading, opening or closing: {known[name]}." for name in missing]
        faults.setdefault("closing", []).extend(sentences)
    return faults


def unknown_in(words: str, known: Mapping[str, str]) -> list[str]:
    """Return a sentence for each thing in braces that is no placeholder, and one for braces alone."""
    wrong = dict.fromkeys(match[0] for match in BRACES.finditer(words) if not match[1] or match[1] not in known)
    found = [f"There is no placeholder {one}. Write one from the list." for one in wrong if len(one) > 1]
    if any(len(one) == 1 for one in wrong):
        found.append("A brace stands alone: { and } are only for placeholders.")
    return found

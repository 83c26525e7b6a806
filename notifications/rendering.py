"""What a mail says, as a subject, in plain words and as HTML."""

import re
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string

from bookings.states import Status
from notifications.desk_mail import DeskFacts
from notifications.facts import Facts
from notifications.kinds import Kind
from notifications.sentences import values_of
from notifications.texts.filling import filled, filled_html
from notifications.texts.text import Text

MANY_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
BUTTONS: Final = {
    Kind.PLAN: "See all my bookings",
    Kind.PLACE_OFFERED: "Take the place, or not",
    Kind.OFFER_LAPSING: "Take the place, or not",
    Kind.SUBSTITUTE_ASKED: "Take the place, or not",
    Kind.OFFER_LAPSED: "See the session",
    Kind.OFFER_DECLINED: "See the session",
    Kind.MANAGER_TOLD: "See the session",
    Kind.APPROVAL_ASKED: "Answer",
    Kind.WEEK_AHEAD: "See all my bookings",
    Kind.QUESTIONS_REMINDER: "Say how it was",
    Kind.FOLLOW_UP: "Say what has changed",
    Kind.ABSENCE: "Say what kept you",
    Kind.ABSENCE_TOLD: "Say what kept them",
}


@dataclass(frozen=True)
class Rendered:
    """A mail's subject, on one line, and its two bodies."""

    subject: str
    plain: str
    html: str


def render(facts: Facts | DeskFacts) -> Rendered:
    """Return what a mail says: in the words its facts carry, or the organisers' of the morning by its templates."""
    if isinstance(facts, DeskFacts):
        subject = _from_template(f"{facts.kind}/subject.txt", facts)
        plain, html = f"{facts.kind}/body.txt", f"{facts.kind}/body.html"
        words: tuple[dict[str, str], dict[str, str]] = ({}, {})
    else:
        subject = filled(facts.text.subject, values_of(facts, in_subject=True))
        plain, html = "mail_body.txt", "mail_body.html"
        words = _words(facts, facts.text)
    subject = " ".join(subject.split())
    whole = _from_template(plain, facts, words=words[0])
    in_paragraphs = MANY_LINES.sub("\n\n", whole).strip()
    return Rendered(subject, f"{in_paragraphs}\n", _from_template(html, facts, words=words[1], subject=subject))


def _words(facts: Facts, text: Text) -> tuple[dict[str, str], dict[str, str]]:
    """Return the blocks with everything filled in, in plain words and as HTML."""
    values = values_of(facts)
    heading, button = " ".join(filled(text.heading, values).split()), _button(facts)
    ended = heading if heading[-1:] in {"", ".", "?", "!"} else f"{heading}."
    plain = {"heading": ended, "opening": filled(text.opening, values), "closing": filled(text.closing, values)}
    html = {
        "heading": heading,
        "opening": filled_html(text.opening, values),
        "closing": filled_html(text.closing, values),
    }
    return {**plain, "button": button}, {**html, "button": button}


def _button(facts: Facts) -> str:
    """Return what the mail's one button says."""
    if facts.kind == Kind.CHANGED and facts.status == Status.OFFERED:
        return BUTTONS[Kind.PLACE_OFFERED]
    if facts.kind == Kind.DECLINE_ASKED:
        return "Keep my place" if facts.releases else "Keep it or give it up"
    if facts.kind == Kind.REMINDER_SOON and facts.is_online:
        return "Join the session"
    if facts.kind == Kind.THANK_YOU and facts.questions:
        return "Say how it was"
    return BUTTONS.get(Kind(facts.kind), "See your booking")


def _from_template(name: str, facts: Facts | DeskFacts, **more: Any) -> str:
    """Return a template filled in."""
    return render_to_string(f"notifications/{name}", {"facts": facts, "site_url": settings.SITE_URL, **more})

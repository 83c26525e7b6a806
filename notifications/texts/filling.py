"""A block of a mail with its placeholders filled in one go, so that what a value holds is never filled again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from notifications.texts.placeholders import BRACES

PARAGRAPHS: Final = re.compile(r"\n\s*\n")
ADDRESS: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
STYLE: Final = "margin:0 0 16px"


@dataclass(frozen=True)
class Words:
    """What a placeholder stands for, as plain words and as HTML."""

    plain: str
    html: SafeString

    def __bool__(self) -> bool:
        return bool(self.plain)


def say(pattern: str, *values: str) -> Words:
    """Return a sentence with values in it; what stands between two asterisks is strong in HTML."""
    html = re.sub(r"\*(.+?)\*", r"<strong>\1</strong>", pattern)
    return Words(pattern.replace("*", "").format(*values), format_html(html, *values) if values else mark_safe(html))  # noqa: S308 - our own


def filled(words: str, values: Mapping[str, Words]) -> str:
    """Return one line or more in plain words; what is empty leaves no second space and no empty paragraph."""
    plain = _fill(words, {name: value.plain for name, value in values.items()})
    paragraphs = [_tidy(paragraph) for paragraph in PARAGRAPHS.split(plain)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def filled_html(words: str, values: Mapping[str, Words]) -> SafeString:
    """Return paragraphs of HTML; addresses that stand in the words are links, everything else is text."""
    html = {name: value.html for name, value in values.items()}
    paragraphs = [_tidy(_paragraph(one, html)) for one in PARAGRAPHS.split(words.strip())]
    return mark_safe("".join(f'<p style="{STYLE}">{one}</p>' for one in paragraphs if one))  # noqa: S308 - escaped piece by piece


def _paragraph(words: str, html: Mapping[str, str]) -> str:
    """Return a paragraph's HTML: the words escaped, the values as they are."""
    pieces, end = [], 0
    for match in BRACES.finditer(words):
        pieces += [_linked(words[end : match.start()]), html.get(match[1] or "", escape(match[0]))]
        end = match.end()
    return "".join([*pieces, _linked(words[end:])]).replace("\n", "<br>")


def _linked(words: str) -> str:
    """Return escaped words with links where they name an address."""
    pieces, end = [], 0
    for match in ADDRESS.finditer(words):
        link = format_html('<a class="link" href="{}" style="color:#12304a">{}</a>', match[0], match[0])
        pieces += [escape(words[end : match.start()]), link]
        end = match.end()
    return "".join([*pieces, escape(words[end:])])


def _fill(words: str, values: Mapping[str, str]) -> str:
    """Return words with each known placeholder replaced, once."""
    return BRACES.sub(lambda match: values.get(match[1] or "", match[0]), words)


def _tidy(words: str) -> str:
    """Return words without the spaces that something empty left behind."""
    return re.sub(r"[ \t]{2,}", " ", words).strip()

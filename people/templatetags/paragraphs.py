"""Longer texts on a page: paragraphs and simple lists, as people write them in a form or a file."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def paragraphs(text: str) -> SafeString:
    """Return a text as HTML, escaped: an empty line parts paragraphs, and lines that begin with ``- `` are a list.

    A single line break is a space, so that it does not matter how the lines of a file are wrapped.
    """
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return mark_safe("".join(_block(block) for block in blocks if block))  # noqa: S308 - each part is escaped below


@register.filter
def sections(text: str) -> SafeString:
    """Return a long text as HTML as `paragraphs` does, where a line that begins with ``## `` is a heading.

    The headings are of the third level: the text stands under one of the second.
    """
    blocks = re.split(r"^## +(.+)$", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    parts = [paragraphs(blocks[0])]
    for heading, below in zip(blocks[1::2], blocks[2::2], strict=True):
        parts += [format_html("<h3>{}</h3>", heading.strip()), paragraphs(below)]
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped already


def _block(block: str) -> SafeString:
    """Return one block as a list or a paragraph."""
    lines = [line.strip() for line in block.split("\n")]
    if all(line.startswith("- ") for line in lines):
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ([line[2:]] for line in lines)))
    return format_html("<p>{}</p>", " ".join(lines))

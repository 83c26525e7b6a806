"""What a page of an answer says."""

import html
import re


def markup(answer):
    """Return the page with its tags, on one line."""
    return " ".join(answer.content.decode().split())


def words(answer):
    """Return the page's text as it is read, without tags, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

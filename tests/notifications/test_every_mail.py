"""Every kind of mail has the same frame: a language, a title, a first line for the list, and all of it in words."""

import hashlib
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from notifications.colours import READABLE, WHITE, contrast, ink_on
from notifications.kinds import Kind
from tests.golden import assert_golden
from tests.notifications.every_mail import Examples, example
from tests.notifications.mails import html_of, words_of

pytestmark = pytest.mark.django_db
AWKWARD = {
    "name": f"Zoë {{title}} 😀 <b>{'x' * 180}</b>"[:200],
    "title": f"“Who & what?” {{link}} {'Curiosity ' * 17}"[:200],
    "note": "Bring {nothing} & <none>.",
    "reason": "It is {{ over }} & <out>.",
}


class Shown(HTMLParser):
    """What a mail program shows: every text, and every address that is linked."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.hidden = [], [], ""
        self._skipped = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        self._skipped += tag in {"style", "title"}

    def handle_endtag(self, tag):
        self._skipped -= tag in {"style", "title"}

    def handle_data(self, data):
        if not self._skipped:
            self.words.append(data)


def test_examples_when_a_kind_is_added_then_there_is_one_of_it():
    missing = [kind.value for kind in Kind if not hasattr(Examples, kind)]
    assert missing == []


@pytest.mark.parametrize("kind", list(Kind))
def test_mail_when_built_then_has_a_language_a_title_one_heading_and_a_first_line_for_the_list(kind):
    mail = example(kind)
    html = html_of(mail)
    assert '<html lang="en-GB" dir="ltr">' in html
    assert f"<title>{mail['Subject']}</title>" in unescape(html)
    assert len(re.findall(r"<h1\b", html)) == 1
    preview = re.search(r'<div style="display:none[^>]*>([^&]*)', html)[1]
    assert len(preview) > 15
    assert not re.search(r"<(img|script|link|form|iframe)\b|\bon\w+=|url\(", html)  # nothing to fetch, nothing to run


@pytest.mark.parametrize("kind", list(Kind))
def test_mail_when_built_then_its_subject_says_what_and_when(kind):
    subject = str(example(kind)["Subject"])
    assert re.search(r"\d{1,2} (May|June) 2027|In one hour", subject)
    assert re.search(
        r"Sharing information|Updated: Training|(Booked|Reminder): 2 sessions|1 thing needs you today", subject
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_mail_when_read_in_words_then_says_who_writes_how_to_answer_and_every_address_of_the_html(kind):
    mail = example(kind)
    words = mail.get_body(("plain",)).get_content()
    assert "Hampshire Safeguarding Children Partnership" in words
    assert "hampshire@example.gov.uk" in words
    links = Shown(html_of(mail)).links
    assert [link for link in links if link.removeprefix("mailto:") not in words] == []
    assert len(links) >= 3
    assert "  " not in words.replace("\n", "x")
    assert "\n\n\n" not in words
    assert not re.search(r"[{}]|&\w+;|<\w", words)


@pytest.mark.parametrize("kind", list(Kind))
def test_mail_when_people_typed_awkward_words_then_they_are_text_and_nothing_more(kind):
    mail = example(kind, **AWKWARD)
    html, words = html_of(mail), words_of(mail)
    assert "<b>" not in html
    assert "<none>" not in html
    assert "&amp;amp;" not in html
    assert "&amp;lt;" not in html
    assert len(str(mail["Subject"])) <= 400
    if kind != Kind.PLAN:
        assert "{link}" in words


def test_subject_when_the_title_is_long_then_the_day_is_still_seen():
    subject = str(example(Kind.CONFIRMATION, title="Curiosity " * 18)["Subject"])
    assert re.fullmatch(r"Booked: (Curiosity ){6}Curiosity…, Tuesday 22 June 2027", subject)
    whole = str(example(Kind.CONFIRMATION, title="x" * 200)["Subject"])
    assert whole == f"Booked: {'x' * 79}…, Tuesday 22 June 2027"


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#1f5f8b", "#777777", "#00ff00", "#7a7a00", "#ff0000"])
def test_ink_when_put_on_a_colour_then_can_be_read(colour):
    assert contrast(ink_on(colour), colour) >= READABLE


def test_contrast_when_measured_then_as_the_guidelines_say():
    assert contrast(WHITE, "#000000") == pytest.approx(21)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)


SIGNATURE = r"(?:(?<=:)|(?<=%3A))[A-Za-z0-9_-]{43}\b"
NUMBER = r"(?:(?<=/)|(?<=%2F))\d+(?=/|%2F|:|%3A|-[a-z_]+:)|(?<=\bperson)\d+(?=@)"
NOT_SAID = re.compile(f"{SIGNATURE}|{NUMBER}")


@pytest.mark.parametrize("kind", list(Kind))
def test_mail_when_built_then_says_what_is_committed(kind):
    """Its subject, its words, and a digest of its HTML; without the numbers of rows and the signatures of links."""
    mail = example(kind)
    plain, html = (NOT_SAID.sub("0", mail.get_body((form,)).get_content()) for form in ("plain", "html"))
    digest = hashlib.sha256(html.encode()).hexdigest()[:16]
    assert_golden(
        f"mails/{kind.value}.txt", f"{mail['Subject']}\n\n{plain}\nHTML {digest}\n".replace("\r\n", "\n").encode()
    )

"""Every kind of mail as programs show it: on a phone and on a desk, light and dark, nothing clipped, nothing sideways.

With SCREENS=1 in the environment the pictures and the plain words are kept in docs/screens.
"""

import os

import pytest

from notifications.kinds import Kind
from tests.accessibility.axe import faults
from tests.browser import is_sideways
from tests.factories import PartnershipFactory
from tests.journeys.test_screens import CLIPPED, KEPT, keep
from tests.notifications.every_mail import example
from tests.notifications.mails import html_of
from tests.notifications.test_every_mail import AWKWARD

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
WIDTHS = (360, 600)


def wrong(page):
    """Return what axe finds in a mail; the landmarks are those of the program that shows it."""
    return [fault for fault in faults(page) if not fault.startswith(("landmark-one-main:", "region:"))]


def show(page, html, width, colours="light"):
    """Show a mail as wide as a phone or the reading pane of a desk."""
    page.set_viewport_size({"width": width, "height": 640})
    page.emulate_media(color_scheme=colours)
    page.set_content(html)
    assert not is_sideways(page)
    assert page.evaluate(CLIPPED.replace("main *, header *, footer *", "[role=article] *")) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_mail_when_shown_on_a_phone_and_a_desk_then_nothing_is_sideways_and_axe_finds_nothing(page, kind):
    mail = example(kind)
    html = html_of(mail)
    for width in WIDTHS:
        show(page, html, width)
        if os.environ.get("SCREENS"):
            keep(f"mail-{kind}-{width}", page.screenshot(full_page=True))
    assert wrong(page) == []
    show(page, html, 320, "dark")
    assert wrong(page) == []
    if os.environ.get("SCREENS"):
        head = f"From: {mail['From']}\nSubject: {mail['Subject']}\n\n"
        (KEPT / f"mail-{kind}.txt").write_text(head + mail.get_body(("plain",)).get_content().replace("\r\n", "\n"))
        if kind == Kind.CONFIRMATION:
            keep("mail-confirmation-dark", page.screenshot(full_page=True))


@pytest.mark.parametrize("kind", [Kind.CONFIRMATION, Kind.CHANGED, Kind.APPROVAL_ASKED, Kind.PLAN])
def test_mail_when_its_words_are_long_then_they_still_fit_a_narrow_phone(page, kind):
    show(page, html_of(example(kind, **AWKWARD)), 320)


def test_mail_when_the_partnerships_colour_is_light_then_its_name_can_be_read(page):
    PartnershipFactory(colour="#ffe680")
    show(page, html_of(example.__wrapped__(Kind.REMINDER)), 600)
    assert "#ffe680" in page.content()
    assert wrong(page) == []

"""Every kind of mail as programs show it, on a phone and on a desk; axe looks at those that have all there is."""

from html.parser import HTMLParser

import pytest
from django.db import transaction

from notifications.kinds import Kind
from tests.accessibility.axe import faults
from tests.browser import is_sideways, resize
from tests.factories import PartnershipFactory
from tests.journeys.pictures import KEPT, are_wanted, keep
from tests.journeys.test_screens import CLIPPED
from tests.notifications.every_mail import example
from tests.notifications.mails import html_of
from tests.notifications.test_every_mail import AWKWARD

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
WIDTHS = (600, 360, 320)
# Whatever any mail is made of is in one of these: the test of elements shows it. The others are looked at by night.
WITH_ALL = [Kind.CONFIRMATION, Kind.JOINING, Kind.PLAN, Kind.WEEK_AHEAD, Kind.DESK_TODAY]
LOOKED_AT = [kind if kind in WITH_ALL else pytest.param(kind, marks=pytest.mark.nightly) for kind in Kind]


class Elements(HTMLParser):
    """The kinds of element of a mail, each with its classes and the style that it carries itself."""

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found.add((tag, given.get("class"), given.get("style")))


def wrong(page):
    """Return what axe finds in a mail; the landmarks are those of the program that shows it."""
    return [fault for fault in faults(page) if not fault.startswith(("landmark-one-main:", "region:"))]


def show(page, html, *widths):
    """Show a mail as wide as a phone or the reading pane of a desk."""
    page.set_content(html)
    for width in widths:
        resize(page, width, 640)
        assert not is_sideways(page)
        assert page.evaluate(CLIPPED.replace("main *, header *, footer *", "[role=article] *")) == []


@pytest.fixture(scope="module")
def window(browser):
    """One window for all mails: nothing of one is left where the next is shown."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("kind", list(Kind))
def test_mail_when_shown_on_a_phone_and_a_desk_then_nothing_is_clipped_or_sideways(window, kind):
    mail = example(kind)
    show(window, html_of(mail), *WIDTHS)
    if are_wanted():
        keep(f"mail-{kind}-320", window)
        head = f"From: {mail['From']}\nSubject: {mail['Subject']}\n\n"
        (KEPT / f"mail-{kind}.txt").write_text(head + mail.get_body(("plain",)).get_content().replace("\r\n", "\n"))


@pytest.mark.parametrize("kind", LOOKED_AT)
def test_mail_when_wide_and_light_or_narrow_and_dark_then_axe_finds_nothing(page, kind):
    show(page, html_of(example(kind)), 600)
    assert wrong(page) == []
    page.emulate_media(color_scheme="dark")
    resize(page, 320, 640)
    assert wrong(page) == []


def elements(kind):
    """Return what a mail of a kind is made of; the rows behind it are taken back, each kind begins with none."""
    with transaction.atomic():
        found = Elements(html_of(example(kind))).found
        transaction.set_rollback(True)
    return found


def test_mails_when_all_are_taken_together_then_have_nothing_that_axe_does_not_look_at():
    assert set().union(*map(elements, Kind)) - set().union(*map(elements, WITH_ALL)) == set()


def test_elements_when_a_style_is_another_then_they_are_others():
    assert Elements('<p style="color:#888">').found != Elements('<p style="color:#000">').found


@pytest.mark.parametrize("kind", [Kind.CONFIRMATION, Kind.CHANGED, Kind.APPROVAL_ASKED, Kind.PLAN])
def test_mail_when_its_words_are_long_then_they_still_fit_a_narrow_phone(window, kind):
    show(window, html_of(example(kind, **AWKWARD)), 320)


def test_mail_when_the_partnerships_colour_is_light_then_its_name_can_be_read(page):
    PartnershipFactory(colour="#ffe680")
    show(page, html_of(example.__wrapped__(Kind.REMINDER)), 600)
    assert "#ffe680" in page.content()
    assert wrong(page) == []

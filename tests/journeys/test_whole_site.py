"""The whole path on the whole site: real processes, a real browser, from the programme to the mail and back."""

import re
import sqlite3
import sys
import urllib.request

import pytest

from tests.faults.patience import PATIENCE
from tests.faults.sites import Site
from tests.journeys.browser import read

pytestmark = [
    pytest.mark.browser,
    pytest.mark.faults,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc"),
]
PERSON = "newcomer@example.org"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """`manage.py up` as a newcomer starts it, looking at its outbox every second."""
    site = Site(tmp_path_factory.mktemp("site") / "var", OUTBOX_SWEEP_SECONDS="1")
    try:
        site.wait_for("Practice Weeks is ready")
        site.wait_for("ready.")
        yield site
    finally:
        site.kill()


def address(site, path=""):
    return f"http://localhost:{site.port}{path}"


def read_mail(page, site, subject):
    """Wait for a mail with this in its subject, open it and return its words."""
    page.goto(address(site, f"/dev/mail/?to={PERSON}"))
    link = page.get_by_role("link", name=re.compile(subject))
    for _ in range(2 * PATIENCE):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    link.first.click()
    return read(page)


def bring_forward(site, kind):
    """Let a message fall due now: what the clock would do in ten minutes."""
    with sqlite3.connect(site.folder / "practice-weeks.sqlite3", timeout=20) as database:
        changed = database.execute(
            "UPDATE notifications_message SET due_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE kind = ?", (kind,)
        )
        assert changed.rowcount == 1


def test_a_newcomer_finds_books_is_invited_and_reminded_then_cancels(site, page):
    page.goto(address(site, "/weeks/2024-06-learning-from-reviews/"))
    assert "24 to Friday 28 June 2024" in read(page, "body")
    assert "Illustrative" in read(page)

    page.goto(address(site))
    page.get_by_role("link", name="Learning from Reviews").first.click()
    page.get_by_role("link", name=re.compile("drop-in")).first.click()
    session = page.url
    page.get_by_role("link", name="Book this session").click()
    page.get_by_label("Email address").fill(PERSON)
    page.get_by_role("button", name="Email me a code").click()
    confirm = page.url
    code = re.search(r"\b\d{8}\b", read_mail(page, site, "code")).group()
    page.goto(confirm)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Full name").fill("Nia Newcomer")
    page.get_by_label("Organisation").fill("Example School")
    page.get_by_label("Job role").fill("Teacher")
    page.get_by_role("button", name="Book this session").click()
    booking = page.url
    assert "Confirmed" in read(page)

    words = read_mail(page, site, "Booked: Practice weeks drop-in")
    assert "METHOD:REQUEST" in words
    assert "SEQUENCE:0" in words
    uid = re.search(r"UID:(booking-[0-9a-f-]{36})", words).group(1)

    bring_forward(site, "reminder_soon")
    assert "Your session starts in one hour." in read_mail(page, site, "In one hour: Practice weeks drop-in")

    page.goto(address(site, "/me/calendar/"))
    page.get_by_role("button", name="Make an address").click()
    feed = address(site, re.search(r"/calendar/me/[\w-]+\.ics", page.content()).group())
    assert uid in fetched(feed)

    page.goto(booking)
    page.get_by_role("link", name="Cancel booking").click()
    page.get_by_role("button", name="Cancel booking").click()
    assert "Cancelled" in read(page)
    words = read_mail(page, site, "Cancelled: Practice weeks drop-in")
    assert "METHOD:CANCEL" in words
    assert "SEQUENCE:1" in words
    assert uid in words
    assert uid not in fetched(feed)

    page.goto(session)
    assert page.get_by_role("button", name="Book this session").is_visible()


def fetched(feed):
    """Return a calendar as a calendar app reads it, its folded lines joined again."""
    with urllib.request.urlopen(feed, timeout=PATIENCE) as answer:
        return answer.read().decode().replace("\r\n ", "")

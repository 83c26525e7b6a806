"""Mails about a session of two dates: every one names both, one entry goes with it, and a change says what changed."""

import pytest

from events import actions
from tests.factories import NOW, SessionFactory, make_booking, make_two_part
from tests.factories.parts import HOUR, later
from tests.notifications.mails import entry_of, html_of, let_go, mail_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FIRST = "Part 1 of 2: Tuesday 22 June 2027, 09:30 to 11:00 (UK time)"
SECOND = "Part 2 of 2: Tuesday 6 July 2027, 09:30 to 10:30 (UK time)"
BY_FILE = "Add all dates from"


@pytest.mark.parametrize("kind", ["confirmation", "reminder", "reminder_soon"])
def test_mail_when_two_dates_then_names_both(kind):
    mail = mail_of(make_booking(session=make_two_part()), kind)
    for text in (words_of(mail), " ".join(html_of(mail).split())):
        assert FIRST in text
        assert SECOND in text


def test_confirmation_when_two_dates_then_one_entry_and_where_to_add_the_others():
    mail = mail_of(make_booking(session=make_two_part(title="Supervision")), "confirmation")

    (event,) = entry_of(mail).events
    assert event["summary"] == "Supervision (part 1 of 2)"
    assert BY_FILE in words_of(mail)
    assert BY_FILE in html_of(mail)


def test_confirmation_when_one_date_then_says_nothing_of_parts():
    mail = mail_of(make_booking(session=SessionFactory()), "confirmation")
    for text in (words_of(mail), html_of(mail)):
        assert BY_FILE not in text
        assert "art 1" not in text


def test_change_when_a_date_is_added_moved_and_taken_away_then_each_mail_says_so_with_the_reason():
    session = SessionFactory()
    booking = make_booking(session=session)
    let_go(booking, "confirmation")
    second = SECOND.partition(": ")[2]

    actions.set_parts(session.pk, [later()], at=NOW + HOUR, reason="To come back to it")
    mail = let_go(booking, "changed")
    assert f"Further dates: {second}" in words_of(mail)
    assert "To come back to it" in words_of(mail)
    assert SECOND in words_of(mail)

    actions.set_parts(session.pk, [], at=NOW + 2 * HOUR)
    words = words_of(mail_of(booking, "changed"))
    assert "Further dates: None" in words
    assert second in words  # what it was before

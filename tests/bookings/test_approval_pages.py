"""The page of a line manager who is asked: no account, one answer."""

from datetime import timedelta

import pytest

from bookings import actions, tasks
from bookings.links import APPROVAL, path_of
from bookings.models import Approval, Booking, BookingChange
from tests.bookings.desk import set_session_policy
from tests.factories import NOW, SessionFactory, UserFactory, VenueFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)


def ask(**policy):
    """Let somebody book where the manager is asked; return the question."""
    session = SessionFactory(title="Toolkit tour", format="in_person", venue=VenueFactory())
    set_session_policy(session, manager="asked", **policy)
    person = UserFactory(email="pat@example.org", name="Pat Sample")
    manager = ("Lee Boss", "lee@example.org")
    actions.book(session, practitioner=person, at=NOW, manager=manager, need="A seat near the front")
    return Approval.objects.get()


def link(approval):
    return path_of(APPROVAL, approval)


def status():
    return Booking.objects.get().status


def test_page_then_says_who_what_when_and_what_silence_means_and_nothing_private(client):
    approval = ask()

    answer = client.get(link(approval))

    text = words(answer)
    assert "May Pat Sample take part?" in text
    assert "Toolkit tour Tuesday 22 June 2027, 09:30 to 11:00" in text
    assert "Please answer by Friday 7 May 2027 at 17:00. If you do not answer, the booking holds." in text
    assert "Agree Do not agree" in text
    assert "seat near the front" not in text
    assert "pat@example.org" not in text
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_page_when_silence_refuses_then_says_so(client):
    assert "If you do not answer, the booking ends." in words(client.get(link(ask(manager_silence="refused"))))


def test_page_when_a_mail_scanner_looks_then_nothing_is_answered(client):
    approval = ask()
    changes = BookingChange.objects.count()

    for _ in range(3):
        client.get(link(approval), {"answer": "agree"})
        client.head(link(approval))

    assert (status(), Approval.objects.get().answer) == ("awaiting_approval", "")
    assert BookingChange.objects.count() == changes


@pytest.mark.parametrize(
    ("answer", "stored", "after", "sentence"),
    [
        ("agree", "yes", "confirmed", "You agreed on Tuesday 4 May 2027 at 10:00. Pat Sample has the place."),
        ("disagree", "no", "declined", "You did not agree"),
    ],
)
def test_answer_when_given_twice_then_counts_once_and_says_what_stands(client, answer, stored, after, sentence):
    approval = ask()

    first = client.post(link(approval), {"answer": answer, "reason": "Cover is short"}, follow=True)
    changes = BookingChange.objects.count()
    second = client.post(link(approval), {"answer": answer}, follow=True)

    assert sentence in words(first)
    assert sentence in words(second)
    approval.refresh_from_db()
    assert (approval.answer, approval.reason, status()) == (stored, "Cover is short", after)
    assert BookingChange.objects.count() == changes
    assert BookingChange.objects.last().by == "lee@example.org"


def test_answer_when_another_was_given_then_the_first_stands(client):
    approval = ask()
    client.post(link(approval), {"answer": "agree"})

    answer = client.post(link(approval), {"answer": "disagree"})

    assert answer.status_code == 409
    assert "This has been answered already." in words(answer)
    assert "You agreed on" in words(answer)
    assert status() == "confirmed"


@pytest.mark.parametrize(("silence", "after"), [("approved", "holds"), ("refused", "has ended")])
@pytest.mark.parametrize("by_worker", [False, True])
def test_answer_when_the_time_is_over_then_says_what_silence_led_to(client, clock, silence, after, by_worker):
    approval = ask(manager_silence=silence)
    clock.shift(4 * DAY)
    if by_worker:
        tasks.pass_on()
    before = status()

    answer = client.post(link(approval), {"answer": "agree"})

    assert answer.status_code == 409
    expected = after if by_worker else after.replace("has ended", "ends")
    assert f"It ended on Friday 7 May 2027 at 17:00. Pat Sample's booking {expected}." in words(answer)
    assert status() == before


def test_answer_when_the_booking_was_cancelled_then_says_that_there_is_nothing_to_answer(client):
    approval = ask()
    actions.cancel(Booking.objects.get(), at=NOW)

    looked, answer = client.get(link(approval)), client.post(link(approval), {"answer": "agree"})

    for page in (looked, answer):
        assert "There is nothing to answer any more" in words(page)
        assert "Pat Sample no longer has a booking for this session." in words(page)
    assert answer.status_code == 409
    assert status() == "cancelled"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"answer": ""}, "Press one of the two buttons."),
        ({"answer": "agree", "reason": "a\u2028b"}, "Remove line breaks and control characters"),
        ({"answer": "agree", "reason": "x" * 401}, "at most 400 characters"),
    ],
)
def test_answer_when_it_cannot_be_used_then_says_why_and_writes_nothing(client, body, sentence):
    approval = ask()

    answer = client.post(link(approval), body)

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert status() == "awaiting_approval"


@pytest.mark.parametrize("path", ["/approvals/1/", "/approvals/1:abc/"])
def test_link_when_it_is_not_ours_then_is_absent(client, path):
    ask()

    assert client.get(path).status_code == client.post(path, {"answer": "agree"}).status_code == 404


@pytest.mark.parametrize(
    ("answer", "sentences"),
    [
        ("", ["Your line manager, Lee Boss, is asked whether you may come.", "until Friday 7 May 2027 at 17:00"]),
        ("disagree", ["did not agree, on Tuesday 4 May 2027 at 10:00.", "The reason: Cover is short"]),
    ],
)
def test_booking_page_then_tells_the_person_where_the_question_stands(client, answer, sentences):
    approval = ask()
    if answer:
        client.post(link(approval), {"answer": answer, "reason": "Cover is short"})
    client.force_login(Booking.objects.get().practitioner)

    text = words(client.get(Booking.objects.get().get_absolute_url()))

    assert [sentence for sentence in sentences if sentence not in text] == []

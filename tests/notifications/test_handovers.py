"""A place goes to a colleague: who is asked, who is told, and what each diary has in the end."""

import itertools
from datetime import timedelta

import pytest

from bookings import actions
from bookings.links import HANDOVER, path_of
from bookings.models import Handover
from notifications import messages, outbox
from notifications.kinds import AHEAD_OF_START
from notifications.models import Message
from tests.factories import NOW, SessionFactory, UserFactory, make_booking, make_queued
from tests.notifications.mails import entry_of, html_of, let_go, mail_of, row_of, words_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LONG = "Zoë 日本 😀 " + "x" * 189


@pytest.fixture
def booking():
    return make_booking(session=SessionFactory(capacity=1), practitioner=UserFactory(name="Pat Sample"))


@pytest.fixture
def colleague():
    return UserFactory(email="colleague@example.org", name="Kim Colleague")


def ask(booking, email="colleague@example.org", at=NOW):
    return actions.ask_colleague(booking, email=email, at=at, actor=booking.practitioner)


def test_colleague_when_asked_then_told_who_asks_what_and_until_when(booking, settings):
    handover = ask(booking)

    mail = mail_of(booking, "substitute_asked")
    words = words_of(mail)

    assert mail["To"] == "colleague@example.org"
    for part in (
        "Hello,",
        "Pat Sample cannot come to this session and asks whether you take the place.",
        "Tuesday 22 June 2027, 09:30 to 11:00",
        "until Tuesday 11 May 2027 at 10:00",
        "Pat Sample keeps the place",
        f"{settings.SITE_URL}{path_of(HANDOVER, handover)}",
    ):
        assert part in words
    assert f'href="{settings.SITE_URL}{path_of(HANDOVER, handover)}"' in html_of(mail)
    assert entry_of(mail) is None
    assert row_of(booking, "substitute_asked").expires_at == handover.expires_at
    for private in (booking.email, booking.get_absolute_url()):
        assert private not in words
    assert outbox.write_missing(at=LATER) == 0


def test_colleague_when_asked_then_the_mail_hangs_below_none_of_the_persons(booking):
    let_go(booking, "confirmation")
    ask(booking)
    let_go(booking, "substitute_asked")
    ask(booking, "other@example.org")

    mail = mail_of(booking, "substitute_asked")

    assert mail["To"] == "other@example.org"
    assert mail["In-Reply-To"] is None


@pytest.mark.parametrize(
    "settle",
    [
        lambda h, _: actions.answer_handover(h, takes=False, at=LATER),
        lambda h, colleague: actions.answer_handover(h, takes=True, practitioner=colleague, at=LATER),
        lambda h, _: actions.withdraw_handover(h.booking, at=LATER),
        lambda h, _: ask(h.booking, "other@example.org", at=LATER),
        lambda h, _: actions.cancel(h.booking, at=LATER),
    ],
)
def test_question_when_answered_or_not_asked_any_more_then_says_nothing(booking, colleague, settle):
    row = row_of(booking, "substitute_asked") if ask(booking) else None

    settle(Handover.objects.get(), colleague)

    with pytest.raises(messages.NoLongerTrue):
        messages.build(row)
    assert outbox.write_missing(at=LATER) == 0


def test_question_when_another_colleague_is_asked_then_only_the_new_one_goes(booking):
    ask(booking)
    ask(booking, "other@example.org", at=LATER)

    (row,) = Message.objects.filter(kind="substitute_asked", status="pending")
    assert messages.build(row).recipient == "other@example.org"


def test_colleague_when_they_decline_then_the_first_person_is_told_and_keeps_the_place(booking):
    let_go(booking, "confirmation")

    actions.answer_handover(ask(booking), takes=False, at=LATER)

    mail = mail_of(booking, "handover_ended")
    assert mail["To"] == booking.email
    assert "colleague@example.org does not take your place on this session. You still have it." in words_of(mail)
    assert entry_of(mail) is None


def test_colleague_when_they_do_not_answer_then_the_first_person_is_told_and_the_question_withdrawn(booking):
    let_go(booking, "confirmation")
    handover = ask(booking)
    question = row_of(booking, "substitute_asked")

    actions.lapse_handovers(at=handover.expires_at)

    mail = mail_of(booking, "handover_ended")
    assert mail["To"] == booking.email
    words = words_of(mail)
    assert "colleague@example.org did not answer in time whether they take your place" in words
    assert "You still have it." in words
    question.refresh_from_db()
    assert question.status == "cancelled"
    assert outbox.write_missing(at=handover.expires_at) == 0


def test_colleague_when_they_take_it_then_each_is_told_of_the_other_with_an_entry_of_their_own(booking, colleague):
    let_go(booking, "confirmation")

    taken = actions.answer_handover(ask(booking), takes=True, practitioner=colleague, at=LATER)

    given = mail_of(booking, "given_away")
    assert given["To"] == booking.email
    assert "Kim Colleague has your place on this session now." in words_of(given)
    assert "did this for you" not in words_of(given)
    event = entry_of(given).walk("VEVENT")[0]
    assert (entry_of(given)["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert str(event["UID"]) == booking.ical_uid

    confirmed = mail_of(taken, "confirmation")
    assert confirmed["To"] == "colleague@example.org"
    assert "You have the place of Pat Sample, who cannot come." in words_of(confirmed)
    assert str(entry_of(confirmed).walk("VEVENT")[0]["UID"]) == taken.ical_uid != booking.ical_uid
    assert set(Message.objects.filter(booking=booking, status="pending").values_list("kind", flat=True)) == {
        "given_away"
    }
    assert outbox.write_missing(at=LATER) == 0


def test_first_person_when_never_invited_then_no_cancel(booking, colleague):
    actions.answer_handover(ask(booking), takes=True, practitioner=colleague, at=LATER)

    mail = mail_of(booking, "given_away")
    assert entry_of(mail) is None
    assert "out of your diary" not in words_of(mail)


def test_mailboxes_when_read_in_any_order_then_the_first_has_no_entry_and_the_colleague_one(booking, colleague):
    mails = [let_go(booking, "confirmation")]
    taken = actions.answer_handover(ask(booking), takes=True, practitioner=colleague, at=LATER)
    mails += [let_go(booking, "given_away"), let_go(taken, "confirmation")]

    for order in itertools.permutations(mails):
        diary = {}
        for mail in order:
            event = entry_of(mail).walk("VEVENT")[0]
            key = (str(mail["To"]), str(event["UID"]))
            rank = (event["SEQUENCE"], event["DTSTAMP"].dt)
            assert str(event["ATTENDEE"]) == f"mailto:{mail['To']}"
            if key not in diary or rank > diary[key][0]:
                diary[key] = (rank, str(event["STATUS"]))
        assert {key: status for key, (_, status) in diary.items()} == {
            (booking.email, booking.ical_uid): "CANCELLED",
            (taken.email, taken.ical_uid): "CONFIRMED",
        }


def test_colleague_who_waited_then_hears_of_the_place_and_of_nothing_else(booking, colleague):
    waited = make_queued(session=booking.session, practitioner=colleague)

    taken = actions.answer_handover(ask(booking), takes=True, practitioner=colleague, at=LATER)

    pending = Message.objects.filter(booking__in=[waited, taken], status="pending")
    assert set(pending.exclude(kind__in=AHEAD_OF_START).values_list("kind", flat=True)) == {"confirmation"}
    assert outbox.write_missing(at=LATER) == 0


def test_names_when_long_or_odd_then_every_mail_still_goes():
    booking = make_booking(practitioner=UserFactory(name=LONG))
    colleague = UserFactory(name=LONG, email="colleague@example.org")
    asked = ask(booking)
    assert "😀" in words_of(mail_of(booking, "substitute_asked"))

    taken = actions.answer_handover(asked, takes=True, practitioner=colleague, at=LATER)

    for mail in (mail_of(booking, "given_away"), mail_of(taken, "confirmation")):
        assert "Hello Zoë," in words_of(mail)
        assert LONG.rsplit(maxsplit=1)[-1] in words_of(mail)

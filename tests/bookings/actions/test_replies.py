"""What calendars answer to invitations: kept, asked about, and never the end of a place by itself."""

from datetime import timedelta

import pytest

from bookings import actions, errors
from bookings.models import Booking, CalendarReply, Charge
from events import actions as event_actions
from tests.bookings.calendar_replies import reply
from tests.bookings.desk import counters, set_policy, verbs
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking, make_queued

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = 30 * MINUTE


@pytest.fixture
def session():
    return SessionFactory(capacity=1)


@pytest.fixture
def booking(session):
    return make_booking(session=session)


@pytest.fixture
def released(session):
    """A place whose partnership gives it up when it is declined, and somebody who waits for it."""
    set_policy(calendar_decline="release", late_cancel_charge=2500)
    booking = make_booking(session=session)
    booking.waiting = make_queued(session=session)
    return booking


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def rows(booking):
    return list(CalendarReply.objects.filter(booking=booking).values_list("partstat", "answer"))


@pytest.mark.parametrize("partstat", ["accepted", "tentative"])
def test_note_reply_when_somebody_comes_or_may_come_then_it_is_kept_and_nothing_else_changes(booking, partstat):
    kept = reply(booking, partstat)

    assert rows(booking) == [(partstat, "")]
    assert (kept.sequence, kept.stamp, kept.asks) == (0, NOW + MINUTE, False)
    assert verbs(booking) == ["booked"]
    assert fresh(booking).status == "confirmed"


def test_note_reply_when_declined_then_the_place_stays_and_the_person_is_asked(session, booking):
    waiting = make_queued(session=session)

    asked = reply(booking)

    assert asked.asks
    assert not asked.releases
    assert verbs(booking) == ["booked", "calendar_declined"]
    assert booking.changes.last().by == booking.email
    assert booking.changes.last().details == {"reply": asked.pk}
    assert (fresh(booking).status, fresh(waiting).status) == ("confirmed", "waitlisted")
    assert counters(session) == (1, 1)


def test_note_reply_when_declined_again_while_asked_then_kept_and_not_asked_twice(booking):
    reply(booking)
    reply(booking, minutes=2)

    assert rows(booking) == [("declined", ""), ("declined", "not_asked")]
    assert verbs(booking) == ["booked", "calendar_declined"]


def test_note_reply_when_accepted_after_declining_then_that_is_taken_back(booking):
    reply(booking)
    reply(booking, "accepted", minutes=2)

    assert rows(booking) == [("declined", "kept"), ("accepted", "")]
    assert verbs(booking) == ["booked", "calendar_declined", "calendar_kept"]


def test_note_reply_when_declined_after_that_then_asked_anew(booking):
    reply(booking)
    reply(booking, "tentative", minutes=2)
    reply(booking, minutes=3)

    assert rows(booking) == [("declined", "kept"), ("tentative", ""), ("declined", "")]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ({"digest": "a" * 64, "minutes": 9}, errors.ReplyRepeated),
        ({"minutes": 5}, errors.ReplyRepeated),
        ({"minutes": 4}, errors.ReplyOutdated),
    ],
)
def test_note_reply_when_known_or_older_than_what_is_known_then_refused(booking, answer, refusal):
    reply(booking, "accepted", minutes=5, digest="a" * 64)

    with pytest.raises(refusal):
        reply(booking, **answer)

    assert rows(booking) == [("accepted", "")]


def test_note_reply_when_it_answers_the_entry_before_the_session_moved_then_refused(session, booking):
    later = START + timedelta(days=1)
    event_actions.reschedule_session(session.pk, starts_at=later, ends_at=later + timedelta(hours=1), at=NOW)

    with pytest.raises(errors.ReplyOutdated):
        reply(booking, sequence=0)

    assert reply(booking, sequence=1).asks


def test_note_reply_when_asked_about_an_earlier_time_then_that_question_ends_and_another_begins(session, booking):
    reply(booking)
    later = START + timedelta(days=1)
    event_actions.reschedule_session(session.pk, starts_at=later, ends_at=later + timedelta(hours=1), at=NOW)

    assert reply(booking, minutes=2).asks
    assert rows(booking) == [("declined", "outdated"), ("declined", "")]


def test_note_reply_when_there_is_no_place_any_more_or_not_yet_then_refused(session, booking):
    waiting = make_queued(session=session)
    with pytest.raises(errors.NoPlaceYet):
        reply(waiting)
    actions.cancel(booking, at=NOW)
    with pytest.raises(errors.BookingEnded):
        reply(booking)

    assert not CalendarReply.objects.exists()


def test_note_reply_when_a_calendar_answers_without_end_then_refused(booking, monkeypatch):
    monkeypatch.setattr("bookings.actions.replies.MOST_REPLIES", 2)
    reply(booking, "accepted")
    reply(booking, "tentative", minutes=2)

    with pytest.raises(errors.TooManyReplies):
        reply(booking, minutes=3)


def test_note_reply_when_the_session_has_begun_then_kept_and_nobody_is_asked(booking):
    reply(booking, at=START)

    assert rows(booking) == [("declined", "not_asked")]
    assert verbs(booking) == ["booked"]


def test_keep_declined_then_kept_once_and_the_entry_is_newer(booking):
    asked = reply(booking)
    for minutes in (5, 6):
        actions.keep_declined(asked, at=NOW + minutes * MINUTE, actor=booking.practitioner)

    assert rows(booking) == [("declined", "kept")]
    assert verbs(booking) == ["booked", "calendar_declined", "calendar_kept"]
    assert (fresh(booking).ical_stamp, fresh(booking).ical_sequence) == (NOW + 5 * MINUTE, 0)


def test_give_up_declined_then_the_first_who_waits_is_offered_it_and_twice_is_as_once(session, booking):
    waiting = make_queued(session=session)
    asked = reply(booking)
    for minutes in (5, 6):
        actions.give_up_declined(asked, at=NOW + minutes * MINUTE, actor=booking.practitioner)

    assert rows(booking) == [("declined", "given_up")]
    assert verbs(booking) == ["booked", "calendar_declined", "cancelled"]
    assert (fresh(booking).status, fresh(waiting).status) == ("cancelled", "offered")


def test_give_up_declined_when_kept_meanwhile_then_refused_and_the_other_way_round(booking):
    asked = reply(booking)
    actions.keep_declined(asked, at=NOW)
    with pytest.raises(errors.AlreadyAnswered):
        actions.give_up_declined(asked, at=NOW)
    actions.cancel(booking, at=NOW)
    with pytest.raises(errors.BookingEnded):
        actions.keep_declined(asked, at=NOW)


def test_give_up_declined_when_the_session_has_begun_then_refused(booking):
    asked = reply(booking)
    with pytest.raises(errors.BookingNotCancellable):
        actions.give_up_declined(asked, at=START)
    assert rows(booking) == [("declined", "")]


def test_release_declined_when_the_policy_asks_then_never(booking):
    asked = reply(booking)

    assert actions.told_of_decline(asked, told_at=NOW) is False
    assert actions.release_declined(at=START) == 0
    assert fresh(booking).status == "confirmed"


def test_release_declined_when_nobody_was_told_then_never(released):
    asked = reply(released)

    assert asked.releases
    assert actions.release_declined(at=START - MINUTE) == 0
    assert fresh(released).status == "confirmed"


def test_release_declined_half_an_hour_after_the_person_was_told_then_the_next_is_offered_it(released):
    asked = reply(released)
    assert actions.told_of_decline(asked, told_at=NOW + 10 * MINUTE) is True
    assert actions.told_of_decline(asked, told_at=NOW + 20 * MINUTE) is False  # it runs already

    assert actions.release_declined(at=NOW + 40 * MINUTE - timedelta(seconds=1)) == 0
    assert fresh(released).status == "confirmed"
    assert actions.release_declined(at=NOW + 40 * MINUTE) == 1
    assert actions.release_declined(at=NOW + 41 * MINUTE) == 0

    assert rows(released) == [("declined", "released")]
    assert (fresh(released).status, fresh(released.waiting).status) == ("cancelled", "offered")
    last = released.changes.last()
    assert (last.verb, last.actor) == ("cancelled", None)
    assert "Declined in the calendar" in last.reason


@pytest.mark.parametrize("way", ["page", "calendar", "reminder"])
def test_release_declined_when_taken_back_in_time_then_the_place_stays(released, way):
    asked = reply(released)
    actions.told_of_decline(asked, told_at=NOW)
    if way == "page":
        actions.keep_declined(asked, at=NOW + 29 * MINUTE)
    elif way == "reminder":
        actions.say_coming(released, at=NOW + 29 * MINUTE)
    else:
        reply(released, "accepted", minutes=29)

    assert actions.release_declined(at=NOW + HALF_AN_HOUR) == 0
    assert fresh(released).status == "confirmed"


def test_release_declined_when_the_session_moved_since_then_the_place_stays(session, released):
    asked = reply(released)
    actions.told_of_decline(asked, told_at=NOW)
    later = START + timedelta(days=1)
    event_actions.reschedule_session(session.pk, starts_at=later, ends_at=later + timedelta(hours=1), at=NOW)

    assert actions.release_declined(at=NOW + HALF_AN_HOUR) == 0
    assert rows(released) == [("declined", "outdated")]
    assert fresh(released).status == "confirmed"


def test_told_of_decline_when_the_session_begins_sooner_then_the_place_stays(released):
    asked = reply(released)

    assert actions.told_of_decline(asked, told_at=START - HALF_AN_HOUR) is False
    assert actions.told_of_decline(asked, told_at=START - HALF_AN_HOUR - timedelta(seconds=1)) is True


@pytest.mark.parametrize("way", ["told", "pressed"])
def test_declined_in_time_and_released_after_the_deadline_then_it_is_in_time(released, way):
    deadline = fresh(released).cancel_free_until
    asked = reply(released, at=deadline)
    if way == "told":
        actions.told_of_decline(asked, told_at=deadline)
        assert actions.release_declined(at=deadline + HALF_AN_HOUR) == 1
    else:
        actions.give_up_declined(asked, at=deadline + HALF_AN_HOUR, actor=released.practitioner)

    assert fresh(released).cancelled_late is False
    assert not Charge.objects.exists()


def test_declined_late_and_released_then_recorded_and_charged_as_late(released):
    late = fresh(released).cancel_free_until + 2 * MINUTE
    actions.told_of_decline(reply(released, at=late), told_at=late)
    actions.release_declined(at=late + HALF_AN_HOUR)

    assert fresh(released).cancelled_late is True
    assert Charge.objects.get().pence == 2500


def test_given_up_late_although_declined_in_time_then_late_where_declining_gives_nothing_up(booking):
    deadline = Booking.objects.get(pk=booking.pk).cancel_free_until
    asked = reply(booking, at=deadline)

    actions.give_up_declined(asked, at=deadline + HALF_AN_HOUR, actor=booking.practitioner)

    assert fresh(booking).cancelled_late is True


def test_release_declined_when_the_session_is_somebody_elses_moment_then_the_others_go_on(released, monkeypatch):
    other = make_booking(session=SessionFactory(), practitioner=UserFactory())
    for booking in (released, other):
        actions.told_of_decline(reply(booking), told_at=NOW)
    from bookings.actions import replies  # noqa: PLC0415 - its inside is held up here
    from events.errors import Busy  # noqa: PLC0415

    free, calls = replies.cancel_locked, []

    def held_up(session, booking, **values):
        calls.append(booking.pk)
        if len(calls) == 1:
            raise Busy
        free(session, booking, **values)

    monkeypatch.setattr(replies, "cancel_locked", held_up)
    assert actions.release_declined(at=NOW + HALF_AN_HOUR) == 1
    assert sorted(rows(released) + rows(other)) == [("declined", ""), ("declined", "released")]

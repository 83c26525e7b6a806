"""Sessions of several dates: set in one step, told of, and refused where a date cannot be."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bookings.models import BookingChange
from events import actions
from events.errors import PartKept, SessionNotMovable, TooManyParts
from events.models import Session, SessionPart
from events.models.session_part import MOST_PARTS, part_at, part_of_day, parts_of
from events.part_words import when_words
from events.revision import current_revision
from events.signals import marked_parts_asked
from tests.factories import NOW, START, SessionFactory, make_booking, make_two_part
from tests.factories.parts import FORTNIGHT, HOUR, later

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rows(session):
    return list(session.parts.values_list("number", "starts_at"))


def test_dates_when_set_then_numbered_in_order_of_time_and_the_session_knows_the_last_end():
    session = actions.set_parts(SessionFactory().pk, [later(4), later(2)], at=NOW)

    assert rows(session) == [(2, START + FORTNIGHT), (3, START + 2 * FORTNIGHT)]
    assert session.last_ends_at == session.over_at == START + 2 * FORTNIGHT + HOUR
    assert [part.name for part in parts_of(session)] == ["Part 1 of 3", "Part 2 of 3", "Part 3 of 3"]


def test_dates_when_set_again_then_nothing_changes():
    session = make_two_part()
    row, before = session.parts.get(), current_revision().number

    again = actions.set_parts(session.pk, [later(row=row.pk)], at=NOW + HOUR)

    assert (again.sequence, again.revised_at) == (session.sequence, session.revised_at)
    assert current_revision().number == before


def test_date_when_moved_or_put_before_another_then_each_row_keeps_its_identity():
    session = make_two_part()
    row = session.parts.get()

    actions.set_parts(session.pk, [later(1), later(3, row=row.pk)], at=NOW)

    assert session.parts.get(number=3).uid == row.uid
    assert session.parts.get(number=2).uid != row.uid


def test_dates_when_taken_away_then_the_session_has_one_date_again():
    session = actions.set_parts(make_two_part().pk, [], at=NOW)

    assert rows(session) == []
    assert (session.last_ends_at, session.over_at) == (None, session.ends_at)


def test_dates_when_set_then_raise_revision_and_sequence_and_are_kept_in_each_history_with_the_reason():
    session = SessionFactory()
    booking, revision = make_booking(session=session), current_revision().number

    changed = actions.set_parts(session.pk, [later()], at=NOW, reason="To come back to it")

    assert changed.sequence == session.sequence + 1
    assert current_revision().number == revision + 1
    booking.refresh_from_db()
    assert booking.ical_sequence == 1
    change = BookingChange.objects.get(booking=booking, verb="revised")
    assert change.reason == "To come back to it"
    uid = session.parts.get().uid
    assert change.details == {"parts": ["", f"2027-07-06T08:30:00+00:00/2027-07-06T09:30:00+00:00/{uid}"]}


def test_title_of_a_date_when_changed_then_tells_nobody():
    session = make_two_part()
    booking = make_booking(session=session)

    actions.set_parts(session.pk, [later(row=session.parts.get().pk, title="What you tried")], at=NOW)

    assert session.parts.get().title == "What you tried"
    assert not BookingChange.objects.filter(booking=booking, verb="revised").exists()


@pytest.mark.parametrize(
    ("wanted", "place", "words"),
    [
        ([later(0)], "0", "This begins before the date before it has ended."),
        ([later(2), later(2)], "1", "This begins before the date before it has ended."),
        ([later(2, hours=0)], "0", "A part must end after it starts."),
        ([later(2, hours=25)], "0", "A part lasts 24 hours at most."),
    ],
)
def test_dates_when_wrong_then_refused_by_place_and_all_stays(wanted, place, words):
    session = SessionFactory()

    with pytest.raises(ValidationError) as refused:
        actions.set_parts(session.pk, wanted, at=NOW)

    assert refused.value.message_dict == {place: [words]}
    assert not SessionPart.objects.exists()


def test_dates_when_too_many_then_refused():
    session = SessionFactory()
    most = [later(week) for week in range(1, MOST_PARTS)]
    actions.set_parts(session.pk, most, at=NOW)
    with pytest.raises(TooManyParts):
        actions.set_parts(session.pk, [*most, later(MOST_PARTS)], at=NOW)


def test_date_when_it_has_begun_then_stays_and_the_next_can_still_move():
    session = actions.set_parts(SessionFactory().pk, [later(2), later(4)], at=NOW)
    two, three = (row.pk for row in session.parts.all())
    during = START + FORTNIGHT

    for wanted in ([later(4, row=three)], [later(2, hours=2, row=two), later(4, row=three)]):
        with pytest.raises(SessionNotMovable):
            actions.set_parts(session.pk, wanted, at=during)
    actions.set_parts(session.pk, [later(2, row=two), later(6, row=three)], at=during)

    assert rows(session) == [(2, START + FORTNIGHT), (3, START + 3 * FORTNIGHT)]


def test_date_when_wanted_in_the_past_or_after_everything_is_over_or_cancelled_then_refused():
    session, two = SessionFactory(), make_two_part()
    with pytest.raises(SessionNotMovable, match="lie ahead"):
        actions.set_parts(two.pk, [later(2, row=two.parts.get().pk), later(1)], at=START + timedelta(weeks=1))
    with pytest.raises(SessionNotMovable, match="over"):
        actions.set_parts(session.pk, [later()], at=session.ends_at)
    actions.cancel_session(session.pk, reason="Ill", at=NOW)
    with pytest.raises(SessionNotMovable, match="cancelled"):
        actions.set_parts(session.pk, [later()], at=NOW)


def test_date_when_its_register_has_marks_then_neither_goes_nor_changes_its_number():
    session = make_two_part()
    row = session.parts.get()

    def marked(**_):
        return {2}

    marked_parts_asked.connect(marked)
    try:
        for wanted in ([], [later(1), later(2, row=row.pk)]):
            with pytest.raises(PartKept, match="part 2"):
                actions.set_parts(session.pk, wanted, at=NOW)
    finally:
        marked_parts_asked.disconnect(marked)
    actions.set_parts(session.pk, [], at=NOW)  # without marks it goes


def test_session_when_moved_past_its_next_date_then_refused_and_before_it_its_dates_stay():
    session = make_two_part()
    with pytest.raises(ValidationError, match="Change the further dates first"):
        actions.reschedule_session(session.pk, starts_at=START + FORTNIGHT, ends_at=START + FORTNIGHT + HOUR, at=NOW)

    actions.reschedule_session(session.pk, starts_at=START + DAY, ends_at=START + DAY + HOUR, at=NOW)

    assert rows(session) == [(2, START + FORTNIGHT)]


def test_copies_when_made_then_take_the_dates_along_by_as_many_days():
    session = make_two_part()
    within = frozenset(session.hosts.values_list("pk", flat=True))

    copy = actions.duplicate_session(session, starts_at=START + DAY, at=NOW, within=within)
    week = actions.copy_week(session.week, starts_on=session.week.starts_on + timedelta(weeks=52), at=NOW)

    assert rows(copy) == [(2, START + FORTNIGHT + DAY)]
    assert copy.last_ends_at == START + FORTNIGHT + DAY + HOUR
    of_week = week.sessions.get(code=session.code)
    assert rows(of_week) == [(2, START + FORTNIGHT + timedelta(weeks=52))]
    uids = SessionPart.objects.values_list("uid", flat=True)
    assert len(set(uids)) == len(uids) == 4


def test_part_when_asked_by_an_instant_or_a_day_then_the_one_it_belongs_to():
    session = make_two_part()
    at_once = {START - DAY: 1, session.ends_at: 2, START + FORTNIGHT: 2, START + 2 * FORTNIGHT: 2}
    assert {at: part_at(session, at=at).number for at in at_once} == at_once
    by_day = {START - DAY: 1, session.ends_at: 1, START + FORTNIGHT - DAY: 1, START + FORTNIGHT - 4 * HOUR: 2}
    assert {at: part_of_day(session, at=at).number for at in by_day} == by_day


def test_words_when_one_date_then_as_ever_and_when_two_then_each_with_its_number():
    assert when_words(SessionFactory()) == "Tuesday 22 June 2027, 09:30 to 11:00 (UK time)"
    assert when_words(make_two_part()) == (
        "Part 1 of 2: Tuesday 22 June 2027, 09:30 to 11:00 (UK time); "
        "Part 2 of 2: Tuesday 6 July 2027, 09:30 to 10:30 (UK time)"
    )


def test_parts_of_one_date_when_asked_then_no_query(django_assert_num_queries):
    session = Session.objects.get(pk=SessionFactory().pk)
    with django_assert_num_queries(0):
        assert len(parts_of(session)) == 1

"""Publishing, revising, moving and cancelling sessions."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from events import actions, signals
from events.errors import (
    CapacityTooSmall,
    SessionNotCancellable,
    SessionNotMovable,
    SessionNotPublishable,
)
from events.models import PracticeWeek, Session
from tests.factories import NOW, START, SessionFactory, VenueFactory, WeekFactory, make_booking

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def heard():
    """What was announced: the signal's name and what came with it."""
    announced = []
    listeners = []
    for name in ("session_revised", "session_cancelled", "capacity_changed"):

        def listen(*, name=name, **sent):
            announced.append((name, sent))

        getattr(signals, name).connect(listen, weak=False)
        listeners.append((name, listen))
    yield announced
    for name, listen in listeners:
        getattr(signals, name).disconnect(listen)


def stored(session):
    return Session.objects.values().get(pk=session.pk)


def test_draft_is_published_when_its_week_is():
    session = SessionFactory(state="draft")
    published = actions.publish_session(session.pk, at=NOW)
    assert (published.state, published.sequence, published.revised_at) == ("published", 0, NOW)


def test_publishing_does_nothing_when_done_already():
    session = SessionFactory()
    before = stored(session)
    actions.publish_session(session.pk, at=LATER)
    assert stored(session) == before


@pytest.mark.parametrize(
    "fields", [{"state": "cancelled", "cancelled_at": NOW}, {"state": "draft", "format": "hybrid"}]
)
def test_publishing_is_refused_when_cancelled_or_without_a_venue(fields):
    session = SessionFactory(**fields)
    before = stored(session)
    with pytest.raises(SessionNotPublishable):
        actions.publish_session(session.pk, at=NOW)
    assert stored(session) == before


def test_week_publishes_its_drafts_and_leaves_the_cancelled():
    week = WeekFactory(state="draft")
    for state in ("draft", "cancelled"):
        SessionFactory(week=week, code=state, state=state, cancelled_at=NOW if state == "cancelled" else None)
    actions.publish_week(week, at=NOW)
    assert PracticeWeek.objects.get().state == "published"
    assert dict(Session.objects.values_list("code", "state")) == {"draft": "published", "cancelled": "cancelled"}


def test_week_is_not_published_when_a_draft_has_no_venue():
    week = WeekFactory(state="draft")
    SessionFactory(week=week, code="A", state="draft")
    SessionFactory(week=week, code="B", state="draft", format="in_person")
    with pytest.raises(SessionNotPublishable, match=r"^B, .*: Name the venue"):
        actions.publish_week(week, at=NOW)
    assert PracticeWeek.objects.get().state == "draft"
    assert set(Session.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another title"),
        ("ends_at", START + timedelta(hours=4)),
        ("zone", "Europe/Lisbon"),
        ("practical_note", "Bring a pen."),
    ],
)
def test_sequence_rises_and_people_are_told_when_a_diary_entry_changes(heard, field, value):
    session = SessionFactory()
    old = getattr(session, field)
    actions.revise_session(session.pk, at=LATER, **{field: value})
    session.refresh_from_db()
    assert (getattr(session, field), session.sequence, session.revised_at) == (value, 1, LATER)
    ((name, sent),) = heard
    assert (name, sent["changes"], sent["at"]) == ("session_revised", {field: (old, value)}, LATER)


def test_sequence_rises_once_when_a_session_goes_from_online_to_a_venue(heard):
    session = SessionFactory()
    actions.revise_session(session.pk, at=LATER, format="in_person", venue=VenueFactory())
    session.refresh_from_db()
    assert session.sequence == 1
    assert [name for name, _ in heard] == ["session_revised"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("joining_link", "https://meet.example.org/a"), ("is_illustrative", True), ("booking_required", False)],
)
def test_sequence_stays_when_no_diary_entry_changes(heard, field, value):
    session = SessionFactory()
    actions.revise_session(session.pk, at=LATER, **{field: value})
    session.refresh_from_db()
    assert (getattr(session, field), session.sequence, session.revised_at) == (value, 0, LATER)
    assert heard == []


def test_nobody_is_told_when_a_draft_changes(heard):
    session = SessionFactory(state="draft")
    actions.revise_session(session.pk, at=LATER, title="Another title")
    session.refresh_from_db()
    assert (session.title, session.sequence) == ("Another title", 0)
    assert heard == []


def test_revising_does_nothing_when_repeated(heard):
    session = SessionFactory()
    actions.revise_session(session.pk, at=LATER, title="Another title", capacity=9)
    before = stored(session)
    heard.clear()
    actions.revise_session(session.pk, at=LATER + timedelta(hours=1), title="Another title", capacity=9)
    assert stored(session) == before
    assert heard == []


def test_both_are_announced_when_the_start_changes_the_diary_first(heard):
    session = SessionFactory()
    start = START + timedelta(minutes=30)
    actions.revise_session(session.pk, at=LATER, starts_at=start)
    session.refresh_from_db()
    assert (session.starts_at, session.sequence) == (start, 1)
    assert [name for name, _ in heard] == ["session_revised", "capacity_changed"]
    assert heard[0][1]["changes"] == {"starts_at": (START, start)}


@pytest.mark.parametrize(
    ("field", "value"),
    [("capacity", 5), ("capacity", None), ("has_waiting_list", False), ("booking_closes_at", START)],
)
def test_capacity_is_announced_when_places_the_waiting_list_or_the_closing_change(heard, field, value):
    session = SessionFactory()
    actions.revise_session(session.pk, at=LATER, **{field: value})
    assert [name for name, _ in heard] == ["capacity_changed"]
    session.refresh_from_db()
    assert session.sequence == 0


def test_capacity_is_refused_when_more_have_places():
    session = SessionFactory(capacity=2)
    for _ in range(2):
        make_booking(session=session)
    actions.revise_session(session.pk, at=LATER, capacity=2)
    before = stored(session)
    with pytest.raises(CapacityTooSmall, match=r"^2 places are taken"):
        actions.revise_session(session.pk, at=LATER, capacity=1, title="Another title")
    assert stored(session) == before


@pytest.mark.parametrize("at", [START, START + timedelta(days=1)])
def test_revising_the_diary_is_refused_when_the_session_has_begun(at):
    session = SessionFactory()
    before = stored(session)
    with pytest.raises(SessionNotMovable):
        actions.revise_session(session.pk, at=at, title="Another title")
    assert stored(session) == before
    actions.revise_session(session.pk, at=at, joining_link="https://meet.example.org/recording")
    assert stored(session)["joining_link"].endswith("recording")


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": START},
        {"title": "a\nb"},
        {"zone": "Europe/Atlantis"},
        {"format": "in_person"},
        {"booking_closes_at": START + timedelta(days=1)},
    ],
)
def test_revising_is_refused_when_the_row_would_be_wrong(heard, changes):
    session = SessionFactory()
    before = stored(session)
    with pytest.raises(ValidationError):
        actions.revise_session(session.pk, at=LATER, **changes)
    assert stored(session) == before
    assert heard == []


def test_history_tells_instants_in_utc_when_a_move_is_given_in_another_zone():
    session = SessionFactory()
    booking = make_booking(session=session)
    moved = (START + timedelta(minutes=30)).astimezone(ZoneInfo("Europe/London"))
    actions.revise_session(session.pk, at=LATER, starts_at=moved)
    assert booking.changes.last().details["starts_at"] == ["2027-06-22T08:30:00+00:00", "2027-06-22T09:00:00+00:00"]


def test_booking_closes_as_long_before_when_a_session_moves():
    session = SessionFactory(booking_closes_at=START - timedelta(days=2))
    start = START + timedelta(days=1)
    actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(hours=1), at=LATER)
    session.refresh_from_db()
    assert session.booking_closes_at == start - timedelta(days=2)
    assert (session.starts_at, session.length, session.sequence) == (start, timedelta(hours=1), 1)


def test_booking_still_closes_with_the_start_when_a_session_moves():
    session = SessionFactory()
    start = START + timedelta(days=1)
    actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(hours=1), at=LATER)
    session.refresh_from_db()
    assert (session.booking_closes_at, session.closes_at) == (None, start)


def test_move_is_refused_when_the_session_is_cancelled():
    session = SessionFactory(state="cancelled", cancelled_at=NOW)
    start = START + timedelta(days=1)
    with pytest.raises(SessionNotMovable):
        actions.reschedule_session(session.pk, starts_at=start, ends_at=start + timedelta(hours=1), at=LATER)


def test_cancelling_ends_the_session_and_tells(heard):
    session = SessionFactory()
    actions.cancel_session(session.pk, reason="Snow.", at=LATER)
    session.refresh_from_db()
    assert (session.state, session.cancelled_at, session.cancellation_reason) == ("cancelled", LATER, "Snow.")
    assert (session.sequence, session.revised_at) == (1, LATER)
    ((name, sent),) = heard
    assert (name, sent["reason"], sent["at"], sent["actor"]) == ("session_cancelled", "Snow.", LATER, None)


def test_cancelling_does_nothing_when_done_already(heard):
    session = SessionFactory()
    actions.cancel_session(session.pk, reason="Snow.", at=LATER)
    before = stored(session)
    heard.clear()
    actions.cancel_session(session.pk, reason="Rain.", at=LATER + timedelta(hours=1))
    assert stored(session) == before
    assert heard == []


def test_cancelling_is_refused_when_the_session_has_begun(heard):
    session = SessionFactory()
    before = stored(session)
    with pytest.raises(SessionNotCancellable):
        actions.cancel_session(session.pk, reason="Snow.", at=START)
    assert stored(session) == before
    assert heard == []


def test_cancelling_is_refused_when_the_session_is_a_draft(heard):
    session = SessionFactory(state="draft")
    before = stored(session)
    with pytest.raises(SessionNotCancellable, match=r"^A draft was never announced: delete it instead\.$"):
        actions.cancel_session(session.pk, reason="Snow.", at=LATER)
    assert stored(session) == before
    assert heard == []


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("draft", lambda pk, at: actions.publish_session(pk, at=at)),
        ("published", lambda pk, at: actions.revise_session(pk, at=at, title="Another title")),
        ("published", lambda pk, at: actions.cancel_session(pk, reason="Snow.", at=at)),
    ],
    ids=["publish", "revise", "cancel"],
)
@pytest.mark.parametrize(("late", "expected"), [(timedelta(seconds=-2), LATER), (timedelta(0), LATER)])
def test_stamp_does_not_fall_when_the_instant_was_taken_before_a_wait(state, change, late, expected):
    session = SessionFactory(state=state, revised_at=LATER)
    change(session.pk, LATER + late)
    assert stored(session)["revised_at"] == expected


def test_stamp_does_not_fall_when_the_week_is_published():
    session = SessionFactory(week=WeekFactory(state="draft"), state="draft", revised_at=LATER)
    actions.publish_week(session.week, at=NOW)
    assert (stored(session)["state"], stored(session)["revised_at"]) == ("published", LATER)


def test_reason_is_refused_when_it_holds_control_characters():
    session = SessionFactory()
    before = stored(session)
    with pytest.raises(ValidationError):
        actions.cancel_session(session.pk, reason="a\x00b", at=LATER)
    assert stored(session) == before


def test_revision_is_undone_when_a_listener_fails():
    session = SessionFactory()
    before = stored(session)

    def fail(**_):
        raise RuntimeError("no")

    signals.session_revised.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            actions.revise_session(session.pk, at=datetime(2027, 5, 5, tzinfo=UTC), title="Another title")
    finally:
        signals.session_revised.disconnect(fail)
    assert stored(session) == before

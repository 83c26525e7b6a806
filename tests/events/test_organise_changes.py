"""Changing a published session: whom it concerns first, then the decision, then minutes to take it back."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import BookingChange
from events import actions
from events.models import PlannedChange, Session
from people.actions import grant_role
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)
from tests.pages import words

pytestmark = pytest.mark.django_db
LIST = "/organise/changes/"
TYPED = {
    "title": "Sharing information with confidence",
    "day": "2027-06-22",
    "starts": "09:30",
    "ends": "11:00",
    "ends_on": "",
    "format": "online",
    "venue": "",
    "room": "",
    "practical_note": "",
    "reason": "",
}
MOVED = {"starts": "10:30", "ends": "12:00", "reason": "The hall is closed."}


@pytest.fixture
def organiser(client):
    """Signed in as an organiser for Hampshire, on the fourth of May 2027."""
    user = UserFactory(email="organiser@example.org", name="Olu Example")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    with time_machine.travel(NOW, tick=False):
        client.force_login(user)
        yield client


@pytest.fixture
def session():
    """A session with both places taken and one person waiting."""
    session = SessionFactory()
    for _ in range(2):
        make_booking(session=session)
    make_queued(session=session)
    session.refresh_from_db()
    return session


def change(client, session, *, step="preview", verb="change", **typed):
    base = TYPED if verb == "change" else {}
    typed = {"as_of": session.revised_at.isoformat(), "step": step, **base, **typed}
    return client.post(f"/organise/sessions/{session.pk}/{verb}/", typed)


def test_the_pages_are_for_organisers_of_a_hosting_partnership(client, organiser):
    others = SessionFactory(host=PartnershipFactory(slug="isle-of-wight"), title="The Island's own")
    planned = actions.plan_change(
        others.pk, kind="revise", actor=UserFactory(), at=NOW, pause=timedelta(minutes=9), changes={"title": "T"}
    )
    own = SessionFactory()
    for verb in ("change", "cancel"):
        assert organiser.get(f"/organise/sessions/{own.pk}/{verb}/").status_code == 200
        assert organiser.get(f"/organise/sessions/{others.pk}/{verb}/").status_code == 404
        assert change(organiser, others, verb=verb, step="confirm", reason="Snow.").status_code == 404
    for verb in ("now", "take-back"):
        assert organiser.post(f"{LIST}{planned.pk}/{verb}/").status_code == 404
        assert organiser.get(f"{LIST}{planned.pk}/{verb}/").status_code == 405
    shown = words(organiser.get(LIST))
    assert own.title in shown
    assert "The Island" not in shown
    planned.refresh_from_db()
    assert (planned.state, PlannedChange.objects.count()) == ("waiting", 1)
    client.force_login(UserFactory())
    assert client.get(LIST).status_code == 404
    assert client.get(f"/organise/sessions/{own.pk}/change/").status_code == 404


def test_the_preview_says_what_changes_whom_it_concerns_and_what_is_sent(organiser, session):
    session.session_trainers.create(trainer=TrainerFactory())
    shown = words(change(organiser, session, **MOVED))
    for part in (
        "Start Before Tuesday 22 June 2027 at 09:30 After Tuesday 22 June 2027 at 10:30",
        "Booking closes Before Tuesday 22 June 2027 at 09:30 After Tuesday 22 June 2027 at 10:30",
        "With a place 2 On the waiting list 1 Hosts Hampshire Trainers Sam Example",
        "2 people with a place get an updated invitation; 1 person on the waiting list gets a mail.",
        "The mail gives this reason: “The hall is closed.”",
        "Nothing goes out before Tuesday 4 May 2027 at 10:10 (UK time).",
    ):
        assert part in shown
    assert "Cancelling in time" not in shown  # it moves within the day
    assert not PlannedChange.objects.exists()


def test_the_preview_says_until_when_people_may_cancel_where_that_moves(organiser, session):
    shown = words(change(organiser, session, day="2027-06-24"))
    words_before, words_after = "Thursday 17 June 2027 at 23:59", "Monday 21 June 2027 at 23:59"
    assert f"Cancelling in time until Before {words_before} After {words_after}" in shown
    assert "The mail gives no reason." in shown


def test_the_preview_says_so_when_nobody_has_booked(organiser):
    shown = words(change(organiser, SessionFactory(), **MOVED))
    assert "Nobody has booked yet, so no mail is sent." in shown
    assert "The mail gives" not in shown


def test_a_confirmed_change_waits_and_is_listed_with_a_way_back(organiser, session):
    answer = change(organiser, session, step="confirm", **MOVED)
    assert answer.headers["Location"] == LIST
    planned = PlannedChange.objects.get()
    assert (planned.state, planned.due_at) == ("waiting", NOW + timedelta(minutes=10))
    assert planned.changes == {
        "starts_at": (START + timedelta(hours=1)).isoformat(),
        "ends_at": (session.ends_at + timedelta(hours=1)).isoformat(),
    }
    shown = words(organiser.get(LIST))
    assert "Start Tuesday 22 June 2027 at 10:30" in shown
    assert "Decided by Olu Example on Tuesday 4 May 2027 at 10:00. Carried out on Tuesday 4 May 2027 at 10:10." in shown
    assert "A change is waiting" in shown
    session.refresh_from_db()
    assert session.starts_at == START


def test_a_change_is_taken_back_and_nobody_is_told(organiser, session):
    change(organiser, session, step="confirm", **MOVED)
    answer = organiser.post(f"{LIST}{PlannedChange.objects.get().pk}/take-back/", follow=True)
    assert "is taken back. Nobody was told." in words(answer)
    assert "Taken back" in words(answer)
    actions.carry_out_due(at=NOW + timedelta(days=1))
    assert Session.objects.get().starts_at == START


def test_a_change_is_carried_out_now_and_told_with_its_reason(organiser, session):
    change(organiser, session, step="confirm", **MOVED)
    answer = organiser.post(f"{LIST}{PlannedChange.objects.get().pk}/now/", follow=True)
    assert "is carried out, and people are being told." in words(answer)
    assert Session.objects.get().starts_at == START + timedelta(hours=1)
    reasons = BookingChange.objects.filter(verb="revised").values_list("reason", flat=True)
    assert list(reasons) == ["The hall is closed."] * 3


@pytest.mark.parametrize("verb", ["now", "take-back"])
def test_a_change_that_was_carried_out_is_refused_politely(organiser, session, verb):
    change(organiser, session, step="confirm", **MOVED)
    actions.carry_out_due(at=NOW + timedelta(minutes=10))
    answer = organiser.post(f"{LIST}{PlannedChange.objects.get().pk}/{verb}/")
    assert answer.status_code == 409
    assert "This change is no longer waiting: carried out. Nothing was done." in words(answer)


def test_a_change_that_could_not_be_carried_out_is_shown_with_the_reason(organiser, session):
    change(organiser, session, step="confirm", **MOVED)
    actions.cancel_session(session.pk, reason="Snow.", at=NOW)
    actions.carry_out_due(at=NOW + timedelta(minutes=10))
    shown = words(organiser.get(LIST))
    assert "Could not be carried out" in shown
    assert "This session cannot be changed or moved, because it is cancelled or has begun." in shown


def test_a_session_that_starts_soon_changes_at_once(organiser):
    session = SessionFactory(starts_at=NOW + timedelta(minutes=10))
    typed = {**TYPED, "day": "2027-05-04", "starts": "10:10", "ends": "11:40", "title": "Another title"}
    assert "This is carried out at once" in words(change(organiser, session, **typed))
    answer = change(organiser, session, step="confirm", **typed)
    assert PlannedChange.objects.get().state == "done"
    assert Session.objects.get().title == "Another title"
    assert answer.status_code == 302


def test_a_site_without_the_pause_changes_at_once(organiser, session, settings):
    settings.CHANGE_UNDO_MINUTES = 0
    assert "This is carried out at once" in words(change(organiser, session, **MOVED))
    change(organiser, session, step="confirm", **MOVED)
    assert Session.objects.get().starts_at == START + timedelta(hours=1)


def test_a_cancelling_needs_a_reason_of_one_line(organiser, session):
    for reason, sentence in (
        ("", "Say why the session is cancelled."),
        ("a\nb", "Remove line breaks and control characters from this text."),
        ("x" * 401, "Ensure this value has at most 400 characters (it has 401)."),
    ):
        answer = change(organiser, session, verb="cancel", step="confirm", reason=reason)
        assert answer.status_code == 400
        assert sentence in words(answer)
    assert not PlannedChange.objects.exists()


def test_a_cancelling_is_previewed_and_carried_out_when_due(organiser, session):
    shown = words(change(organiser, session, verb="cancel", reason="The trainer is ill."))
    assert "2 people with a place get a mail that takes the session out of their diary" in shown
    assert "1 person on the waiting list gets a mail that it is cancelled." in shown
    change(organiser, session, verb="cancel", step="confirm", reason="The trainer is ill.")
    assert Session.objects.get().state == "published"
    actions.carry_out_due(at=NOW + timedelta(minutes=10))
    stored = Session.objects.get()
    assert (stored.state, stored.cancellation_reason) == ("cancelled", "The trainer is ill.")


def test_going_back_keeps_what_was_typed(organiser, session):
    answer = change(organiser, session, step="edit", **MOVED)
    assert answer.status_code == 200
    assert 'value="10:30"' in answer.content.decode()
    assert "The hall is closed." in answer.content.decode()
    assert not PlannedChange.objects.exists()


def test_a_session_that_changed_since_the_preview_is_shown_again(organiser, session):
    actions.revise_session(session.pk, practical_note="Bring a pen.", at=NOW + timedelta(seconds=1))
    answer = change(organiser, session, step="confirm", **MOVED)
    assert answer.status_code == 409
    assert "The session has changed in the meantime, and nothing was done." in words(answer)
    assert not PlannedChange.objects.exists()
    session.refresh_from_db()
    assert change(organiser, session, step="confirm", **MOVED).status_code == 302


def test_a_second_change_is_refused_while_one_waits(organiser, session):
    change(organiser, session, step="confirm", **MOVED)
    for verb in ("change", "cancel"):
        assert "is waiting already" in words(organiser.get(f"/organise/sessions/{session.pk}/{verb}/"))
        assert change(organiser, session, verb=verb, step="confirm", **MOVED).status_code == 409
    assert PlannedChange.objects.count() == 1


def at_field(answer, name):
    """The errors at a field of the page."""
    return answer.context["form"].errors.get(name, [])


def test_what_cannot_be_done_stands_at_its_field(organiser):
    room = RoomFactory()
    SessionFactory(format="in_person", venue=room.venue, room=room, title="The other one")
    session = SessionFactory(title=TYPED["title"])
    there = {"format": "in_person", "venue": room.venue_id}
    for typed, field, sentence in (
        ({**there, "room": room.pk}, "room", "The room is taken then by “The other one”."),
        (
            {**there, "room": RoomFactory(venue=VenueFactory(slug="b")).pk},
            "room",
            "This room belongs to another venue.",
        ),
        ({"format": "in_person"}, "venue", "Choose where people meet."),
        ({"ends": "09:00"}, "ends", "A session must end after it starts."),
        ({"day": "2027-03-28", "starts": "01:30", "ends": "03:00"}, "starts", "does not exist"),
        ({"starts": "9h"}, "starts", "Enter a valid time."),
        ({"title": "a\x07b"}, "title", "Remove line breaks and control characters"),
        ({"practical_note": "a\x07b"}, "practical_note", "control characters"),
        ({"reason": "a\nb"}, "reason", "Remove line breaks"),
    ):
        answer = change(organiser, session, step="confirm", **typed)
        assert answer.status_code == 400
        assert any(sentence in error for error in at_field(answer, field)), typed
    assert not PlannedChange.objects.exists()


def test_what_is_refused_stands_above_the_form(organiser):
    session = SessionFactory()
    answer = change(organiser, session, step="confirm", day="2027-05-03")
    assert answer.status_code == 409
    assert at_field(answer, "__all__") == ["Choose a start that lies ahead."]
    unchanged = change(organiser, session, step="confirm")
    assert unchanged.status_code == 400
    assert "Nothing here differs from the session as it is." in words(unchanged)


@pytest.mark.parametrize(
    ("details", "verb", "sentence"),
    [
        ({"state": "draft"}, "change", "Nobody has been told of a draft"),
        ({"state": "cancelled", "cancelled_at": NOW}, "cancel", "This session is cancelled already."),
        ({"starts_at": NOW}, "change", "cannot be changed or moved, because it is cancelled or has begun."),
        ({"starts_at": NOW}, "cancel", "cannot be cancelled, because it has begun."),
    ],
)
def test_a_session_that_has_no_such_change_says_so_instead_of_the_form(organiser, details, verb, sentence):
    session = SessionFactory(**details)
    answer = organiser.get(f"/organise/sessions/{session.pk}/{verb}/")
    assert sentence in words(answer)
    assert ("Continue" in words(answer), "See whom it concerns" in words(answer)) == (False, False)
    assert change(organiser, session, verb=verb, step="confirm", reason="Snow.").status_code == 409


def test_an_online_session_leaves_its_venue_and_room(organiser):
    room = RoomFactory()
    session = SessionFactory(format="in_person", venue=room.venue, room=room)
    change(organiser, session, step="confirm", venue=room.venue_id, room=room.pk)
    assert PlannedChange.objects.get().changes == {"format": "online", "venue": None, "room": None}
    shown = words(organiser.get(LIST))
    assert "How to take part Online Place none Room none" in shown


def test_a_session_over_midnight_keeps_its_second_day(organiser):
    session = SessionFactory(starts_at=START + timedelta(hours=14), ends_at=START + timedelta(hours=17))
    page = organiser.get(f"/organise/sessions/{session.pk}/change/").content.decode()
    assert 'value="2027-06-23"' in page
    typed = {"starts": "23:00", "ends": "02:30", "ends_on": "2027-06-23"}
    change(organiser, session, step="confirm", **typed)
    assert set(PlannedChange.objects.get().changes) == {"starts_at"}


def test_a_venue_is_named_in_the_list(organiser):
    session = SessionFactory()
    room = RoomFactory()
    change(organiser, session, step="confirm", format="hybrid", venue=room.venue_id, room=room.pk)
    assert "How to take part In person or online Place Example Hall Room Example Room" in words(organiser.get(LIST))


def test_the_list_costs_the_same_queries_at_any_size(organiser):
    assert cost_of_the_list(organiser, count=2) == cost_of_the_list(organiser, count=9)


def cost_of_the_list(client, *, count):
    """Make so many sessions with a change each, some ended, and count the queries of the list."""
    for number in range(count):
        room = RoomFactory(venue=VenueFactory(slug=f"hall-{count}-{number}"))
        planned = actions.plan_change(
            SessionFactory().pk,
            kind="revise",
            actor=UserFactory(),
            at=NOW,
            pause=timedelta(minutes=9),
            changes={"format": "in_person", "venue": room.venue, "room": room},
        )
        if number % 2:
            actions.carry_out(planned.pk, at=NOW)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    return len(queries)

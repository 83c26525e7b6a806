"""Adding, changing, moving, repeating, deleting and publishing a session by the organisers' pages."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.models import Session, SessionTrainer
from tests.events.organisers import joined, session_form, theirs, week
from tests.factories import (
    NOW,
    START,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    VenueFactory,
    WeekFactory,
)

__all__ = ["theirs", "week"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)


def add(client, week, form):
    return client.post(f"/organise/weeks/{week.slug}/sessions/add/", form)


def edit(client, session, hampshire, **fields):
    session.refresh_from_db()
    form = session_form(hampshire, as_of=session.revised_at.isoformat(), code=session.code, **fields)
    return client.post(f"/organise/sessions/{session.pk}/edit/", form)


def errors(answer, field):
    return " ".join(answer.context["form"].errors.get(field, []))


@pytest.fixture
def draft(week):
    return SessionFactory(week=week, state="draft", topic=TopicFactory(week=week))


def test_session_when_added_then_a_draft_with_all_its_sides(organiser, week, hampshire, island):
    room, theme, trainer = RoomFactory(), ThemeFactory(), TrainerFactory()
    form = session_form(
        hampshire, format="hybrid", room=room.pk, joining_link="https://meet.example.org/room", themes=[theme.pk],
        trainers=[trainer.pk], co_hosts=[island.pk, hampshire.pk], summary="What it is.", audience="All",
        outcomes="- one", content_note="It may upset.", access="Captions.", cameras="off", is_recorded="on",
        practical_note="Bring a pen.", also_hosted_by="A board", booking_opens_at_0="2027-06-01",
        booking_opens_at_1="09:00", booking_closes_at_0="2027-06-21", booking_closes_at_1="17:00",
    )  # fmt: skip
    answer = add(organiser, week, form)
    session = Session.objects.get()
    assert answer.url == f"/organise/weeks/{week.slug}/#session-{session.pk}"
    assert (session.state, session.code, session.starts_at, session.ends_at) == (
        "draft", "S1", START, START + timedelta(minutes=45)
    )  # fmt: skip
    assert (session.venue, session.room, session.cameras, session.is_recorded) == (room.venue, room, "off", True)
    assert session.booking_opens_at == datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert session.booking_closes_at == datetime(2027, 6, 21, 16, tzinfo=UTC)
    assert [(host.partnership, host.is_lead) for host in session.session_hosts.all()] == [
        (hampshire, True),
        (island, False),
    ]
    assert (session.topic.summary, session.topic.content_note) == ("What it is.", "It may upset.")
    assert (list(session.topic.themes.all()), session.session_trainers.get().trainer) == ([theme], trainer)


def test_session_when_it_is_another_sitting_then_has_the_topic_and_no_words_of_its_own(organiser, week, hampshire):
    topic = TopicFactory(week=week, summary="As it was.")
    address = f"/organise/weeks/{week.slug}/sessions/add/?topic={topic.pk}"
    assert organiser.get(address).context["form"]["topic"].value() == topic.pk
    refused = add(organiser, week, session_form(hampshire, topic=topic.pk, summary="Other words."))
    assert refused.status_code == 400
    assert "keeps its words" in errors(refused, "summary")
    assert add(organiser, week, session_form(hampshire, topic=topic.pk)).status_code == 302
    assert Session.objects.get().topic == topic


WRONG = {
    "no title": ({"title": ""}, "title", "Write a title."),
    "no start": ({"starts": ""}, "starts", "Write when it starts."),
    "no end": ({"minutes": ""}, "ends", "or how long it takes"),
    "two ends": ({"ends": "11:00"}, "minutes", "differ"),
    "an end before the start": ({"ends": "09:00", "minutes": ""}, "ends", "must end after it starts"),
    "a day of another week": ({"day": "2027-06-28"}, "day", "valid choice"),
    "another century": ({"other_day": "2127-06-28"}, "other_day", "2000 to 2099"),
    "an hour that never comes": (
        {"other_day": "2027-03-28", "starts": "01:30"},
        "starts",
        "01:30 on 28 March 2027 in Europe/London does not exist: the clocks go forward over it.",
    ),
    "an hour that comes twice": ({"other_day": "2027-10-31", "starts": "01:30"}, "starts", "comes twice"),
    "no day of booking": ({"booking_opens_at_1": "09:00"}, "booking_opens_at", "both the day and the time"),
    "booking that opens late": (
        {"booking_opens_at_0": "2027-06-22", "booking_opens_at_1": "09:30"}, "booking_opens_at", "before the session",
    ),
    "booking that closes late": (
        {"booking_closes_at_0": "2027-06-23", "booking_closes_at_1": "09:30"}, "booking_closes_at", "session ends",
    ),
    "a negative capacity": ({"capacity": "-1"}, "capacity", "greater than or equal to 0"),
    "a link that is none": ({"joining_link": "meet"}, "joining_link", "Enter a web address"),
    "a control character": ({"title": "Bell\x07"}, "title", "control characters"),
    "a control character in the topic": ({"summary": "Bell\x07"}, "summary", "control characters"),
    "no lead": ({"lead": ""}, "lead", "Choose the partnership that leads."),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "field", "words"), WRONG.values(), ids=WRONG)
def test_session_when_something_is_wrong_then_said_at_the_field_and_what_was_typed_stays(
    organiser, week, hampshire, fields, field, words
):
    answer = add(organiser, week, session_form(hampshire, practical_note="Bring a pen.", **fields))
    assert answer.status_code == 400
    assert words in errors(answer, field)
    assert "Bring a pen." in answer.content.decode()
    assert not Session.objects.exists()
    assert add(organiser, week, session_form(hampshire)).status_code == 302


def test_session_when_none_of_ones_own_hosts_it_then_refused_at_the_lead(organiser, week, hampshire, island):
    answer = add(organiser, week, session_form(island))
    assert answer.status_code == 409
    assert "that you organise for" in errors(answer, "lead")
    assert not Session.objects.exists()


def test_session_when_a_venue_does_not_fit_then_said_at_the_field(organiser, week, hampshire):
    hall, room = VenueFactory(slug="other-hall"), RoomFactory()
    online = add(organiser, week, session_form(hampshire, venue=hall.pk))
    assert "has no venue" in errors(online, "venue")
    elsewhere = add(organiser, week, session_form(hampshire, format="in_person", venue=hall.pk, room=room.pk))
    assert "another venue" in errors(elsewhere, "room")
    assert not Session.objects.exists()


def test_session_when_its_code_is_taken_then_said_at_the_field(organiser, week, hampshire, draft):
    answer = add(organiser, week, session_form(hampshire, code=draft.code))
    assert "has a session with this code" in errors(answer, "code")


def test_session_when_it_runs_past_midnight_then_its_length_says_so(organiser, week, hampshire):
    add(organiser, week, session_form(hampshire, starts="23:30"))
    session = Session.objects.get()
    assert session.length == timedelta(minutes=45)
    form = organiser.get(f"/organise/sessions/{session.pk}/edit/").context["form"]
    assert (form["minutes"].value(), form["ends"].value()) == (45, None)


def test_draft_when_opened_and_sent_as_it_is_then_nothing_changes(organiser, week, hampshire, island, draft):
    SessionTrainer.objects.create(session=draft, trainer=TrainerFactory())
    before = Session.objects.values().get()
    form = organiser.get(f"/organise/sessions/{draft.pk}/edit/").context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "widgets"):
            day, clock = field.field.widget.decompress(value)
            sent |= {f"{field.name}_0": day or "", f"{field.name}_1": clock or ""}
        elif value is not None and value is not False:
            sent[field.name] = value
    assert organiser.post(f"/organise/sessions/{draft.pk}/edit/", sent).status_code == 302
    after = Session.objects.values().get()
    assert {name for name in after if after[name] != before[name]} <= {"revised_at"}
    assert draft.session_trainers.count() == 1


def test_draft_when_somebody_else_has_saved_it_meanwhile_then_refused_and_theirs_stays(organiser, hampshire, draft):
    form = session_form(hampshire, as_of=(NOW - HOUR).isoformat(), title="Mine")
    answer = organiser.post(f"/organise/sessions/{draft.pk}/edit/", form)
    assert answer.status_code == 409
    assert "has been changed since you opened the page" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title != "Mine"
    assert edit(organiser, draft, hampshire, title="Mine").status_code == 302


def test_draft_when_fewer_places_than_taken_then_said_at_the_field_with_the_number(organiser, hampshire, draft):
    Session.objects.update(places_taken=2)
    answer = edit(organiser, draft, hampshire, capacity="1")
    assert (answer.status_code, errors(answer, "capacity")) == (
        400, "2 places are taken, so there must be at least that many."
    )  # fmt: skip
    assert edit(organiser, draft, hampshire, capacity="2").status_code == 302


def test_topic_when_others_give_sittings_of_it_then_its_words_are_not_changed(organiser, week, hampshire, island):
    joined(week, island)
    topic = TopicFactory(week=week, summary="Theirs too.")
    draft = SessionFactory(week=week, topic=topic, state="draft")
    SessionFactory(week=week, topic=topic, host=island)
    assert edit(organiser, draft, hampshire, summary="Mine.", title="New").status_code == 302
    topic.refresh_from_db()
    draft.refresh_from_db()
    assert (topic.summary, draft.title) == ("Theirs too.", "New")


@pytest.mark.parametrize("state", ["published", "cancelled"])
def test_session_when_it_is_no_draft_then_its_pages_lead_back_and_say_why(organiser, week, hampshire, state):
    session = SessionFactory(week=week, state=state, cancelled_at=NOW if state == "cancelled" else None)
    for part in ("edit/", "move/", "delete/"):
        answer = organiser.get(f"/organise/sessions/{session.pk}/{part}", follow=True)
        assert answer.redirect_chain[0][0].endswith(f"#session-{session.pk}")
        assert "is no draft any more" in answer.content.decode()
    form = {"day": "2027-06-23", "starts": "10:00"}
    assert edit(organiser, session, hampshire).status_code == 409
    assert organiser.post(f"/organise/sessions/{session.pk}/move/", form).status_code == 409
    assert organiser.post(f"/organise/sessions/{session.pk}/delete/").status_code == 409
    organiser.post(f"/organise/sessions/{session.pk}/step/", {"step": "later"})
    session.refresh_from_db()
    assert (session.starts_at, session.state) == (START, state)


def test_draft_when_moved_then_stands_there_with_its_length(organiser, draft):
    address = f"/organise/sessions/{draft.pk}/move/"
    assert organiser.get(address).context["form"]["day"].value() == date(2027, 6, 22)
    organiser.post(address, {"day": "2027-06-24", "starts": "14:15"})
    draft.refresh_from_db()
    assert (draft.starts_at, draft.length) == (datetime(2027, 6, 24, 13, 15, tzinfo=UTC), timedelta(minutes=90))


def test_draft_when_moved_to_an_hour_that_never_comes_then_said_at_the_field(organiser, draft):
    form = {"day": "2027-06-22", "other_day": "2027-03-28", "starts": "01:30"}
    answer = organiser.post(f"/organise/sessions/{draft.pk}/move/", form)
    assert (answer.status_code, "does not exist" in errors(answer, "starts")) == (400, True)


@pytest.mark.parametrize(
    ("step", "by"),
    [("earlier", -HOUR / 4), ("later", HOUR / 4), ("previous", -24 * HOUR), ("next", 24 * HOUR)],
)
def test_draft_when_it_takes_a_step_then_stands_there_and_one_is_led_back(organiser, draft, step, by):
    answer = organiser.post(f"/organise/sessions/{draft.pk}/step/", {"step": step})
    draft.refresh_from_db()
    assert draft.starts_at == START + by
    anchor = f"session-{draft.pk}" if step == "previous" else f"{step}-{draft.pk}"
    assert answer.url.endswith(f"#{anchor}")


@pytest.mark.parametrize(
    ("starts_at", "step", "words"),
    [
        (START - 24 * HOUR, "previous", "lies outside the week"),
        (START + 3 * 24 * HOUR, "next", "lies outside the week"),
        (START, "sideways", "Choose where the session goes."),
    ],
)
def test_draft_when_a_step_leads_nowhere_then_it_stays(organiser, week, starts_at, step, words):
    draft = SessionFactory(week=week, state="draft", starts_at=starts_at)
    answer = organiser.post(f"/organise/sessions/{draft.pk}/step/", {"step": step}, follow=True)
    assert words in answer.content.decode()
    draft.refresh_from_db()
    assert draft.starts_at == starts_at


def test_draft_when_a_step_meets_an_hour_that_never_comes_then_said(organiser, hampshire):
    week = WeekFactory(slug="2027-03-week", starts_on=date(2027, 3, 22), state="draft", host=hampshire)
    draft = SessionFactory(week=week, state="draft", starts_at=datetime(2027, 3, 27, 1, 30, tzinfo=UTC))
    answer = organiser.post(f"/organise/sessions/{draft.pk}/step/", {"step": "next"}, follow=True)
    assert "does not exist: the clocks go forward over it" in answer.content.decode()


@pytest.mark.parametrize(("kind", "shares"), [("sitting", True), ("topic", False)])
def test_session_when_duplicated_then_a_draft_at_another_hour(organiser, draft, kind, shares):
    address = f"/organise/sessions/{draft.pk}/duplicate/"
    assert organiser.get(address).context["form"]["kind"].value() == "sitting"
    assert organiser.post(address, {"kind": kind, "day": "2027-06-25", "starts": "19:00"}).status_code == 302
    copy = Session.objects.exclude(pk=draft.pk).get()
    assert (copy.starts_at, copy.state) == (datetime(2027, 6, 25, 18, tzinfo=UTC), "draft")
    assert (copy.topic_id == draft.topic_id) is shares


def test_duplicate_when_its_kind_is_missing_then_said_at_the_field(organiser, draft):
    answer = organiser.post(f"/organise/sessions/{draft.pk}/duplicate/", {"day": "2027-06-25", "starts": "19:00"})
    assert (answer.status_code, errors(answer, "kind")) == (400, "Choose what it is.")
    assert b'href="#id_kind_0"' in answer.content


def test_draft_when_deleted_then_asked_first_and_then_gone(organiser, week, draft):
    address = f"/organise/sessions/{draft.pk}/delete/"
    assert "Delete this session?" in organiser.get(address).content.decode()
    assert Session.objects.filter(pk=draft.pk).exists()
    assert organiser.post(address).url == f"/organise/weeks/{week.slug}/"
    assert not Session.objects.filter(pk=draft.pk).exists()


def test_draft_of_a_public_week_when_published_then_seen_unless_something_is_in_the_way(organiser, week, draft):
    draft_in_hall = SessionFactory(week=week, state="draft", format="in_person", title="In the hall")
    week.state = "published"
    week.save()
    refused = organiser.post(f"/organise/sessions/{draft_in_hall.pk}/publish/", follow=True)
    assert "In the hall: Name the venue before you publish this session." in refused.content.decode()
    organiser.post(f"/organise/sessions/{draft.pk}/publish/")
    states = dict(Session.objects.values_list("pk", "state"))
    assert states == {draft.pk: "published", draft_in_hall.pk: "draft"}

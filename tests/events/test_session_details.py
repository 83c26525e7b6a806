"""What no diary says of a published session: on its page beside everything else, and saved at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bookings.models import BookingChange
from events import actions
from events.errors import ChangedSince, SessionNotMovable
from events.models import PlannedChange, Session, SessionTopic
from events.views.organise.change_forms import ChangeForm
from notifications.models import Message
from tests.factories import (
    NOW,
    START,
    SessionFactory,
    ThemeFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_queued,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LINK = "https://meet.example.org/room"
# Fields of a session and its topic that its page does not change, each with the reason.
ELSEWHERE = {
    "week": "it stays in its week",
    "topic": "people booked this topic",
    "code": "files and lists know the session by it",
    "zone": "it follows from the week",
    "hosts": "a host may not take another's part away",
    "state": "publishing and cancelling are verbs of their own",
    "is_illustrative": "a fact about the programme's source",
    "cancellation_reason": "cancelling asks for it",
    "starts_at": "asked as a day and a time",
    "ends_at": "asked as a day and a time",
    "slug": "addresses have it",
}


def address(session, query=""):
    return f"/organise/sessions/{session.pk}/change/{query}"


def page_of(client, session, query=""):
    """What a session's page sends back as it is."""
    answer = client.get(address(session, query))
    form, sent = answer.context["form"], {"as_of": answer.context["as_of"], "step": "preview"}
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "decompress"):
            sent |= {
                f"{field.html_name}_{n}": part or "" for n, part in enumerate(field.field.widget.decompress(value))
            }
        elif value not in (None, False):
            sent[field.html_name] = value
    return sent


def save(client, session, *, query="", without=(), **typed):
    """Open the page, type, and send it."""
    sent = {**page_of(client, session, query), **typed}
    return client.post(address(session, query), {name: value for name, value in sent.items() if name not in without})


@pytest.fixture
def session(hampshire):
    """A session that one person has booked, and another waits for."""
    session = SessionFactory(
        week=WeekFactory(host=hampshire), host=hampshire, capacity=1, revised_at=NOW - timedelta(days=1)
    )
    make_booking(session=session)
    make_queued(session=session)
    session.refresh_from_db()
    return session


def test_every_editable_field_of_a_session_and_its_topic_is_on_the_page(session):
    form = ChangeForm(session=session, at=NOW)
    editable = {
        field.name
        for model in (Session, SessionTopic)
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.editable and field.name != "id"
    }
    assert "joining_link" in editable
    assert editable - set(form.fields) == set(ELSEWHERE)
    drawn = {field.name for _, fields in (*form.noticed_parts, *form.detail_parts) for field in fields}
    assert drawn == set(form.fields) - {"is_whole"}


def test_details_when_sent_then_all_are_stored_at_once_and_nobody_is_told(organiser, session):
    theme, before = ThemeFactory(), (Message.objects.count(), BookingChange.objects.count())
    answer = save(
        organiser, session, without=("booking_required", "has_waiting_list", "one_sitting"),
        joining_link=LINK, access="Captions.\r\nBreaks.", cameras="off", is_recorded="on", also_hosted_by="A board",
        booking_opens_at_0="2027-05-01", booking_opens_at_1="09:00", booking_closes_at_0="2027-06-21",
        booking_closes_at_1="17:00", summary="What it is.", audience="All", outcomes="- one\r\n- two",
        content_note="It may upset.", themes=[theme.pk],
    )  # fmt: skip
    assert (answer.status_code, answer.url) == (302, address(session))
    stored = Session.objects.get()
    assert (stored.joining_link, stored.access, stored.cameras, stored.is_recorded, stored.also_hosted_by) == (
        LINK, "Captions.\nBreaks.", "off", True, "A board"
    )  # fmt: skip
    assert (stored.booking_required, stored.has_waiting_list) == (False, False)
    assert stored.booking_opens_at == datetime(2027, 5, 1, 8, tzinfo=UTC)
    assert stored.booking_closes_at == datetime(2027, 6, 21, 16, tzinfo=UTC)
    topic = stored.topic
    assert (topic.summary, topic.audience, topic.outcomes, topic.content_note, topic.one_sitting) == (
        "What it is.", "All", "- one\n- two", "It may upset.", False
    )  # fmt: skip
    assert list(topic.themes.all()) == [theme]
    assert (stored.sequence, PlannedChange.objects.count()) == (session.sequence, 0)
    assert stored.revised_at > session.revised_at
    assert (Message.objects.count(), BookingChange.objects.count()) == before
    said = words(organiser.get(answer.url))
    assert "is saved. No diary changes. People who were sent the joining instructions are sent the new ones." in said
    again = save(organiser, session)
    assert again.status_code == 400
    assert "Nothing here differs from the session as it is." in words(again)


@pytest.mark.parametrize(
    ("pasted", "field", "sentence"),
    [
        ({"joining_link": f"Join: {LINK}"}, "joining_link", "Keep only the address, without words"),
        ({"booking_closes_at_0": "2027-06-23", "booking_closes_at_1": "09:00"}, "booking_closes_at", "close before"),
        ({"booking_opens_at_0": "2027-06-22", "booking_opens_at_1": "09:30"}, "booking_opens_at", "open before"),
        ({"booking_opens_at_0": "2027-06-01"}, "booking_opens_at", "Write both the day and the time."),
        ({"summary": "a\x07b"}, "summary", "control characters"),
        ({"audience": "x" * 401}, "audience", "at most 400 characters (it has 401)"),
    ],
)  # fmt: skip
def test_detail_when_it_cannot_be_used_then_said_at_its_field_and_nothing_is_stored(
    organiser, session, pasted, field, sentence
):
    answer = save(organiser, session, cameras="off", **pasted)
    assert answer.status_code == 400
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert (Session.objects.get().cameras, Session.objects.get().revised_at) == ("", session.revised_at)


def test_change_when_people_notice_a_part_then_shown_first_and_the_rest_is_saved_with_the_decision(organiser, session):
    typed = {**page_of(organiser, session), "title": "Another title", "joining_link": LINK, "summary": "What it is."}
    shown = organiser.post(address(session), typed)
    assert "Title Before" in words(shown)
    assert "With your decision, and not to be taken back: Joining link, Summary." in words(shown)
    assert Session.objects.get().joining_link == ""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.content.decode()))
    assert organiser.post(address(session), {**hidden, "step": "confirm"}).url == "/organise/changes/"
    stored = Session.objects.get()
    assert (stored.title, stored.joining_link, stored.topic.summary) == (session.title, LINK, "What it is.")
    assert (stored.booking_required, stored.has_waiting_list, stored.is_recorded) == (True, True, False)
    assert PlannedChange.objects.get().changes == {"title": "Another title"}


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize(
    ("field", "typed"), [("content_note", "\u200e"), ("outcomes", "a\u202eb"), ("access", "\x07x")]
)
def test_detail_when_nobody_can_see_it_beside_what_people_notice_then_refused_at_its_field(
    organiser, session, field, typed, step
):
    answer = save(organiser, session, step=step, title="Another title", **{field: typed})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not PlannedChange.objects.exists()


def test_time_of_booking_when_the_session_moves_too_then_waits_with_the_move(organiser, session):
    actions.revise_session(session.pk, at=NOW, booking_closes_at=START - timedelta(days=1))
    typed = page_of(organiser, session) | {"day": "2027-06-15", "booking_closes_at_0": "", "booking_closes_at_1": ""}
    typed |= {"booking_opens_at_0": "2027-06-01", "booking_opens_at_1": "09:00", "step": "confirm"}
    assert organiser.post(address(session), typed).status_code == 302
    planned = PlannedChange.objects.get()
    assert set(planned.changes) == {"starts_at", "ends_at", "booking_opens_at", "booking_closes_at"}
    shown = words(organiser.get("/organise/changes/"))
    assert "Booking opens Tuesday 1 June 2027 at 09:00 Booking closes none" in shown
    assert Session.objects.get().booking_opens_at is None
    actions.carry_out(planned.pk, at=NOW)
    stored = Session.objects.get()
    assert stored.starts_at == START - timedelta(days=7)
    assert (stored.booking_opens_at, stored.booking_closes_at) == (datetime(2027, 6, 1, 8, tzinfo=UTC), None)


def test_end_of_booking_when_the_session_moves_before_it_then_moves_along(organiser, session):
    actions.revise_session(session.pk, at=NOW, booking_closes_at=START - timedelta(hours=1))
    shown = save(organiser, session, day="2027-06-15")
    assert shown.status_code == 200
    assert "Booking closes Before Tuesday 22 June 2027 at 08:30 After Tuesday 15 June 2027 at 08:30" in words(shown)


def test_page_when_sent_without_its_details_then_they_stay(organiser, session):
    actions.revise_details(session.pk, at=NOW, joining_link=LINK, about={"summary": "What it is."})
    details = {"is_whole", "joining_link", "booking_required", "has_waiting_list", "summary", "one_sitting"}
    answer = save(organiser, session, step="confirm", title="Another title", without=details)
    assert answer.status_code == 302
    stored = Session.objects.get()
    assert (stored.joining_link, stored.has_waiting_list, stored.topic.summary) == (LINK, True, "What it is.")


def test_session_when_it_has_begun_then_its_link_can_be_mended_and_its_title_not(organiser, hampshire):
    session = SessionFactory(host=hampshire, starts_at=NOW - timedelta(minutes=5))
    page = organiser.get(address(session))
    assert "it is cancelled or has begun. What is saved at once can be changed all the same." in words(page)
    assert not set(page.context["form"].fields) & {"title", "day", "capacity", "areas", "reason"}
    assert save(organiser, session, joining_link=LINK, title="Another title").status_code == 409
    assert Session.objects.get().joining_link == ""
    assert save(organiser, session, joining_link=LINK).status_code == 302
    assert (Session.objects.get().joining_link, Session.objects.get().title) == (LINK, session.title)


def test_session_when_a_change_waits_then_the_link_is_saved_and_the_times_of_booking_stay_shut(organiser, session):
    actions.plan_change(
        session.pk, kind="revise", actor=organiser.person, at=NOW, pause=timedelta(minutes=9), changes={"title": "T"}
    )
    assert "booking_closes_at" not in organiser.get(address(session)).context["form"].fields
    assert save(organiser, session, joining_link=LINK).status_code == 302
    assert Session.objects.get().joining_link == LINK
    assert PlannedChange.objects.get().state == "waiting"


@pytest.mark.parametrize("typed", [{"joining_link": LINK}, {"title": "Another title"}])
def test_page_when_the_session_changed_since_then_nothing_is_saved_and_what_was_typed_stays(organiser, session, typed):
    sent = page_of(organiser, session)
    actions.revise_details(session.pk, at=NOW + timedelta(seconds=1), access="Captions.")
    answer = organiser.post(address(session), {**sent, **typed})
    assert answer.status_code == 409
    assert "This has been changed since you opened the page. Nothing was saved" in words(answer)
    assert next(iter(typed.values())) in answer.content.decode()
    assert (Session.objects.get().access, Session.objects.get().joining_link) == ("Captions.", "")


def test_topic_when_others_give_sittings_of_it_then_its_words_stay(organiser, session, island):
    SessionFactory(week=session.week, topic=session.topic, host=island)
    assert "its words are not changed here" in words(organiser.get(address(session)))
    assert save(organiser, session, joining_link=LINK, summary="Ours now.").status_code == 302
    assert (Session.objects.get(pk=session.pk).joining_link, session.topic.summary) == (LINK, "")
    session.topic.refresh_from_db()
    assert session.topic.summary == ""


def test_links_when_several_are_missing_then_one_leads_to_the_next_and_the_last_to_the_desk(
    organiser, hampshire, island
):
    week, soon = WeekFactory(host=hampshire), NOW + timedelta(days=3)
    starts = [soon + timedelta(hours=number) for number in range(3)]
    first, second, third = (
        SessionFactory(week=week, host=hampshire, starts_at=one, title=f"At {one:%H}") for one in starts
    )
    SessionFactory(week=week, host=hampshire, starts_at=soon, joining_link=LINK)
    SessionFactory(starts_at=soon, host=island)
    SessionFactory(week=week, host=hampshire, starts_at=soon, format="in_person", venue=VenueFactory())
    desk = organiser.get("/organise/").content.decode()
    assert f'href="{address(second, "?missing=link#id_joining_link")}"' in desk
    page = organiser.get(address(second, "?missing=link"))
    assert set(page.context["form"].fields) == {"joining_link", "is_whole"}
    assert "The next session without a joining link is “At 11”" in words(page)
    led = [second]
    for following in (third, first):
        answer = save(organiser, led[-1], query="?missing=link", joining_link=LINK)
        assert answer.url == address(following, "?missing=link#id_joining_link")
        led.append(following)
    answer = organiser.get(save(organiser, first, query="?missing=link", joining_link=LINK).url)
    assert answer.request["PATH_INFO"] == "/organise/"
    assert Session.objects.get(pk=second.pk).has_waiting_list  # the page had the link alone
    assert "Every session to come has its joining link." in words(answer)
    assert "links" not in {group.code for group in answer.context["groups"]}


def test_checklist_when_a_published_session_lacks_something_then_leads_to_its_field(organiser, session):
    week = organiser.get(f"/organise/weeks/{session.week.slug}/publish/").content.decode()
    assert f'href="{address(session, "#id_joining_link")}"' in week


def test_details_of_a_topic_when_changed_then_all_its_sittings_are_revised_and_keep_their_sequence(session):
    other = SessionFactory(week=session.week, topic=session.topic)
    later = NOW + timedelta(hours=1)
    actions.revise_details(session.pk, at=later, about={"summary": "What it is."})
    other.refresh_from_db()
    assert (other.revised_at, other.sequence) == (later, 0)


def test_waiting_list_when_there_is_none_any_more_then_who_waits_is_looked_at_again(organiser, session):
    answer = organiser.get(save(organiser, session, without=("has_waiting_list",)).url)
    assert "Free places go to those who wait." in words(answer)


def test_details_when_the_session_is_cancelled_or_changed_since_then_refused(session):
    with pytest.raises(ChangedSince):
        actions.revise_details(session.pk, at=NOW, as_of="2020-01-01", joining_link=LINK)
    actions.cancel_session(session.pk, reason="Snow.", at=NOW)
    with pytest.raises(SessionNotMovable):
        actions.revise_details(session.pk, at=NOW, joining_link=LINK)
    assert Session.objects.get().joining_link == ""

"""Organisers at work on the programme in the admin."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import reverse

from bookings.models import Booking
from events import actions
from events.models import (
    KeyMessage,
    PracticeWeek,
    Resource,
    Session,
    SessionHost,
    SessionTopic,
    Venue,
    WeekDay,
    WeekHost,
)
from people.actions import grant_role
from people.models import User
from tests.events.locks import InThread
from tests.factories import (
    NOW,
    START,
    WEEK_STARTS,
    PartnershipFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_queued,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def administrator():
    user = UserFactory(email="administrator@example.org")
    grant_role(user, "administrator", at=NOW)
    return user


def page(model, what, *args):
    return reverse(f"admin:events_{model._meta.model_name}_{what}", args=args)


def act(client, model, action, *rows, **more):
    client.get("/admin/")  # shows what was said before
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    answer = client.post(page(model, "changelist"), chosen)
    assert answer.status_code == 302, answer.content
    return [str(message) for message in get_messages(answer.wsgi_request)]


def hosts_of(*rows, initial=0, prefix="session_hosts"):
    form = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        form |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return form


def host_rows(session):
    """The hosts of a session as the form has them, the lead first."""
    return [
        {
            "id": host.pk,
            "session": session.pk,
            "partnership": host.partnership_id,
            "is_lead": "on" if host.is_lead else "",
        }
        for host in session.session_hosts.all()
    ]


def session_form(session=None, **changes):
    """The form of a session as a browser sends it; times on the clock in London."""
    form = {
        "week": session.week_id if session else WeekFactory().pk,
        "topic": session.topic_id if session else TopicFactory(week=WeekFactory()).pk,
        "code": session.code if session else "A1",
        "title": session.title if session else "Sharing information",
        "starts_at_0": "2027-06-22",
        "starts_at_1": "09:30",
        "ends_at_0": "2027-06-22",
        "ends_at_1": "11:00",
        "format": "online",
        "booking_required": "on",
        "capacity": "2",
        "has_waiting_list": "on",
        **hosts_of(prefix="session_trainers"),
    }
    if session:
        rows = host_rows(session)
        form |= {"as_of": session.revised_at.isoformat(), **hosts_of(*rows, initial=len(rows))}
    else:
        form |= hosts_of({"partnership": PartnershipFactory().pk, "is_lead": "on"})
    return {**form, **changes}


def faults(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_new_session_then_a_draft_with_its_host(organiser):
    answer = organiser.post(page(Session, "add"), session_form())

    assert answer.status_code == 302, answer.content.decode()
    session = Session.objects.get()
    assert (session.state, session.starts_at, session.revised_at) == ("draft", START, NOW)
    assert session.session_hosts.get().is_lead


def test_changed_session_then_diaries_follow_and_the_queue_moves(organiser):
    session = SessionFactory(capacity=1)
    booking, waiting = make_booking(session=session), make_queued(session=session)

    answer = organiser.post(page(Session, "change", session.pk), session_form(session, starts_at_1="09:00"))

    assert answer.status_code == 302, answer.content.decode()
    session.refresh_from_db()
    assert (session.starts_at, session.capacity, session.sequence) == (START - timedelta(minutes=30), 2, 1)
    booking, waiting = Booking.objects.get(pk=booking.pk), Booking.objects.get(pk=waiting.pk)
    assert (booking.ical_sequence, waiting.status) == (1, "offered")
    assert booking.changes.last().verb == "revised"


def test_session_saved_as_it_was_then_nothing_happens(organiser):
    session = SessionFactory()
    before = Session.objects.values().get()

    assert organiser.post(page(Session, "change", session.pk), session_form(session)).status_code == 302
    assert Session.objects.values().get() == before


@pytest.mark.parametrize(
    ("day", "hour", "reason"),
    [("2027-03-28", "01:30", "does not exist"), ("2027-10-31", "01:30", "comes twice")],
)
def test_time_that_the_clocks_skip_or_repeat_then_refused_with_the_reason(organiser, day, hour, reason):
    form = session_form(starts_at_0=day, starts_at_1=hour, ends_at_0=day, ends_at_1="10:00")

    assert reason in faults(organiser.post(page(Session, "add"), form))
    assert not Session.objects.exists()


def test_time_in_summer_then_an_hour_before_in_utc_and_in_winter_not(organiser):
    form = session_form(starts_at_0="2027-01-05", starts_at_1="09:30", ends_at_0="2027-01-05", ends_at_1="10:00")

    assert organiser.post(page(Session, "add"), form).status_code == 302
    assert Session.objects.get().starts_at == datetime(2027, 1, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at_1": "09:00"}, "must end after it starts"),
        ({"starts_at_1": ""}, "This field is required"),
        ({"starts_at_0": "", "starts_at_1": ""}, "This field is required"),
        ({"starts_at_1": "25:00"}, "Enter a valid time"),
        ({"booking_opens_at_0": "2027-06-01"}, "Write both the day and the time"),
        ({"title": "a\u2028b"}, "control characters"),
        ({"format": "in_person", "venue": "999"}, "Select a valid choice"),
        ({"capacity": "-1"}, "greater than or equal to 0"),
    ],
)
def test_session_with_a_fault_then_told_in_the_form_and_nothing_is_written(organiser, change, words):
    assert words in faults(organiser.post(page(Session, "add"), session_form(**change)))
    assert not Session.objects.exists()


def test_topic_of_another_week_then_told_in_the_form(organiser):
    other = WeekFactory(slug="other", starts_on=WEEK_STARTS + timedelta(weeks=1))
    form = session_form(topic=TopicFactory(week=other).pk)

    assert "a topic of the same week" in faults(organiser.post(page(Session, "add"), form))


def test_fewer_places_than_are_taken_then_told_in_the_form(organiser):
    session = SessionFactory(capacity=2)
    make_booking(session=session)
    make_booking(session=session)

    answer = organiser.post(page(Session, "change", session.pk), session_form(session, capacity="1"))

    assert "2 places are taken" in faults(answer)
    assert Session.objects.get().capacity == 2


def test_session_that_has_begun_then_told_that_it_stays(organiser, clock):
    session = SessionFactory(starts_at=NOW + timedelta(hours=1))
    form = session_form(session, title="Another title")
    clock.move_to(session.starts_at)

    assert "because it is cancelled or has begun" in faults(organiser.post(page(Session, "change", session.pk), form))
    assert Session.objects.get().title != "Another title"


@pytest.mark.parametrize("leads", [0, 2])
def test_hosts_without_exactly_one_lead_then_told_in_the_form(organiser, island, leads):
    rows = [{"partnership": PartnershipFactory().pk}, {"partnership": island.pk}]
    for row in rows[:leads]:
        row["is_lead"] = "on"

    form = {**session_form(), **hosts_of(*rows)}
    if not leads:
        del form["session_hosts-0-is_lead"]

    answer = organiser.post(page(Session, "add"), form)

    assert "exactly one of them as the lead" in faults(answer)
    assert not Session.objects.exists()


def test_hosts_without_ones_own_partnership_then_told_in_the_form(organiser, island):
    form = {**session_form(), **hosts_of({"partnership": island.pk, "is_lead": "on"})}

    assert "that you organise for" in faults(organiser.post(page(Session, "add"), form))


@pytest.fixture
def joint(island):
    """A session that the Isle of Wight leads and Hampshire hosts with it."""
    session = SessionFactory(host=island)
    SessionHost.objects.create(session=session, partnership=PartnershipFactory())
    return session


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, {"DELETE": "on", "is_lead": ""}),
        (0, {"is_lead": ""}),
        (0, {"partnership": "kent"}),
    ],
    ids=["removed", "lead taken", "replaced"],
)
def test_host_beyond_ones_reach_when_taken_from_then_refused_in_the_form(organiser, joint, number, change):
    kent = PartnershipFactory(slug="kent")
    leading, mine = host_rows(joint)
    leading |= {name: kent.pk if value == "kent" else value for name, value in change.items()}
    mine["is_lead"] = "" if leading["is_lead"] else "on"
    form = session_form(joint) | hosts_of(leading, mine, initial=2)

    assert "by somebody who organises for it" in faults(organiser.post(page(Session, "change", joint.pk), form))
    assert list(joint.session_hosts.values_list("partnership__slug", "is_lead")) == [
        ("isle-of-wight", True),
        ("hampshire", False),
    ]
    organiser.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert organiser.post(page(Session, "change", joint.pk), form).status_code == 302
    assert joint.session_hosts.get(is_lead=True).partnership.slug != "isle-of-wight"


def test_host_when_added_or_given_the_lead_by_the_lead_then_done(organiser, island):
    session = SessionFactory()
    added = {"session": session.pk, "partnership": island.pk, "is_lead": "on"}
    form = session_form(session) | hosts_of({**host_rows(session)[0], "is_lead": ""}, added, initial=1)

    answer = organiser.post(page(Session, "change", session.pk), form)

    assert answer.status_code == 302, answer.content.decode()
    assert session.session_hosts.get(is_lead=True).partnership == island


def test_joint_week_and_session_then_deleted_by_the_lead_only(organiser, island, joint):
    week = WeekFactory(slug="joint", host=island, starts_on=WEEK_STARTS + timedelta(weeks=1))
    WeekHost.objects.create(week=week, partnership=PartnershipFactory())

    for row in (joint, week):
        assert organiser.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403, row
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        assert organiser.post(page(type(row), "changelist"), chosen).status_code == 403, row
    grant_role(User.objects.get(email="organiser@example.org"), "organiser", partnership=island, at=NOW)
    for row in (joint, week):
        assert organiser.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 302, row
        assert not type(row).objects.filter(pk=row.pk).exists()


def test_resource_of_nobody_then_deleted_by_administrators_only(organiser, administrator, island):
    fields = {"title": "R", "kind": "link", "released_at": NOW}
    shared, mine, of_my_week = (Resource.objects.create(slug=f"r{number}", **fields) for number in range(3))
    mine.partnerships.set([PartnershipFactory(), island])
    Resource.objects.filter(pk=of_my_week.pk).update(week=WeekFactory())

    statuses = [
        organiser.post(page(Resource, "delete", row.pk), {"post": "yes"}).status_code
        for row in (shared, mine, of_my_week)
    ]

    assert statuses == [403, 302, 302]
    assert list(Resource.objects.all()) == [shared]
    organiser.force_login(administrator)
    assert organiser.post(page(Resource, "delete", shared.pk), {"post": "yes"}).status_code == 302


def test_venue_when_others_meet_there_then_changed_by_administrators_only(organiser, administrator, island):
    venue = VenueFactory()
    form = {"slug": venue.slug, "name": "Renamed Hall", "address": venue.address, **hosts_of(prefix="rooms")}
    SessionFactory(format="in_person", venue=venue)

    with_lift = {**form, "facilities": ["lift"]}
    assert organiser.post(page(Venue, "change", venue.pk), with_lift).status_code == 302
    SessionFactory(format="in_person", venue=venue, host=island)
    assert organiser.post(page(Venue, "change", venue.pk), {**form, "name": "Mine"}).status_code == 403
    assert organiser.get(page(Venue, "change", venue.pk)).status_code == 200
    assert Venue.objects.get().name == "Renamed Hall"
    assert Venue.objects.get().facilities == ["lift"]
    assert organiser.post(page(Venue, "delete", venue.pk), {"post": "yes"}).status_code == 403
    organiser.force_login(administrator)
    assert organiser.post(page(Venue, "change", venue.pk), {**form, "name": "Ours"}).status_code == 302


def test_session_changed_since_the_page_was_opened_then_refused_and_the_change_stays(organiser):
    session = SessionFactory()
    as_opened = session_form(session, capacity="9")
    actions.revise_session(session.pk, title="Told by a colleague", at=NOW + timedelta(seconds=1))

    answer = faults(organiser.post(page(Session, "change", session.pk), as_opened))

    assert "has been changed since you opened this page" in answer
    session.refresh_from_db()
    assert (session.title, session.capacity) == ("Told by a colleague", 2)
    assert organiser.post(page(Session, "change", session.pk), session_form(session, capacity="9")).status_code == 302
    session.refresh_from_db()
    assert (session.title, session.capacity) == ("Told by a colleague", 9)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_session_being_changed_while_the_form_comes_in_then_it_waits_and_is_refused(organiser):
    session = SessionFactory()
    form = session_form(session, title="Told too late")
    sent = InThread(lambda: faults(organiser.post(page(Session, "change", session.pk), form)))

    with transaction.atomic():
        actions.revise_session(session.pk, title="Told by a colleague", at=NOW + timedelta(seconds=1))
        sent.start_and_wait_until_blocked()

    assert "has been changed since you opened this page" in sent.finish()
    assert Session.objects.get().title == "Told by a colleague"


def test_session_without_the_word_of_what_was_opened_then_refused(organiser):
    session = SessionFactory()
    form = session_form(session, title="Another title")
    del form["as_of"]

    assert "has been changed since" in faults(organiser.post(page(Session, "change", session.pk), form))
    assert Session.objects.get().title != "Another title"


def test_page_of_a_session_then_it_carries_what_is_sent_back(organiser):
    session = SessionFactory()

    shown = organiser.get(page(Session, "change", session.pk)).content.decode()

    assert f'<input type="hidden" name="as_of" value="{session.revised_at.isoformat()}"' in shown
    assert 'name="as_of"' in organiser.get(page(Session, "add")).content.decode()


def test_publishing_in_the_admin_then_done_and_what_is_refused_is_said(organiser):
    draft = SessionFactory(state="draft")
    homeless = SessionFactory(state="draft", format="in_person", title="Homeless")

    words = act(organiser, Session, "publish", draft, homeless)

    assert words == ["Homeless: Name the venue before you publish this session.", "Published: 1."]
    assert set(Session.objects.values_list("state", flat=True)) == {"published", "draft"}


def test_calling_off_then_the_reason_is_needed_and_told(organiser):
    session = SessionFactory()
    make_booking(session=session)

    assert act(organiser, Session, "call_off", session, reason=" ")[0].startswith("Write a reason")
    assert act(organiser, Session, "call_off", session, reason="a\x00b")[0].startswith("Write a reason")
    assert Session.objects.get().state == "published"
    assert act(organiser, Session, "call_off", session, reason="Trainer ill") == ["Called off: 1."]
    assert (Session.objects.get().cancellation_reason, Booking.objects.get().status) == ("Trainer ill", "cancelled")


def test_calling_off_what_has_begun_then_said_as_a_message(organiser, clock):
    session = SessionFactory(starts_at=NOW + timedelta(hours=1))
    clock.move_to(session.starts_at)

    assert "because it has begun" in act(organiser, Session, "call_off", session, reason="Late")[0]


def test_copying_a_week_then_a_draft_on_the_monday_given(organiser):
    week = WeekFactory()
    SessionFactory(week=week)

    assert act(organiser, PracticeWeek, "copy", week, starts_on="2028-06-19") == ["Copied: 1."]

    copy = PracticeWeek.objects.exclude(pk=week.pk).get()
    assert (str(copy.starts_on), copy.state, copy.sessions.count()) == ("2028-06-19", "draft", 1)


@pytest.mark.parametrize(
    ("day", "words"), [("", "Write the first day"), ("soon", "Write the first day"), ("2028-06-20", "is a Tuesday")]
)
def test_copying_onto_no_monday_then_said_and_nothing_is_made(organiser, day, words):
    assert words in act(organiser, PracticeWeek, "copy", WeekFactory(), starts_on=day)[0]
    assert PracticeWeek.objects.count() == 1


def test_copying_twice_then_said_that_there_is_one(organiser):
    act(organiser, PracticeWeek, "copy", WeekFactory(), starts_on="2028-06-19")

    words = act(organiser, PracticeWeek, "copy", PracticeWeek.objects.get(copied_from=None), starts_on="2028-06-19")

    assert "already" in words[0]


def test_publishing_a_week_then_its_drafts_too(organiser):
    week = WeekFactory(state="draft")
    session = SessionFactory(week=week, state="draft")

    assert act(organiser, PracticeWeek, "publish", week) == ["Published: 1."]
    session.refresh_from_db()
    assert (PracticeWeek.objects.get().state, session.state) == ("published", "published")


def test_organiser_then_only_what_ones_partnerships_host(organiser, island):
    theirs = WeekFactory(slug="theirs", host=island, starts_on=WEEK_STARTS + timedelta(weeks=1))
    session = SessionFactory(week=theirs, topic=TopicFactory(week=theirs), host=island)
    day = WeekDay.objects.create(week=theirs, number=1)
    message = KeyMessage.objects.create(week=theirs, heading="One thing", released_at=NOW)
    resource = Resource.objects.create(slug="r", title="R", kind="link", released_at=NOW, week=theirs)
    mine = SessionFactory()

    for row in (theirs, session, day, message, resource, session.topic):
        assert organiser.get(page(type(row), "change", row.pk)).status_code == 302, row
    assert act(organiser, Session, "call_off", session, reason="Mischief") == []
    session.refresh_from_db()
    assert session.state == "published"
    assert organiser.get(page(Session, "change", mine.pk)).status_code == 200
    assert organiser.get(page(SessionTopic, "change", mine.topic.pk)).status_code == 200


@pytest.mark.parametrize(
    "model", [Session, SessionTopic, WeekDay, KeyMessage, Resource], ids=lambda kind: kind.__name__
)
def test_filter_by_week_then_names_no_draft_week_of_others(organiser, island, model):
    mine, next_year = WeekFactory(), WeekFactory(slug="next-year", starts_on=WEEK_STARTS + timedelta(weeks=52))
    theirs = WeekFactory(
        slug="theirs", title="Not yet told", host=island, state="draft", starts_on=WEEK_STARTS + timedelta(weeks=1)
    )
    for week, host in ((mine, None), (next_year, None), (theirs, island)):
        SessionFactory(week=week, topic=TopicFactory(week=week), host=host)
        WeekDay.objects.create(week=week, number=1)
        KeyMessage.objects.create(week=week, heading="One thing", released_at=NOW)
        Resource.objects.create(slug=f"r-{week.slug}", title="R", kind="link", released_at=NOW, week=week)

    shown = organiser.get(page(model, "changelist")).content.decode()

    assert f'?week__id__exact={mine.pk}"' in shown
    assert "Not yet told" not in shown
    organiser.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert "Not yet told" in organiser.get(page(model, "changelist")).content.decode()


def test_session_moved_into_a_week_of_others_then_refused(organiser, island):
    theirs = WeekFactory(slug="theirs", host=island, starts_on=WEEK_STARTS + timedelta(weeks=1))

    assert "Select a valid choice" in faults(organiser.post(page(Session, "add"), session_form(week=theirs.pk)))


def test_joint_week_then_both_organise_it(organiser, island):
    joint = WeekFactory(slug="joint", host=island, starts_on=WEEK_STARTS + timedelta(weeks=1))
    WeekHost.objects.create(week=joint, partnership=PartnershipFactory())

    assert organiser.get(page(PracticeWeek, "change", joint.pk)).status_code == 200


def test_session_with_bookings_then_cannot_be_deleted(organiser):
    session = SessionFactory()
    make_booking(session=session)

    organiser.post(page(Session, "delete", session.pk), {"post": "yes"})

    assert Session.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("model", "queries"), [(Session, 10), (PracticeWeek, 7), (SessionTopic, 8)])
def test_lists_then_as_many_queries_for_one_row_as_for_three(
    organiser, count, model, queries, django_assert_num_queries
):
    for number in range(count):
        week = WeekFactory(slug=f"w{number}", starts_on=WEEK_STARTS + timedelta(weeks=number))
        SessionFactory(week=week, topic=TopicFactory(week=week), format="in_person", venue=VenueFactory())

    with django_assert_num_queries(queries):
        organiser.get(page(model, "changelist"))

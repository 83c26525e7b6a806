"""An organiser's file changes what their partnerships host, and nothing of anybody else's."""

import pytest

from events import programme_files
from events.models import (
    KeyMessage,
    PracticeWeek,
    Resource,
    Session,
    SessionTopic,
    Theme,
    Trainer,
    Venue,
    WeekDay,
    WeekHost,
)
from events.programme_files import reach
from events.programme_files.reading import read_yaml
from events.programme_files.schema import columns
from people.actions import grant_role
from people.models import Area
from tests.events.programmes import BASE, SESSION, WEEK, faults_of, load, rows_yaml
from tests.factories import NOW, PartnershipFactory, UserFactory

pytestmark = pytest.mark.django_db
OTHER = "2027-09-island-week"
ISLANDS = {**SESSION, "week": OTHER, "code": "I1", "topic": "island-topic", "lead_host": "isle-of-wight"}
ISLANDS_IN_JOINT_WEEK = {**SESSION, "code": "I2", "lead_host": "isle-of-wight", "starts": "13:00", "ends": "14:00"}
JOINT = {**SESSION, "code": "J1", "co_hosts": "isle-of-wight", "starts": "15:00", "ends": "16:00"}
EVERYTHING = BASE.replace(
    "weeks:\n", f"weeks:\n- {{slug: {OTHER}, title: The Island's week, starts_on: 2027-09-06, state: draft}}\n"
).replace(
    "topics:\n",
    f"- {{week: {OTHER}, partnership: isle-of-wight, is_lead: true}}\ntopics:\n"
    f"- {{week: {OTHER}, slug: island-topic, title: A topic}}\n",
)


@pytest.fixture
def hampshire():
    """Somebody who organises for Hampshire, where both partnerships have weeks and sessions."""
    load(
        EVERYTHING
        + rows_yaml("sessions", SESSION, JOINT, ISLANDS_IN_JOINT_WEEK, {**ISLANDS, "state": "draft"})
        + rows_yaml(
            "resources",
            {"slug": "island-kit", "title": "Kit", "kind": "toolkit", "week": OTHER, "released_at": "2027-09-06 09:00"},
            {"slug": "shared-kit", "title": "Kit", "kind": "toolkit", "released_at": "2027-09-06 09:00"},
            {"slug": "own-kit", "title": "Kit", "kind": "toolkit", "week": WEEK, "released_at": "2027-06-21 09:00"},
        )
    )
    user = UserFactory(email="organiser@example.org")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    return user


def load_as(actor, text, **options):
    return programme_files.load(read_yaml(text.encode(), columns()), at=NOW, actor=actor, **options)


def changed(cells, **changes):
    return {**cells, **changes}


def counts():
    models = (Area, Theme, Venue, Trainer, PracticeWeek, WeekHost, WeekDay, SessionTopic, Session, Resource, KeyMessage)
    return [model.objects.count() for model in models]


BEYOND = [
    ("areas", {"slug": "hampshire", "name": "Another"}, reach.FOR_ADMINISTRATORS),
    ("areas", {"slug": "new", "name": "New"}, reach.FOR_ADMINISTRATORS),
    ("sectors", {"slug": "new", "name": "New"}, reach.FOR_ADMINISTRATORS),
    ("partnerships", {"slug": "hampshire", "name": "Another"}, reach.FOR_ADMINISTRATORS),
    ("safeguarding_contacts", {"area": "hampshire", "audience": "public", "phone": "999"}, reach.FOR_ADMINISTRATORS),
    ("themes", {"slug": "supervision", "name": "Another"}, reach.THEME_OF_ALL),
    ("weeks", {"slug": OTHER, "title": "Taken over"}, reach.WEEK_OF_OTHERS),
    ("hosts", {"week": OTHER, "partnership": "hampshire"}, reach.WEEK_OF_OTHERS),
    ("presentations", {"week": OTHER, "partnership": "hampshire", "title": "Ours"}, reach.WEEK_OF_OTHERS),
    ("days", {"week": OTHER, "date": "2027-09-06", "kind": "launch"}, reach.WEEK_OF_OTHERS),
    ("topics", {"week": OTHER, "slug": "island-topic", "title": "Another"}, reach.WEEK_OF_OTHERS),
    ("topics", {"week": OTHER, "slug": "new", "title": "New"}, reach.WEEK_OF_OTHERS),
    ("sessions", changed(ISLANDS, state="draft", capacity="9"), reach.SESSION_OF_OTHERS),
    ("sessions", changed(ISLANDS, state="draft", lead_host="hampshire"), reach.SESSION_OF_OTHERS),
    ("sessions", changed(ISLANDS, code="I9", lead_host="hampshire"), reach.WEEK_OF_OTHERS),
    ("sessions", changed(ISLANDS_IN_JOINT_WEEK, capacity="9"), reach.SESSION_OF_OTHERS),
    ("sessions", changed(ISLANDS_IN_JOINT_WEEK, co_hosts="hampshire"), reach.SESSION_OF_OTHERS),
    ("sessions", changed(SESSION, code="N1", lead_host="isle-of-wight"), reach.NO_HOST_OF_YOURS),
    ("sessions", changed(SESSION, lead_host="isle-of-wight"), reach.NO_HOST_OF_YOURS),
    ("sessions", changed(JOINT, co_hosts=""), reach.TAKEN_FROM_OTHERS),
    ("resources", {"slug": "island-kit", "title": "Taken over"}, reach.RESOURCE_OF_OTHERS),
    ("resources", {"slug": "island-kit", "week": WEEK}, reach.RESOURCE_OF_OTHERS),
    ("resources", {"slug": "shared-kit", "title": "Taken over"}, reach.RESOURCE_OF_OTHERS),
    ("resources", {"slug": "own-kit", "week": OTHER}, reach.WEEK_OF_OTHERS),
    ("resources", {"slug": "own-kit", "week": ""}, reach.NO_PLACE_OF_YOURS),
    (
        "key_messages",
        {"week": OTHER, "position": "1", "heading": "H", "text": "T", "released_at": "2027-09-06 09:00"},
        reach.WEEK_OF_OTHERS,
    ),
]


@pytest.mark.parametrize(("table", "cells", "sentence"), BEYOND, ids=[f"{n}-{b[0]}" for n, b in enumerate(BEYOND)])
def test_a_row_beyond_reach_is_a_fault_by_its_place_and_writes_nothing(hampshire, table, cells, sentence):
    text, before = rows_yaml(table, cells), counts()
    assert faults_of(load_as, hampshire, text) == [f"{table}, row 1 (line 2): {sentence}"]
    assert counts() == before
    assert not any(sentence in fault for fault in faults_of(load, text, dry_run=True))  # it is reach that refuses


def test_an_administrator_meets_none_of_these_faults(hampshire):
    grant_role(hampshire, "administrator", at=NOW)
    for table, cells, sentence in BEYOND:
        faults = faults_of(load_as, hampshire, rows_yaml(table, cells), dry_run=True)
        assert not any(sentence in fault for fault in faults)
    load_as(hampshire, rows_yaml("weeks", {"slug": OTHER, "title": "By an administrator"}))
    assert PracticeWeek.objects.get(slug=OTHER).title == "By an administrator"


def test_who_hosts_by_the_file_hosted_it_before_or_has_no_say(hampshire):
    text = rows_yaml("hosts", {"week": OTHER, "partnership": "hampshire"}) + rows_yaml(
        "topics", {"week": OTHER, "slug": "island-topic", "title": "Taken over"}
    )
    assert len(faults_of(load_as, hampshire, text)) == 2
    assert SessionTopic.objects.get(slug="island-topic").title == "A topic"


def test_a_week_of_ones_own_is_changed_in_every_table(hampshire):
    text = (
        rows_yaml("weeks", {"slug": WEEK, "title": "A better title"})
        + rows_yaml("hosts", {"week": WEEK, "partnership": "isle-of-wight"})
        + rows_yaml("presentations", {"week": WEEK, "partnership": "hampshire", "title": "Ours"})
        + rows_yaml("days", {"week": WEEK, "date": "2027-06-21", "kind": "launch"})
        + rows_yaml("topics", {"week": WEEK, "slug": "sharing", "title": "Sharing"})
        + rows_yaml("sessions", changed(SESSION, capacity="9"), changed(JOINT, capacity="9"))
        + rows_yaml("resources", {"slug": "own-kit", "title": "A better kit"})
        + rows_yaml(
            "key_messages",
            {"week": WEEK, "position": "1", "heading": "H", "text": "T", "released_at": "2027-06-21 09:00"},
        )
    )
    changes = load_as(hampshire, text)
    assert all(change.is_new or change.columns for change in changes)
    assert set(Session.objects.filter(code__in=["A1", "J1"]).values_list("capacity", flat=True)) == {9}


def test_what_all_share_is_added(hampshire):
    load_as(
        hampshire,
        rows_yaml("themes", {"slug": "new", "name": "New"})
        + rows_yaml("venues", {"slug": "new", "name": "New Hall"})
        + rows_yaml("rooms", {"venue": "new", "name": "Room 1"}, {"venue": "example-hall", "name": "Room 1"})
        + rows_yaml("trainers", {"slug": "new", "name": "New Example"}),
    )
    assert (Theme.objects.count(), Venue.objects.count(), Trainer.objects.count()) == (3, 2, 1)


def test_a_venue_is_changed_where_only_ones_own_sessions_are_held(hampshire):
    hall = Venue.objects.get()
    load(rows_yaml("rooms", {"venue": "example-hall", "name": "Room 1"}))
    text = rows_yaml("venues", {"slug": "example-hall", "name": "Another Hall"})
    text += rows_yaml("rooms", {"venue": "example-hall", "name": "Room 1", "seats": "9"})
    Session.objects.filter(code="A1").update(venue=hall, format="in_person")
    load_as(hampshire, text, dry_run=True)
    Session.objects.filter(code="I1").update(venue=hall, format="in_person")
    assert [fault.split(": ", 1)[1] for fault in faults_of(load_as, hampshire, text)] == [reach.VENUE_OF_OTHERS] * 2


def test_a_new_week_names_ones_own_partnership_as_a_host(hampshire):
    week = rows_yaml("weeks", {"slug": "2028-06-new", "title": "New", "starts_on": "2028-06-19"})
    topic = rows_yaml("topics", {"week": "2028-06-new", "slug": "t", "title": "T"})
    others = rows_yaml("hosts", {"week": "2028-06-new", "partnership": "isle-of-wight", "is_lead": "true"})
    words = "weeks, row 1 (line 2): Name one of your partnerships as a host of this week, in the table hosts."
    assert faults_of(load_as, hampshire, week + topic) == [words]
    assert faults_of(load_as, hampshire, week + others + topic) == [words]
    assert not PracticeWeek.objects.filter(slug="2028-06-new").exists()
    load_as(hampshire, week + others.replace("isle-of-wight", "hampshire") + topic)
    assert SessionTopic.objects.filter(week__slug="2028-06-new").exists()


def test_the_lead_of_a_week_is_given_away_but_not_taken(hampshire):
    WeekHost.objects.create(
        week=PracticeWeek.objects.get(slug=WEEK), partnership_id=PartnershipFactory(slug="isle-of-wight").pk
    )
    rows = [{"week": WEEK, "partnership": name, "is_lead": "true"} for name in ("hampshire", "isle-of-wight")]
    given = rows_yaml("hosts", {**rows[0], "is_lead": "false"}, rows[1])
    taken = rows_yaml("hosts", rows[0], {**rows[1], "is_lead": "false"})
    load_as(hampshire, given)
    assert WeekHost.objects.get(week__slug=WEEK, is_lead=True).partnership.slug == "isle-of-wight"
    assert f"hosts, row 2 (line 5): {reach.TAKEN_FROM_OTHERS}" in faults_of(load_as, hampshire, taken)


def test_a_faulty_row_about_somebody_elses_session_tells_nothing_of_it(hampshire):
    Session.objects.filter(code="I1").update(state="cancelled", cancelled_at=NOW)
    text = rows_yaml("sessions", changed(ISLANDS, state="draft"))
    assert faults_of(load_as, hampshire, text) == [f"sessions, row 1 (line 2): {reach.SESSION_OF_OTHERS}"]
    assert "cancelled does not become" in faults_of(load, text)[0]  # the control: it has something to tell


def test_rows_that_are_stored_as_they_stand_pass_whosever_they_are(hampshire):
    week = PracticeWeek.objects.get(slug=WEEK)
    text = programme_files.dump(week, form="yaml").decode()
    assert "code: I2" in text
    assert not [change for change in load_as(hampshire, text) if change.is_new or change.columns]


def test_a_role_that_has_run_out_carries_nothing(hampshire):
    hampshire.role_grants.update(expires_at=NOW)
    text = rows_yaml("sessions", changed(SESSION, capacity="9"))
    assert faults_of(load_as, hampshire, text) == [f"sessions, row 1 (line 2): {reach.SESSION_OF_OTHERS}"]


def test_a_download_leaves_out_what_ones_partnerships_do_not_host(hampshire):
    week = PracticeWeek.objects.get(slug=WEEK)
    load(rows_yaml("trainers", {"slug": "sam", "name": "Sam"}))
    Session.objects.get(code="I2").session_trainers.create(trainer=Trainer.objects.get())
    Session.objects.filter(code="I2").update(joining_link="https://meet.example.org/secret")
    own = Session.objects.hosted_within(hampshire, at=NOW).order_by().values("pk")
    narrow, whole = (programme_files.dump(week, form="yaml", sessions=s).decode() for s in (own, None))
    assert "code: A1" in narrow
    for hidden in ("code: I2", "secret", "slug: sam\n"):
        assert hidden in whole
        assert hidden not in narrow
    assert not [change for change in load_as(hampshire, narrow) if change.is_new or change.columns]

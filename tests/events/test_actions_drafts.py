"""Changing, moving, repeating and deleting a draft."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from events import actions
from events.errors import Busy, CapacityTooSmall, ChangedSince, SessionNotDraft, UnusableHosts
from events.models import ProgrammeRevision, Session, SessionHost, SessionTopic, SessionTrainer
from tests.events.locks import held
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    make_booking,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WORDS = {"summary": "New.", "audience": "All", "outcomes": "- one", "content_note": ""}


@pytest.fixture
def draft(hampshire):
    return SessionFactory(state="draft", booking_closes_at=START - HOUR)


def revise(session, hampshire, **changes):
    given = {"hosts": [hampshire], "trainers": [], "within": frozenset({hampshire.pk}), "at": NOW}
    return actions.revise_draft(session.pk, **(given | changes))


def revision():
    return ProgrammeRevision.objects.values_list("number", flat=True).get()


def everything():
    models = (Session, SessionTopic, SessionHost, SessionTrainer)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_draft_when_revised_then_all_its_sides_change_in_one_revision(draft, hampshire):
    island, before = PartnershipFactory(slug="isle-of-wight"), revision()
    trainers = [TrainerFactory(slug="zoe-example"), TrainerFactory(slug="ali-example")]
    theme = ThemeFactory()
    before = revision()

    revise(
        draft, hampshire, hosts=[hampshire, island], trainers=trainers, title="New", about={**WORDS, "themes": [theme]}
    )

    draft.refresh_from_db()
    assert draft.title == "New"
    assert [(host.partnership, host.is_lead) for host in draft.session_hosts.all()] == [
        (hampshire, True),
        (island, False),
    ]
    assert [part.trainer for part in draft.session_trainers.all()] == trainers
    assert (draft.topic.title, draft.topic.summary, list(draft.topic.themes.all())) == ("New", "New.", [theme])
    assert revision() == before + 1
    assert draft.sequence == 0


def test_topic_when_it_has_another_sitting_then_keeps_its_title(draft, hampshire):
    SessionFactory(week=draft.week, topic=draft.topic)
    title = draft.topic.title
    revise(draft, hampshire, title="New", about={**WORDS, "themes": []})
    draft.topic.refresh_from_db()
    assert draft.topic.title == title
    assert title != "New"


def test_trainers_of_a_draft_when_it_moves_then_their_times_follow(draft, hampshire):
    revise(draft, hampshire, trainers=[TrainerFactory()])
    actions.move_draft(draft.pk, starts_at=START + HOUR, at=NOW)
    assert draft.session_trainers.get().starts_at == START + HOUR


REFUSED = {
    "no lead of one's own": (lambda h: {"hosts": [PartnershipFactory(slug="isle-of-wight")]}, UnusableHosts),
    "nobody": (lambda h: {"hosts": []}, UnusableHosts),
    "another revision": (lambda h: {"as_of": (NOW - HOUR).isoformat()}, ChangedSince),
    "ends before it starts": (lambda h: {"ends_at": START}, ValidationError),
    "online with a room": (lambda h: {"room": RoomFactory()}, ValidationError),
}


@pytest.mark.parametrize(("changes", "error"), REFUSED.values(), ids=REFUSED)
def test_draft_when_a_change_is_refused_then_nothing_is_written(draft, hampshire, changes, error):
    given = changes(hampshire)
    before = everything()
    with pytest.raises(error):
        revise(draft, hampshire, **({"title": "New", "about": {**WORDS, "themes": []}} | given))
    assert everything() == before
    revise(draft, hampshire, title="New")
    assert everything() != before


def test_draft_when_one_has_its_revision_before_one_then_it_changes(draft, hampshire):
    draft.refresh_from_db()
    assert revise(draft, hampshire, as_of=draft.revised_at.isoformat(), title="New").title == "New"


def test_another_host_when_it_leads_then_is_not_taken_away(hampshire):
    island = PartnershipFactory(slug="isle-of-wight")
    draft = SessionFactory(state="draft", host=island)
    SessionHost.objects.create(session=draft, partnership=hampshire)
    for hosts in ([hampshire], [hampshire, island]):
        with pytest.raises(UnusableHosts, match="only by somebody who organises for it"):
            revise(draft, hampshire, hosts=hosts)
    assert revise(draft, hampshire, hosts=[island, hampshire])
    assert revise(draft, hampshire, hosts=[island, hampshire], title="New").title == "New"


def test_draft_when_fewer_places_than_taken_then_refused_with_the_number(hampshire):
    session = SessionFactory()
    make_booking(session=session)
    Session.objects.filter(pk=session.pk).update(state="draft")
    with pytest.raises(CapacityTooSmall, match="1 place is taken"):
        revise(session, hampshire, capacity=0)
    assert revise(session, hampshire, capacity=1).capacity == 1


VERBS = {
    "revise": lambda s, h: revise(s, h, title="New"),
    "move": lambda s, _: actions.move_draft(s.pk, starts_at=START + HOUR, at=NOW),
    "delete": lambda s, _: actions.delete_draft(s.pk),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("state", ["published", "cancelled"])
def test_session_when_it_is_no_draft_then_not_worked_on(hampshire, verb, state):
    session = SessionFactory(state=state, cancelled_at=NOW if state == "cancelled" else None)
    before = everything()
    with pytest.raises(SessionNotDraft):
        verb(session, hampshire)
    assert everything() == before
    Session.objects.filter(pk=session.pk).update(state="draft", cancelled_at=None)
    verb(session, hampshire)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_row_when_somebody_else_holds_it_then_busy(hampshire, draft, verb):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    before = everything()
    with held(draft), pytest.raises(Busy):
        verb(draft, hampshire)
    assert everything() == before


def test_draft_when_moved_then_keeps_its_length_and_booking_closes_as_long_before(draft):
    moved = actions.move_draft(draft.pk, starts_at=START + 25 * HOUR, at=NOW)
    moved.refresh_from_db()
    assert (moved.starts_at, moved.ends_at) == (START + 25 * HOUR, START + 26.5 * HOUR)
    assert moved.booking_closes_at == START + 24 * HOUR


def test_draft_when_moved_before_its_booking_opens_then_refused(draft):
    Session.objects.filter(pk=draft.pk).update(booking_opens_at=START - 2 * HOUR)
    with pytest.raises(ValidationError, match="Booking must open before"):
        actions.move_draft(draft.pk, starts_at=START - 3 * HOUR, at=NOW)


def duplicate(session, hampshire, **how):
    return actions.duplicate_session(session, starts_at=START + HOUR, at=NOW, within=frozenset({hampshire.pk}), **how)


def test_session_when_duplicated_as_a_sitting_then_a_draft_of_the_same_topic_without_bookings_and_link(hampshire):
    session = SessionFactory(joining_link="https://meet.example.org/room", code="S1")
    SessionTrainer.objects.create(session=session, trainer=TrainerFactory())
    make_booking(session=session)

    copy = duplicate(session, hampshire)

    assert (copy.topic, copy.title, copy.state, copy.code) == (session.topic, session.title, "draft", "S2")
    assert (copy.places_taken, copy.joining_link, copy.sequence) == (0, "", 0)
    assert copy.uid != session.uid
    assert [host.partnership for host in copy.session_hosts.all()] == [hampshire]
    assert copy.session_trainers.count() == 1
    session.refresh_from_db()
    assert (session.state, session.places_taken, session.joining_link != "") == ("published", 1, True)


def test_session_when_duplicated_as_a_topic_then_its_words_come_along(hampshire):
    topic = TopicFactory(slug="questions", summary="What it is.", outcomes="- one")
    topic.themes.add(ThemeFactory())
    copy = duplicate(SessionFactory(topic=topic, week=topic.week), hampshire, as_sitting=False)
    assert copy.topic != topic
    assert (copy.topic.title, copy.topic.summary, copy.topic.outcomes) == (topic.title, "What it is.", "- one")
    assert list(copy.topic.themes.all()) == list(topic.themes.all())


def test_session_when_cancelled_then_its_duplicate_takes_place(hampshire):
    session = SessionFactory(state="cancelled", cancelled_at=NOW, cancellation_reason="Snow.")
    copy = duplicate(session, hampshire)
    assert (copy.state, copy.cancelled_at, copy.cancellation_reason) == ("draft", None, "")


def test_session_of_others_when_duplicated_then_refused(hampshire):
    session = SessionFactory(host=PartnershipFactory(slug="isle-of-wight"))
    with pytest.raises(UnusableHosts):
        duplicate(session, hampshire)
    assert Session.objects.count() == 1


def test_draft_when_deleted_then_its_topic_goes_with_its_last_sitting(draft):
    other = SessionFactory(week=draft.week, topic=draft.topic, state="draft")
    actions.delete_draft(draft.pk)
    assert SessionTopic.objects.filter(pk=draft.topic_id).exists()
    actions.delete_draft(other.pk)
    assert not SessionTopic.objects.filter(pk=draft.topic_id).exists()


def test_session_when_planned_with_trainers_and_words_then_they_are_its_own(hampshire):
    week, trainers = TopicFactory().week, [TrainerFactory(slug="zoe-example"), TrainerFactory(slug="ali-example")]
    session = actions.create_session(
        week, partnerships=[hampshire], at=NOW, title="New", format="online", starts_at=START, ends_at=START + HOUR,
        about={"audience": "All", "outcomes": "- one", "content_note": "It may upset."}, trainers=trainers,
    )  # fmt: skip
    assert [part.trainer for part in session.session_trainers.all()] == trainers
    assert (session.topic.audience, session.topic.content_note) == ("All", "It may upset.")

"""A room holds one session at a time, and a trainer is in one place: whoever writes, and however many at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events import actions
from events.errors import SessionNotPublishable
from events.models import Session, SessionTrainer
from tests.events.threads import at_once
from tests.factories import NOW, START, RoomFactory, SessionFactory, TrainerFactory, VenueFactory, WeekFactory

HOUR = timedelta(hours=1)


def in_room(**fields):
    """A published session in the room, 09:30 to 11:00 unless told."""
    room = RoomFactory()
    return SessionFactory(format="in_person", venue=room.venue, room=room, **fields)


def with_trainer(**fields):
    """A published session with the trainer."""
    session = SessionFactory(**fields)
    SessionTrainer.objects.create(session=session, trainer=TrainerFactory())
    return session


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "name"),
    [(in_room, "session_has_its_room_alone"), (with_trainer, "session_trainer_in_one_place")],
)
def test_database_when_two_overlap_then_refuses_the_second(make, name):
    make()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(starts_at=START + HOUR)

    make(starts_at=START + HOUR * 1.5)  # the end is not included
    make(starts_at=START + HOUR, state="draft")


@pytest.mark.django_db
@pytest.mark.parametrize("make", [in_room, with_trainer])
def test_session_when_moved_onto_another_then_is_refused_by_name_and_stays(make):
    make(title="Toolkit tour")
    later = make(starts_at=START + 3 * HOUR)

    with pytest.raises(ValidationError, match="Toolkit tour"):
        actions.reschedule_session(later.pk, starts_at=START + HOUR, ends_at=START + 2 * HOUR, at=NOW)

    later.refresh_from_db()
    assert later.starts_at == START + 3 * HOUR


@pytest.mark.django_db
@pytest.mark.parametrize("make", [in_room, with_trainer])
def test_draft_when_something_is_in_its_way_then_is_not_published(make):
    make(title="Toolkit tour")
    draft = make(state="draft")

    with pytest.raises(ValidationError, match="Toolkit tour"):
        actions.publish_session(draft.pk, at=NOW)
    with pytest.raises(SessionNotPublishable, match=f"{draft.code}.*Toolkit tour"):
        actions.publish_week(WeekFactory(), at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("make", [in_room, with_trainer])
def test_session_when_the_other_is_cancelled_then_takes_its_time(make):
    first = make()
    draft = make(state="draft")

    actions.cancel_session(first.pk, reason="Illness.", at=NOW)

    assert actions.publish_session(draft.pk, at=NOW).state == "published"


@pytest.mark.django_db
def test_trainer_when_the_session_moves_then_is_free_at_the_old_time():
    session = with_trainer()

    actions.reschedule_session(session.pk, starts_at=START + 3 * HOUR, ends_at=START + 4 * HOUR, at=NOW)

    part = session.session_trainers.get()
    assert (part.starts_at, part.ends_at, part.takes_place) == (START + 3 * HOUR, START + 4 * HOUR, True)
    with_trainer()


@pytest.mark.django_db
def test_trainer_when_named_for_a_session_at_a_time_that_is_taken_then_is_refused():
    with_trainer(title="Toolkit tour")
    part = SessionTrainer(session=SessionFactory(), trainer=TrainerFactory())

    with pytest.raises(ValidationError, match="Toolkit tour with Sam Example takes place at that time"):
        part.full_clean()


@pytest.mark.django_db
def test_session_when_its_room_is_elsewhere_then_is_refused():
    session = SessionFactory(format="in_person", venue=VenueFactory(slug="other"))

    with pytest.raises(ValidationError, match="belongs to another venue"):
        actions.revise_session(session.pk, at=NOW, room=RoomFactory())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [in_room, with_trainer])
def test_two_drafts_when_published_at_once_then_one_is_and_the_other_hears_why(make):
    drafts = [make(state="draft"), make(state="draft")]

    ends = at_once(*(lambda pk=draft.pk: actions.publish_session(pk, at=NOW) for draft in drafts))

    refused = [end for end in ends if isinstance(end, Exception)]
    assert [type(error) for error in refused] == [ValidationError]
    assert Session.objects.filter(state="published").count() == 1

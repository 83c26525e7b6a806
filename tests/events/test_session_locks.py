"""Two at work on one programme at once: who waits for whom, and what each then sees. PostgreSQL only."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from events import actions
from events.errors import Busy, WeekTaken
from events.models import PracticeWeek, ProgrammeRevision, Session, Theme, Venue
from events.revision import note_change
from people.actions import grant_role
from tests.events.locks import InThread, held
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def impatient():
    """This connection waits a tenth of a second for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@pytest.fixture
def organiser(client):
    user = UserFactory(email="organiser@example.org")
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    with time_machine.travel(NOW, tick=False):
        client.force_login(user)
        yield client


def draft():
    return SessionFactory(week=WeekFactory(state="draft"), state="draft")


def in_hall():
    return SessionFactory(format="in_person", venue=VenueFactory())


VERBS = {
    "publish": (SessionFactory, lambda s: actions.publish_session(s.pk, at=LATER)),
    "revise": (SessionFactory, lambda s: actions.revise_session(s.pk, at=LATER, title="Another title")),
    "reschedule": (
        SessionFactory,
        lambda s: actions.reschedule_session(s.pk, starts_at=START + DAY, ends_at=s.ends_at + DAY, at=LATER),
    ),
    "cancel": (SessionFactory, lambda s: actions.cancel_session(s.pk, reason="Snow.", at=LATER)),
    "publish week": (draft, lambda s: actions.publish_week(PracticeWeek.objects.get(), at=LATER)),
    "revise venue": (in_hall, lambda s: actions.revise_venue(s.venue, at=LATER, name="New Hall")),
}


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (PracticeWeek, Session, Venue)]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("make", "verb"), VERBS.values(), ids=VERBS)
def test_row_is_held_then_busy_and_nothing_is_written(make, verb):
    session = make()
    before = everything()
    with held(session), pytest.raises(Busy, match="please try again"):
        verb(session)
    assert everything() == before
    verb(session)


def deadlocked_when_a_session_is_changed_meanwhile(publish):
    """Say whether a week's publishing, begun while a draft of it is being changed, ends in a deadlock."""
    session = draft()
    publishing = InThread(lambda: publish(PracticeWeek.objects.get()))
    said = ""
    try:
        with transaction.atomic():
            Session.objects.locked(session.pk)
            publishing.start_and_wait_until_blocked()
            actions.revise_session.__wrapped__(session.pk, at=LATER, title="Another title")
        publishing.finish()
    except OperationalError as error:
        said = str(error)
    publishing.join(30)
    return "deadlock detected" in said


def test_week_is_published_while_a_draft_changes_then_no_deadlock_and_both_are_done():
    without_another_try = actions.publish_week.__wrapped__
    assert not deadlocked_when_a_session_is_changed_meanwhile(lambda week: without_another_try(week, at=LATER))
    assert list(Session.objects.values_list("title", "state")) == [("Another title", "published")]


def test_control_week_is_written_before_its_sessions_are_locked_then_a_deadlock():
    def publish(week):
        with transaction.atomic():
            week.save()
            week.sessions.locked_in_order()

    assert deadlocked_when_a_session_is_changed_meanwhile(publish)


def test_draft_is_deleted_while_the_week_is_published_then_the_others_are_published():
    gone, stays = draft(), draft()
    publishing = InThread(lambda: actions.publish_week(PracticeWeek.objects.get(), at=LATER))
    with transaction.atomic():
        gone.session_hosts.all().delete()
        gone.delete()
        publishing.start_and_wait_until_blocked()
    publishing.finish()
    assert list(Session.objects.values_list("pk", "state")) == [(stays.pk, "published")]


def test_draft_is_published_and_cancelled_while_the_week_is_published_then_it_stays_cancelled():
    week = WeekFactory()
    session = SessionFactory(week=week, state="draft")
    publishing = InThread(lambda: actions.publish_week(PracticeWeek.objects.get(), at=LATER))
    with transaction.atomic():
        actions.publish_session(session.pk, at=LATER)
        actions.cancel_session(session.pk, reason="Snow.", at=LATER)
        publishing.start_and_wait_until_blocked()
    publishing.finish()
    session.refresh_from_db()
    assert (session.state, session.cancelled_at) == ("cancelled", LATER)


def test_closing_is_changed_while_a_session_is_moved_then_the_new_distance_is_kept():
    session = SessionFactory(booking_closes_at=START - 2 * DAY)
    moving = InThread(
        lambda: actions.reschedule_session(session.pk, starts_at=START + DAY, ends_at=START + 2 * DAY, at=LATER)
    )
    with transaction.atomic():
        actions.revise_session(session.pk, at=LATER, booking_closes_at=START - 3 * DAY)
        moving.start_and_wait_until_blocked()
    moving.finish()
    session.refresh_from_db()
    assert session.booking_closes_at == session.starts_at - 3 * DAY


def test_who_waits_with_an_older_instant_then_leaves_the_stamp_of_who_was_first():
    session = SessionFactory()
    waiting = InThread(lambda: actions.revise_session(session.pk, at=NOW, title="Second title"))
    with transaction.atomic():
        actions.revise_session(session.pk, at=LATER, title="First title")
        waiting.start_and_wait_until_blocked()
    waiting.finish()
    session.refresh_from_db()
    assert (session.title, session.sequence, session.revised_at) == ("Second title", 2, LATER)


def test_two_copies_onto_one_monday_at_once_then_one_is_refused_by_name():
    week = WeekFactory()
    monday = date(2028, 6, 19)
    second = InThread(lambda: actions.copy_week(week, starts_on=monday, at=LATER))
    with transaction.atomic():
        actions.copy_week(PracticeWeek.objects.get(), starts_on=monday, at=NOW)
        second.start_and_wait_until_blocked()
    with pytest.raises(WeekTaken, match="2028-06-learning-from-reviews"):
        second.finish()
    assert PracticeWeek.objects.count() == 2


def test_two_first_changes_of_a_programme_at_once_then_both_are_counted():
    second = InThread(ThemeFactory)
    with transaction.atomic():
        note_change()
        second.start_and_wait_until_blocked()
    second.finish()
    assert list(ProgrammeRevision.objects.values_list("pk", "number")) == [(1, 2)]


@pytest.mark.usefixtures("impatient")
def test_admin_calls_off_while_one_row_is_held_then_said_and_the_others_are_called_off(organiser):
    busy, free = SessionFactory(title="Held by a booking"), SessionFactory()
    organiser.get("/admin/")
    form = {"action": "call_off", "_selected_action": [busy.pk, free.pk], "reason": "Snow."}
    with held(busy):
        answer = organiser.post(reverse("admin:events_session_changelist"), form)
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert answer.status_code == 302
    assert said == [f"Held by a booking: {Busy.__doc__}", "Called off: 1."]
    assert dict(Session.objects.values_list("pk", "state")) == {busy.pk: "published", free.pk: "cancelled"}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("changes", [{"name": "New Hall"}, {"name": "New Hall", "address": ""}])
def test_admin_changes_a_venue_while_a_session_there_is_held_then_said_and_nothing_is_written(organiser, changes):
    session = in_hall()
    before = everything()
    form = {"slug": session.venue.slug, "name": session.venue.name, "address": session.venue.address, **changes}
    form |= {"rooms-TOTAL_FORMS": 0, "rooms-INITIAL_FORMS": 0}
    address = reverse("admin:events_venue_change", args=[session.venue_id])
    with held(session):
        answer = organiser.post(address, form)
    assert (answer.status_code, answer.url) == (302, address)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [Busy.__doc__]
    assert everything() == before
    assert organiser.post(address, form).status_code == 302
    assert set(Session.objects.values_list("sequence", flat=True)) == {1}


@pytest.mark.usefixtures("impatient")
def test_admin_adds_a_theme_while_the_revision_is_held_then_said_and_nothing_is_written(organiser):
    SessionFactory()
    address = reverse("admin:events_theme_add")
    form = {"slug": "t", "name": "T", "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    with held(ProgrammeRevision.objects.get()):
        answer = organiser.post(address, form)
    assert (answer.status_code, answer.url) == (302, address)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [Busy.__doc__]
    assert not Theme.objects.exists()
    organiser.post(address, form)
    assert Theme.objects.exists()

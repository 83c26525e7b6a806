"""The week builder is for organisers of a host: everybody else finds nothing there, and writes nothing."""

import pytest
from django.test import Client

from events.models import PracticeWeek, Session, SessionHost, SessionTopic, WeekDay, WeekHost, WeekPresentation
from tests.events.organisers import joined, session_form, theirs, week
from tests.factories import SessionFactory, UserFactory

__all__ = ["theirs", "week"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OF_WEEK = ["", "details/", "days/", "preview/", "publish/", "sessions/add/"]
OF_WEEK_BY_BUTTON = ["publish/now/", "publish/withdraw/"]
OF_SESSION = ["edit/", "move/", "duplicate/", "delete/"]
OF_SESSION_BY_BUTTON = ["step/", "publish/"]
SENT = {"step": "later", "day": "2027-10-05", "starts": "10:00", "kind": "sitting", "publish_at_0": "2027-09-01"}


def everything():
    models = (PracticeWeek, WeekHost, WeekPresentation, WeekDay, Session, SessionTopic, SessionHost)
    return [list(model.objects.order_by("pk").values()) for model in models]


def addresses(week, session):
    return [f"/organise/weeks/{week.slug}/{part}" for part in OF_WEEK] + [
        f"/organise/sessions/{session.pk}/{part}" for part in OF_SESSION
    ]


def buttons(week, session):
    return [f"/organise/weeks/{week.slug}/{part}" for part in OF_WEEK_BY_BUTTON] + [
        f"/organise/sessions/{session.pk}/{part}" for part in OF_SESSION_BY_BUTTON
    ]


@pytest.fixture
def secret(theirs, island):
    return SessionFactory(week=theirs, state="draft", title="Their secret session", host=island)


def test_pages_when_the_week_is_another_partnerships_then_are_not_there_and_nothing_is_written(
    organiser, theirs, secret, hampshire
):
    before = everything()
    for address in addresses(theirs, secret):
        assert organiser.get(address).status_code == 404, address
        assert organiser.post(address, {**session_form(hampshire), **SENT}).status_code in (404, 405), address
    for address in buttons(theirs, secret):
        assert organiser.post(address, SENT).status_code == 404, address
    assert everything() == before


def test_pages_when_the_week_is_ones_own_then_are_there(islander, theirs, secret):
    for address in addresses(theirs, secret):
        assert islander.get(address).status_code == 200, address
    for address in buttons(theirs, secret):
        assert islander.get(address).status_code == 405, address
        assert islander.post(address, SENT).status_code == 302, address


@pytest.mark.parametrize(
    "address", ["/organise/", "/organise/find/", "/organise/weeks/", "/organise/new/", "/organise/copy/"]
)
def test_pages_when_somebody_organises_for_nobody_then_are_not_there(address, organiser):
    client = Client()
    assert client.get(address).url == f"/sign-in/?next={address}"
    client.force_login(UserFactory(email="practitioner@example.org"))
    assert client.get(address).status_code == 404
    assert organiser.get(address).status_code == 200


def test_drafts_when_another_partnerships_then_no_list_names_them(organiser, islander, secret):
    for address in ("/organise/weeks/", "/organise/copy/"):
        assert "Their secret" not in organiser.get(address).content.decode()
        assert "Their secret" in islander.get(address).content.decode()


def test_draft_of_others_when_it_has_the_same_room_then_the_checklist_does_not_tell(organiser, week, theirs, secret):
    own = SessionFactory(week=week, state="draft", starts_at=secret.starts_at)
    page = organiser.get(f"/organise/weeks/{week.slug}/publish/").content.decode()
    assert own.title in page
    assert "Their secret" not in page


def test_week_of_others_when_copied_then_refused_as_one_that_is_not_there(organiser, theirs):
    answer = organiser.post("/organise/copy/", {"week": theirs.slug, "starts_on": "2028-01-03"})
    assert answer.status_code == 400
    assert PracticeWeek.objects.count() == 1


def test_topic_of_others_when_chosen_for_a_new_session_then_refused(organiser, week, secret, hampshire):
    address = f"/organise/weeks/{week.slug}/sessions/add/"
    assert organiser.post(address, session_form(hampshire, topic=secret.topic_id)).status_code == 400
    assert not week.sessions.exists()
    assert "Their secret" not in organiser.get(f"{address}?topic={secret.topic_id}").content.decode()


def test_joint_week_when_others_have_drafts_in_it_then_seen_and_not_worked_on(organiser, week, island):
    joined(week, island)
    other = SessionFactory(week=week, state="draft", title="The Island's own", host=island)
    page = organiser.get(f"/organise/weeks/{week.slug}/").content.decode()
    assert "The Island&#x27;s own" in page
    assert f"/organise/sessions/{other.pk}/" not in page
    before = everything()
    for part in OF_SESSION:
        assert organiser.get(f"/organise/sessions/{other.pk}/{part}").status_code == 404
    for part in [*OF_SESSION, *OF_SESSION_BY_BUTTON]:
        assert organiser.post(f"/organise/sessions/{other.pk}/{part}", SENT).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999"])
def test_session_when_there_is_none_then_not_there(organiser, pk):
    assert organiser.get(f"/organise/sessions/{pk}/edit/").status_code == 404

"""Trainers on the organisers' pages: who they are, when they are busy, and what they are named for."""

from datetime import timedelta

import pytest

from events import actions
from events.models import Trainer
from people.actions import grant_role
from people.models import User
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, TrainerFactory, UserFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def delivers(trainer, **fields):
    session = SessionFactory(**fields)
    actions.name_trainers(session.pk, [trainer], at=NOW)
    return session


PAGES = ["trainers/", "trainers/new/", "trainers/sam-example/", "trainers/sam-example/change/", "sessions/{}/trainers/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("is_organiser", [True, False])
def test_page_when_one_organises_then_opens_and_for_others_is_not_there(client, page, is_organiser):
    TrainerFactory()
    user = UserFactory()
    if is_organiser:
        grant_role(user, "organiser", at=NOW, partnership=PartnershipFactory())
    client.force_login(user)

    answer = client.get(f"/organise/{page.format(SessionFactory().pk)}")

    assert answer.status_code == (200 if is_organiser else 404)


def test_trainer_when_added_then_their_account_is_linked(organiser):
    answer = organiser.post(
        "/organise/trainers/new/",
        {"name": "Toni Sample", "job_role": "Youth worker", "email": " Toni@Example.org"},
        follow=True,
    )

    assert Trainer.objects.get().user == User.objects.get(email="toni@example.org")
    assert "Opens for toni@example.org" in words(answer)


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"name": ""}, 400, "Enter the trainer's name."),
        ({"email": "nope"}, 400, "in the right form"),
        ({"email": "taken@example.org"}, 409, "This account is another trainer's already."),
    ],
)
def test_trainer_when_something_is_wrong_then_says_what_and_keeps_what_was_typed(organiser, wrong, status, sentence):
    actions.create_trainer(at=NOW, name="Sam Sample", email="taken@example.org")

    answer = organiser.post("/organise/trainers/new/", {"name": "Toni", "job_role": "Youth worker", **wrong})

    assert (answer.status_code, Trainer.objects.count()) == (status, 1)
    assert sentence in words(answer)
    assert 'value="Youth worker"' in answer.content.decode()


def test_trainer_when_changed_then_what_is_not_touched_stays(organiser):
    actions.create_trainer(at=NOW, name="Toni Sample", email="toni@example.org", about="Youth work.")

    page = organiser.get("/organise/trainers/toni-sample/change/").content.decode()
    assert 'value="toni@example.org"' in page
    organiser.post(
        "/organise/trainers/toni-sample/change/", {"name": "Toni", "email": "toni@example.org", "about": "Youth work."}
    )

    trainer = Trainer.objects.get()
    assert (trainer.name, trainer.about, trainer.user.email) == ("Toni", "Youth work.", "toni@example.org")


def test_trainer_when_they_deliver_for_others_too_then_only_administrators_change_them(organiser, island):
    trainer = actions.create_trainer(at=NOW, name="Toni Sample", email="toni@example.org")
    delivers(trainer, host=island)
    page = "/organise/trainers/toni-sample/change/"

    seen = words(organiser.get("/organise/trainers/toni-sample/"))
    assert "an administrator changes what stands here" in seen
    assert "toni@example.org" not in seen
    assert organiser.get(page).status_code == 403
    assert organiser.post(page, {"name": "Toni", "email": organiser.person.email}).status_code == 403
    assert Trainer.objects.get().user.email == "toni@example.org"

    grant_role(organiser.person, "administrator", at=NOW)
    assert organiser.get(page).status_code == 200


def test_trainer_when_they_deliver_for_others_too_then_the_admin_keeps_the_same_rule(organiser, island):
    trainer = TrainerFactory()
    page = f"/admin/events/trainer/{trainer.pk}/change/"
    form = {"name": "Sam", "slug": "sam-example", "user": organiser.person.pk}
    delivers(trainer, host=island)
    assert organiser.post(page, form).status_code == 403

    trainer.session_trainers.all().delete()
    assert organiser.post(page, form).status_code == 302
    assert Trainer.objects.get().user == organiser.person


def test_trainer_page_when_they_are_busy_then_says_when_with_what_clashes(organiser, island):
    trainer = TrainerFactory()
    delivers(trainer, title="Toolkit tour")
    delivers(trainer, title="A draft of mine", state="draft", starts_at=START + timedelta(hours=1))
    delivers(trainer, title="Secret draft", state="draft", host=island)
    delivers(trainer, title="Theirs", host=island, starts_at=START + timedelta(days=1))

    page = words(organiser.get("/organise/trainers/sam-example/"))

    assert "Tuesday 22 June 2027, 09:30 to 11:00 (UK time) Clashes with “A draft of mine” at 10:30" in page
    assert "Theirs" in page
    assert "Secret draft" not in page


def test_session_when_trainers_are_named_then_they_deliver_it_in_order(organiser):
    session, sam, toni = SessionFactory(), TrainerFactory(), TrainerFactory(slug="toni-example")
    page = f"/organise/sessions/{session.pk}/trainers/"

    answer = organiser.post(page, {"trainer_1": toni.pk, "trainer_2": sam.pk}, follow=True)

    assert [part.trainer for part in session.session_trainers.all()] == [toni, sam]
    assert "The trainers are saved." in words(answer)
    organiser.post(page, {})
    assert not session.session_trainers.exists()


def test_session_when_a_trainer_is_taken_then_409_at_the_field_naming_the_other(organiser):
    sam, toni = TrainerFactory(), TrainerFactory(slug="toni-example")
    delivers(sam, title="Toolkit tour")
    session = SessionFactory()

    answer = organiser.post(f"/organise/sessions/{session.pk}/trainers/", {"trainer_0": toni.pk, "trainer_1": sam.pk})

    assert answer.status_code == 409
    assert '<a href="#id_trainer_1">Toolkit tour with Sam Example takes place at that time.' in answer.content.decode()
    assert f'<option value="{toni.pk}" selected>' in answer.content.decode()
    assert not session.session_trainers.exists()


def test_session_when_it_is_anothers_or_a_trainer_is_unknown_then_is_refused(organiser, island):
    theirs, mine = SessionFactory(host=island), SessionFactory()

    assert organiser.get(f"/organise/sessions/{theirs.pk}/trainers/").status_code == 404
    assert organiser.post(f"/organise/sessions/{theirs.pk}/trainers/", {}).status_code == 404
    assert organiser.post(f"/organise/sessions/{mine.pk}/trainers/", {"trainer_0": "0"}).status_code == 400


@pytest.mark.parametrize("number", [1, 5])
def test_list_when_trainers_are_many_then_costs_the_same(organiser, django_assert_num_queries, number):
    for each in range(number):
        delivers(TrainerFactory(slug=f"trainer-{each}"), starts_at=START + timedelta(hours=3 * each))

    with django_assert_num_queries(5):  # sign-in and person, whom they organise for, trainers, the numbers to call
        assert f"Trainer {number - 1}" in words(organiser.get("/organise/trainers/"))

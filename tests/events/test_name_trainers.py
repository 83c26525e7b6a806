"""Who delivers a session: named in order, never in two places, however many name at once; and whose account it is."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from events import actions
from events.models import SessionTrainer, Trainer
from people.models import RoleGrant, User
from tests.events.threads import at_once
from tests.factories import NOW, START, SessionFactory, TrainerFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def named(session):
    """Return who delivers a session, in order."""
    return [part.trainer for part in session.session_trainers.select_related("trainer")]


def two_trainers():
    return TrainerFactory(), TrainerFactory(slug="toni-example")


def test_trainers_when_named_then_deliver_in_that_order_and_nobody_else():
    one, two = two_trainers()
    session = SessionFactory()

    for wanted in ([one, two], [two, one], [two, one], [two], []):
        actions.name_trainers(session.pk, wanted, at=NOW)
        assert named(session) == wanted


def test_trainers_when_named_twice_over_then_nothing_is_written_again():
    one, two = two_trainers()
    session = SessionFactory()
    actions.name_trainers(session.pk, [one, two], at=NOW)
    parts = set(SessionTrainer.objects.values_list("pk", flat=True))

    actions.name_trainers(session.pk, [one, two], at=NOW)

    assert set(SessionTrainer.objects.values_list("pk", flat=True)) == parts


def test_trainer_when_in_another_session_then_is_refused_by_name_and_all_stays():
    one, two = two_trainers()
    actions.name_trainers(SessionFactory(title="Toolkit tour").pk, [one], at=NOW)
    session = SessionFactory(starts_at=START + HOUR)
    actions.name_trainers(session.pk, [two], at=NOW)

    with pytest.raises(ValidationError) as refused:
        actions.name_trainers(session.pk, [two, one], at=NOW)

    assert list(refused.value.message_dict) == [one.slug]
    assert "Toolkit tour with Sam Example takes place at that time." in refused.value.messages[0]
    assert named(session) == [two]


@pytest.mark.parametrize(
    "fields", [{"state": "draft"}, {"state": "cancelled", "cancelled_at": NOW}, {"starts_at": START + 1.5 * HOUR}]
)
def test_trainer_when_the_other_does_not_take_place_then_then_is_named(fields):
    trainer = TrainerFactory()
    actions.name_trainers(SessionFactory(**fields).pk, [trainer], at=NOW)
    session = SessionFactory()

    actions.name_trainers(session.pk, [trainer], at=NOW)

    assert named(session) == [trainer]


def test_trainer_when_named_twice_for_one_session_then_is_refused():
    trainer = TrainerFactory()

    with pytest.raises(ValidationError, match="is named for the session already"):
        actions.name_trainers(SessionFactory().pk, [trainer, trainer], at=NOW)

    assert not SessionTrainer.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sessions_when_one_trainer_is_named_at_once_then_one_has_them_and_the_other_hears_why():
    trainer, sessions = TrainerFactory(), [SessionFactory(), SessionFactory()]

    ends = at_once(*(lambda pk=one.pk: actions.name_trainers(pk, [trainer], at=NOW) for one in sessions))

    assert [type(end) for end in ends if isinstance(end, Exception)] == [ValidationError]
    assert SessionTrainer.objects.count() == 1


# Whose account it is


def roles(user):
    """Return the roles that somebody holds at the instant of these tests."""
    return {grant.role for grant in user.role_grants.all() if grant.expires_at is None or grant.expires_at > NOW}


def test_trainer_when_made_with_an_address_then_its_person_is_known_linked_and_has_the_role():
    trainer = actions.create_trainer(at=NOW, name="Toni Sample", email="toni@example.org")

    assert trainer.slug == "toni-sample"
    person = User.objects.get(email="toni@example.org")
    assert (trainer.user, person.name, roles(person)) == (person, "Toni Sample", {RoleGrant.Role.TRAINER})


def test_trainer_when_linked_elsewhere_then_the_role_goes_along():
    old, new = UserFactory(), UserFactory()
    trainer = actions.create_trainer(at=NOW, name="Toni Sample", email=old.email)

    actions.revise_trainer(trainer, at=NOW, email=new.email, about="Youth work.")
    assert (roles(old), roles(new)) == (set(), {"trainer"})

    actions.revise_trainer(trainer, at=NOW, name="Toni")
    assert Trainer.objects.get().user == new

    actions.revise_trainer(trainer, at=NOW, email="")
    trainer = Trainer.objects.get()
    assert (trainer.user, trainer.name, trainer.about, roles(new)) == (None, "Toni", "Youth work.", set())


@pytest.mark.parametrize("email", ["toni@example.org", "not an address"])
def test_trainer_when_the_account_cannot_be_linked_then_nothing_is_written(email):
    actions.create_trainer(at=NOW, name="Toni Sample", email="toni@example.org")

    with pytest.raises(ValidationError) as refused:
        actions.create_trainer(at=NOW, name="Sam Sample", email=email)

    assert list(refused.value.error_dict) == ["email"]
    assert (Trainer.objects.count(), User.objects.count()) == (1, 1)

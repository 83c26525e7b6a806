"""Who sees to an access need: taken, given back, shown, and unowned ones first."""

from datetime import timedelta

import pytest
import time_machine

from bookings import actions
from bookings.errors import NeedTaken
from bookings.models import AccessNeed
from tests.bookings.needs import make_need, make_organiser, make_trainer
from tests.factories import NOW, UserFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def organiser(client):
    user = make_organiser()
    client.force_login(user)
    return user


def owner_of(need):
    return AccessNeed.objects.get(pk=need.pk).owner


def press(client, need, what, *, page="organise", owner=""):
    return client.post(f"/needs/{need.pk}/{what}/", {"page": page, "owner": owner})


# The verbs


def test_take_when_nobody_sees_to_it_then_mine_and_again_changes_nothing():
    need, me = make_need(), UserFactory()

    for _ in range(2):
        actions.take_need(need, actor=me, instead_of=None)

    assert owner_of(need) == me


def test_take_when_somebody_else_took_it_meanwhile_then_refused():
    need, first, second = make_need(), UserFactory(), UserFactory()
    actions.take_need(need, actor=first, instead_of=None)

    with pytest.raises(NeedTaken):
        actions.take_need(need, actor=second, instead_of=None)

    assert owner_of(need) == first


def test_take_when_the_one_who_saw_to_it_is_known_then_taken_over():
    need, first, second = make_need(), UserFactory(), UserFactory()
    actions.take_need(need, actor=first, instead_of=None)

    actions.take_need(need, actor=second, instead_of=first.pk)

    assert owner_of(need) == second


def test_give_back_when_it_is_anothers_then_stays_theirs():
    need, first, second = make_need(), UserFactory(), UserFactory()
    actions.take_need(need, actor=first, instead_of=None)

    actions.give_back_need(need, actor=second)
    assert owner_of(need) == first

    actions.give_back_need(need, actor=first)
    assert owner_of(need) is None


def test_owner_when_what_was_said_changes_then_somebody_has_to_take_it_anew():
    need = make_need()
    actions.take_need(need, actor=UserFactory(), instead_of=None)

    actions.say_need(need.booking, text="A hearing loop.", at=NOW)

    assert AccessNeed.objects.get().owner is None


# The pages


@pytest.mark.parametrize("page", ["organise", "training"])
def test_pages_when_taken_and_given_back_then_say_who_sees_to_it(client, page):
    need = make_need()
    user = make_organiser() if page == "organise" else make_trainer(need.booking.session).user
    address = {"organise": "/organise/needs/", "training": "/training/"}[page]
    client.force_login(user)
    assert "Nobody sees to it yet. I see to it" in words(client.get(address))

    answer = press(client, need, "mine", page=page)

    assert answer.headers["Location"] == f"{address}#need-{need.pk}"
    assert "You see to it. Somebody else does" in words(client.get(address))

    press(client, need, "not-mine", page=page)
    assert owner_of(need) is None


def test_page_when_another_sees_to_it_then_named_and_can_be_taken_over(client, organiser):
    need, other = make_need(), UserFactory(name="Ana Example")
    actions.take_need(need, actor=other, instead_of=None)

    assert "Ana Example sees to it. I see to it" in words(client.get("/organise/needs/"))
    press(client, need, "mine", owner=other.pk)

    assert owner_of(need) == organiser


def test_page_when_it_was_taken_meanwhile_then_says_so(client, organiser):
    need, other = make_need(), UserFactory()
    actions.take_need(need, actor=other, instead_of=None)

    answer = client.post(f"/needs/{need.pk}/mine/", {"page": "organise", "owner": ""}, follow=True)

    assert NeedTaken.__doc__ in words(answer)
    assert owner_of(need) == other


def test_page_when_some_are_nobodys_then_those_first_and_counted(client, organiser):
    first = make_need(text="The first.", name="Ana Example")
    second = make_need(session=first.booking.session, text="The second.", name="Ben Example")
    third = make_need(session=first.booking.session, text="The third.", name="Cai Example")
    actions.tick_need(first, actor=organiser, at=NOW)
    actions.take_need(second, actor=organiser, instead_of=None)

    page = words(client.get("/organise/needs/"))

    assert "1 of these has nobody who sees to it yet." in page
    assert page.index("The third.") < page.index("The second.") < page.index("The first.")

    actions.take_need(third, actor=organiser, instead_of=None)
    assert "nobody who sees to" not in words(client.get("/organise/needs/"))


def test_training_page_when_some_are_nobodys_then_counted(client):
    need = make_need()
    client.force_login(make_trainer(need.booking.session).user)

    assert "Nobody sees to 1 of these yet." in words(client.get("/training/"))


@pytest.mark.parametrize("what", ["mine", "not-mine"])
def test_address_when_only_looked_at_then_nothing_changes(client, organiser, what):
    need = make_need()

    assert client.get(f"/needs/{need.pk}/{what}/").status_code == 405
    assert owner_of(need) is None


@pytest.mark.parametrize("owner", ["x", "9" * 40, "-1", "²"])
def test_take_when_the_owner_that_is_sent_is_no_id_then_as_nobody(client, organiser, owner):
    need = make_need()

    press(client, need, "mine", owner=owner)

    assert owner_of(need) == organiser


@pytest.mark.parametrize("who", ["nobody", "the person", "an organiser elsewhere", "an administrator"])
def test_take_when_it_is_not_theirs_to_act_on_then_not_there(client, who):
    need = make_need()
    people = {
        "the person": lambda: need.booking.practitioner,
        "an organiser elsewhere": lambda: make_organiser("isle-of-wight"),
        "an administrator": lambda: UserFactory(is_superuser=True, is_staff=True),
    }
    if who in people:
        client.force_login(people[who]())

    assert press(client, need, "mine").status_code == (302 if who == "nobody" else 404)
    assert owner_of(need) is None


def test_take_when_the_session_is_over_then_not_there_and_forgotten_after_thirty_days(client, organiser):
    need = make_need()
    ends_at = need.booking.session.ends_at

    with time_machine.travel(ends_at, tick=False):
        client.force_login(organiser)
        assert press(client, need, "mine").status_code == 404

    assert actions.forget_old_needs(at=ends_at + timedelta(days=30) - timedelta(seconds=1)) == 0
    assert actions.forget_old_needs(at=ends_at + timedelta(days=30)) == 1

"""How many mails a day somebody may have sent: to one address, and by one sender, whatever the cache does."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from bookings import actions
from bookings.errors import AskedManyColleagues, ColleagueAskedOften
from bookings.links import GIVE, path_of
from bookings.models import Handover
from config.tasks import KEPT_LONG_ENOUGH
from people import mail_caps
from people.models import MailCount
from tests.api_client import Api, code_of
from tests.events.threads import at_once
from tests.factories import NOW, UserFactory, make_booking

pytestmark = pytest.mark.django_db
KIM = "kim@example.org"


@pytest.fixture(autouse=True)
def _caps(settings):
    """Small caps, at one instant; the cache forgets, as it does while Redis is away."""
    settings.SIGN_IN_CODES_A_DAY_TO_ONE_ADDRESS = 3
    settings.SIGN_IN_CODES_A_DAY_FOR_ONE_CLIENT = 5
    settings.COLLEAGUE_MAILS_A_DAY_TO_ONE_ADDRESS = 3
    settings.COLLEAGUE_MAILS_A_DAY_FROM_ONE_PERSON = 4
    with time_machine.travel(NOW, tick=False):
        yield


def ask_code(email, client=None, **extra):
    cache.clear()
    return (client or Client()).post("/sign-in/", {"email": email}, **extra)


def ask(booking, email=KIM, at=NOW):
    return actions.ask_colleague(booking, email=email, at=at, actor=booking.practitioner)


@pytest.mark.parametrize("standing", ["known", "new", "closed"])
def test_code_when_the_address_had_the_days_share_then_the_same_words_whoever_it_is(standing):
    if standing != "new":
        UserFactory(email=KIM, is_active=standing == "known")

    answers = [ask_code(one) for one in (KIM, "kim+a@example.org", "Kim@Example.org ", KIM)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "as many codes to this address as we send in a day" in answers[-1].content.decode()
    assert len(mail.outbox) == (0 if standing == "closed" else 3)
    assert ask_code("other@example.org").status_code == 302


def test_code_when_the_client_had_the_days_share_then_refused_and_others_are_not():
    answers = [ask_code(f"a{number}@example.org") for number in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [200]
    assert "from your network" in answers[-1].content.decode()
    assert len(mail.outbox) == 5
    assert ask_code("b@example.org", REMOTE_ADDR="192.0.2.7").status_code == 302


def test_code_when_the_next_day_comes_then_goes_again():
    for _ in range(4):
        ask_code(KIM)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert ask_code(KIM).status_code == 302


def test_colleague_when_asked_by_many_then_refused_by_name_and_nothing_is_written():
    bookings = [make_booking() for _ in range(4)]
    for booking in bookings[:3]:
        ask(booking)

    with pytest.raises(ColleagueAskedOften):
        ask(bookings[3], "Kim+x@example.org")

    assert Handover.objects.count() == 3
    assert ask(bookings[3], "other@example.org")


def test_person_when_asking_one_after_the_other_then_refused_and_who_was_asked_last_still_is():
    booking = make_booking()
    asked = [ask(booking, f"c{number}@example.org") for number in range(4)]
    assert ask(booking, "c3@example.org") == asked[3]  # the same once more is no new mail

    with pytest.raises(AskedManyColleagues):
        ask(booking, "c4@example.org")

    assert Handover.objects.get(answer="").colleague_email == "c3@example.org"
    assert MailCount.objects.filter(kind=MailCount.Kind.COLLEAGUE_TO).count() == 4  # what was refused is not counted


def test_colleague_when_asked_too_often_then_each_way_says_so(client):
    for _ in range(3):
        ask(make_booking())
    booking = make_booking()

    by_program = Api(booking.practitioner).post(f"bookings/{booking.pk}/substitute/", {"practitioner": {"email": KIM}})
    by_link = client.post(path_of(GIVE, booking), {"email": KIM})
    client.force_login(booking.practitioner)
    on_page = client.post(f"/me/bookings/{booking.pk}/colleague/", {"email": KIM})

    assert code_of(by_program) == (409, "too_many_mails")
    assert (by_link.status_code, on_page.status_code) == (409, 409)
    for page in (by_link, on_page):
        assert "has been asked as often as we ask anybody in a day" in page.content.decode()


def test_counts_when_some_days_old_then_deleted_by_the_daily_task_and_hold_no_address():
    ask_code(KIM)
    rows = MailCount.objects.count()
    assert not any("kim" in row.whose or "127" in row.whose for row in MailCount.objects.all())

    forget = next(one for one in KEPT_LONG_ENOUGH.values() if one is mail_caps.forget_old_counts)

    assert forget(at=NOW + timedelta(days=3)) == 0
    assert forget(at=NOW + timedelta(days=4)) == rows == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_codes_when_fifty_are_asked_for_at_once_then_exactly_the_days_share_goes(settings):
    settings.ACCOUNT_RATE_LIMITS = False
    settings.SIGN_IN_CODES_A_DAY_FOR_ONE_CLIENT = 1000
    UserFactory(email=KIM)

    answers = at_once(*[lambda: Client().post("/sign-in/", {"email": KIM}).status_code] * 50)

    assert sorted(answers) == [200] * 47 + [302] * 3
    assert len(mail.outbox) == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_codes_when_counted_by_look_and_write_then_more_go():
    """The control: with a look and a write apart, everybody has looked before anybody writes."""
    MailCount.objects.create(kind="code_to", whose="kim", day=NOW.date())
    gate = threading.Barrier(10)

    def careless():
        row = MailCount.objects.get()
        gate.wait(timeout=10)
        MailCount.objects.update(count=row.count + 1)
        connection.close()
        return row.count < 3

    assert at_once(*[careless] * 10) == [True] * 10

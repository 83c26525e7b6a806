"""One key, one effect, one answer."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as site_settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from bookings import actions
from bookings.models import Booking
from bookings.signals import bookings_changed
from config.api.idempotency import IdempotencyMiddleware, forget_old_keys
from people.models import ApiToken, IdempotencyKey, User
from tests.api_client import Api, Browser, code_of, organiser_of
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver():
    """Connect receivers of bookings for one test."""
    connected = []

    def connect(function):
        bookings_changed.connect(function)
        connected.append(function)

    yield connect
    for function in connected:
        bookings_changed.disconnect(function)


def test_same_key_and_body_then_the_first_answer_again(clock):
    session, api = SessionFactory(), Api(UserFactory())

    first = api.post("bookings/", {"session": session.pk}, key="a key")
    second = api.post("bookings/", {"session": session.pk}, key="a key")

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["Content-Type"] == second.headers["Content-Type"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Booking.objects.count() == 1


def test_same_body_without_a_key_then_refused_the_second_time(clock):
    """What the key changes: without one, the second request meets the booking of the first."""
    session, api = SessionFactory(), Api(UserFactory())

    assert api.post("bookings/", {"session": session.pk}).status_code == 201
    assert code_of(api.post("bookings/", {"session": session.pk})) == (409, "already_booked")


def test_same_key_when_the_booking_was_cancelled_since_then_still_the_first_answer(clock):
    session, api = SessionFactory(), Api(UserFactory())
    first = api.post("bookings/", {"session": session.pk}, key="k")
    actions.cancel(Booking.objects.get(), at=NOW)

    again = api.post("bookings/", {"session": session.pk}, key="k")

    assert again.content == first.content
    assert Booking.objects.count() == 1


def test_same_key_with_another_body_or_address_then_422(clock):
    session, api = SessionFactory(), Api(UserFactory())
    booking = api.post("bookings/", {"session": session.pk}, key="k").json()

    other_body = api.post("bookings/", {"session": session.pk, "join_waiting_list": False}, key="k")
    other_address = api.post(f"bookings/{booking['id']}/cancel/", {"session": session.pk}, key="k")
    other_query = api.post("bookings/?quietly=1", {"session": session.pk}, key="k")

    for answer in (other_body, other_address, other_query):
        assert code_of(answer) == (422, "idempotency_key_reused")
    assert Booking.objects.get().status == "confirmed"


def test_refusal_then_kept_without_any_of_its_effects(clock):
    session = SessionFactory(capacity=1)
    booking = make_booking(session=session)
    api = Api(organiser_of(PartnershipFactory(), UserFactory()))
    body = {"session": session.pk, "join_waiting_list": False, "practitioner": {"email": "new@example.org"}}

    first = api.post("bookings/", body, key="k")
    actions.cancel(booking, at=NOW)
    second = api.post("bookings/", body, key="k")

    assert code_of(first) == code_of(second) == (409, "session_full")
    assert second.headers["Idempotent-Replayed"] == "true"
    assert not User.objects.filter(email="new@example.org").exists()
    assert IdempotencyKey.objects.get().status == 409


def test_faulty_body_then_its_answer_is_kept(clock):
    api = Api(UserFactory())

    first, second = (api.post("bookings/", "{not json", key="k") for _ in range(2))

    assert code_of(first) == (400, "malformed")
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"


def test_refused_right_when_sent_again_then_refused_again_although_it_was_granted_since(clock):
    user = UserFactory()
    first = Api(user).post("sessions/", {}, key="k")
    user.role_grants.create(role="organiser", partnership=PartnershipFactory())

    second = Api(user).post("sessions/", {}, key="k")

    assert (first.status_code, second.status_code) == (403, 403)
    assert second.headers["Idempotent-Replayed"] == "true"


def test_sender_who_is_not_let_in_then_nothing_is_kept(clock):
    session, user = SessionFactory(), UserFactory()

    assert Api().post("bookings/", {"session": session.pk}, key="k").status_code == 401
    assert Api(user, scope="read").post("bookings/", {"session": session.pk}, key="k").status_code == 403
    assert not IdempotencyKey.objects.exists()
    assert Api(user).post("bookings/", {"session": session.pk}, key="k").status_code == 201


def answers_of(status=200, *, method="post", path="/api/v1/bookings/"):
    """How often the view answers where a request with a key comes twice."""
    asked = []

    def view(_):
        asked.append(status)
        return HttpResponse(status=status)

    request = getattr(RequestFactory(), method)(path, headers=Api(UserFactory()).headers | {"Idempotency-Key": "k"})
    answers = [IdempotencyMiddleware(view)(request) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status] * 2
    return len(asked)


@pytest.mark.parametrize(
    ("status", "times"),
    [(200, 1), (299, 1), (300, 2), (399, 2), (400, 1), (401, 2), (403, 1), (422, 1), (423, 2), (429, 2), (500, 2)],
)
def test_answer_when_it_decides_the_request_then_kept_and_else_asked_for_again(clock, status, times):
    assert answers_of(status) == times


@pytest.mark.parametrize(
    "other", [{"method": "get"}, {"method": "patch"}, {"path": "/bookings/"}, {"path": "/not/api/"}], ids=str
)
def test_key_on_what_is_no_post_to_the_api_then_ignored(clock, other):
    assert answers_of(**other) == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "é", "a\tb", "a\x7f"])
def test_key_that_is_none_then_400_and_nothing_is_done(clock, key):
    answer = Api(UserFactory()).post("bookings/", {"session": SessionFactory().pk}, key=key)

    assert code_of(answer) == (400, "invalid")
    assert not Booking.objects.exists()


@pytest.mark.parametrize("key", ["x", "x" * 255, "a key ~!"])
def test_key_of_one_to_255_printable_characters_then_used(clock, key):
    assert Api(UserFactory()).post("bookings/", {"session": SessionFactory().pk}, key=key).status_code == 201
    assert IdempotencyKey.objects.get().key == key


def test_same_key_of_two_people_then_two_effects_and_each_reads_their_own_answer_again(clock):
    session, apis = SessionFactory(), [Api(UserFactory()) for _ in range(2)]

    first, again = (
        [api.post("bookings/", {"session": session.pk}, key="k") for api in sending] for sending in (apis, apis[::-1])
    )

    assert [answer.status_code for answer in first] == [201, 201]
    assert first[0].content != first[1].content
    assert [answer.content for answer in again[::-1]] == [answer.content for answer in first]
    assert Booking.objects.count() == 2


def test_same_key_of_two_tokens_of_one_person_then_one_effect(clock):
    session, user = SessionFactory(), UserFactory()

    answers = [Api(user).post("bookings/", {"session": session.pk}, key="k") for _ in range(2)]

    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert Booking.objects.count() == 1


def test_key_in_a_browser_session_then_it_is_that_persons(clock):
    session, user = SessionFactory(), UserFactory()
    client = Client()
    client.force_login(user)

    answers = [
        client.post(
            "/api/v1/bookings/",
            {"session": session.pk},
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_key_with_a_get_then_ignored(clock):
    assert Api(UserFactory()).get("bookings/", key="").status_code == 200


def test_key_with_a_body_too_large_then_413_and_nothing_is_kept(clock):
    answer = Api(UserFactory()).post("bookings/", b" " * (1024 * 1024 + 1), key="k")

    assert code_of(answer) == (413, "too_large")
    assert not IdempotencyKey.objects.exists()


def test_key_when_24_hours_old_then_counts_as_absent(clock):
    session, api = SessionFactory(), Api(UserFactory())
    body = {"session": session.pk}
    api.post("bookings/", body, key="k")

    clock.move_to(NOW + timedelta(hours=24) - timedelta(seconds=1))
    assert api.post("bookings/", body, key="k").headers["Idempotent-Replayed"] == "true"
    clock.move_to(NOW + timedelta(hours=24))
    assert code_of(api.post("bookings/", body, key="k")) == (409, "already_booked")
    assert IdempotencyKey.objects.get().created_at == NOW + timedelta(hours=24)


def test_forgetting_then_old_keys_go_and_young_ones_stay(clock):
    session, api = SessionFactory(), Api(UserFactory())
    api.post("bookings/", {"session": session.pk}, key="old")
    clock.move_to(NOW + timedelta(hours=1))
    api.post("bookings/", {"session": session.pk}, key="young")

    assert forget_old_keys(at=NOW + timedelta(hours=24)) == 1
    assert IdempotencyKey.objects.get().key == "young"


def test_new_token_with_a_key_then_its_secret_is_never_stored(clock):
    browser = Browser(UserFactory())

    first, second = (browser.post("tokens/", {"name": "night job"}, key="k").json() for _ in range(2))

    assert first["token"]
    assert second == {**first, "token": None}
    assert first["token"] not in IdempotencyKey.objects.get().body
    assert ApiToken.objects.filter(name="night job").count() == 1


@pytest.mark.django_db(transaction=True)
def test_server_fault_then_the_key_is_rolled_back_with_everything_else(receiver):
    def fail(**_):
        raise RuntimeError("a fault of the test")

    session, user = SessionFactory(), UserFactory()
    api = Api(user, raise_request_exception=False)
    receiver(fail)
    with time_machine.travel(NOW, tick=False):
        answer = api.post("bookings/", {"session": session.pk}, key="k")
        assert code_of(answer) == (500, "internal_error")
        assert "a fault of the test" not in answer.content.decode()
        assert not IdempotencyKey.objects.exists()
        assert not Booking.objects.exists()
        bookings_changed.disconnect(fail)
        assert api.post("bookings/", {"session": session.pk}, key="k").status_code == 201


class Together(threading.Thread):
    """A request in a thread of its own, with a connection of its own and short waits for locks."""

    def __init__(self, send, *, wait_ms=20_000):
        super().__init__()
        self.send, self.wait_ms, self.answer = send, wait_ms, None

    def run(self):
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = {self.wait_ms}")
            self.answer = self.send()
        finally:
            connection.close()


def all_at_once(senders):
    threads = [Together(send) for send in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [thread.answer for thread in threads]


def six_tokens_with_one_key(user):
    browsers = [Browser(user) for _ in range(6)]
    return all_at_once([lambda one=one: one.post("tokens/", {"name": "made"}, key="k") for one in browsers])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_threads_with_one_key_then_one_effect_and_one_answer():
    answers = six_tokens_with_one_key(UserFactory())

    assert [answer.status_code for answer in answers] == [201] * 6
    assert ApiToken.objects.filter(name="made").count() == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_threads_with_one_key_without_the_guard_then_one_effect_each(settings):
    """The control: without the middleware the test above would see six tokens."""
    settings.MIDDLEWARE = [name for name in site_settings.MIDDLEWARE if "Idempotency" not in name]

    six_tokens_with_one_key(UserFactory())

    assert ApiToken.objects.filter(name="made").count() == 6


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_second_request_while_the_first_runs_then_409_after_the_lock_timeout(receiver):
    started, may_end = threading.Event(), threading.Event()

    def linger(**_):
        started.set()
        may_end.wait(20)

    session, user = SessionFactory(), UserFactory()
    receiver(linger)
    body = {"session": session.pk}
    with time_machine.travel(NOW, tick=False):
        one, two = (Api(user) for _ in range(2))
        first = Together(lambda: one.post("bookings/", body, key="k"))
        first.start()
        assert started.wait(10)
        second = Together(lambda: two.post("bookings/", body, key="k"), wait_ms=200)
        second.start()
        second.join(10)
        may_end.set()
        first.join(10)
        after = two.post("bookings/", body, key="k")

    assert code_of(second.answer) == (409, "idempotency_in_progress")
    assert first.answer.status_code == after.status_code == 201
    assert after.headers["Idempotent-Replayed"] == "true"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_busy_session_then_503_with_retry_after_and_the_key_is_free_again():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    locked, may_end = threading.Event(), threading.Event()

    def hold():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM events_session WHERE id = %s FOR UPDATE", [session.pk])
            locked.set()
            may_end.wait(20)
            cursor.execute("ROLLBACK")

    holder = Together(hold)
    holder.start()
    assert locked.wait(10)
    with time_machine.travel(NOW, tick=False):
        api = Api(UserFactory())
        waiting = Together(lambda: api.post("bookings/", {"session": session.pk}, key="k"), wait_ms=200)
        waiting.start()
        waiting.join(20)
        may_end.set()
        holder.join(10)
        assert code_of(waiting.answer) == (503, "busy")
        assert waiting.answer.headers["Retry-After"] == "2"
        assert not IdempotencyKey.objects.exists()
        assert api.post("bookings/", {"session": session.pk}, key="k").status_code == 201

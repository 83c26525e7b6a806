from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from bookings import actions
from bookings.feeds import recent
from bookings.ical import booking_event
from bookings.links import JOIN, path_of
from bookings.models import FeedToken
from bookings.states import Status
from events import actions as programme
from people.models.access import digest
from tests.factories import SessionFactory, UserFactory, make_booking, make_queued, make_two_part
from tests.factories.instants import NOW, START
from tests.golden import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return UserFactory(email="ada@example.org", name="Ada Example")


@pytest.fixture
def address(owner):
    return f"/calendar/me/{FeedToken.issue(owner)}.ics"


def titles(client, address: str) -> list[str]:
    """Return the titles of the entries that a feed holds, in its order."""
    response = client.get(address)
    assert response.status_code == 200
    return [str(event["summary"]) for event in read(response.content)]


# What it holds


def test_feed_when_people_have_places_then_each_sees_their_own(client, owner, address):
    mine = make_booking(session=SessionFactory(title="mine"), practitioner=owner)
    make_booking(session=SessionFactory(title="theirs"))
    (event,) = read(client.get(address).content)
    assert (event["summary"], event["uid"]) == ("mine", mine.ical_uid)
    assert event["url"].endswith(path_of(JOIN, mine))


def test_feed_when_somebody_waits_then_nothing_shows_until_they_have_the_place(client, owner, address):
    session = SessionFactory(title="A", capacity=1)
    holder = make_booking(session=session)
    waiting = make_queued(session=session, practitioner=owner)
    assert titles(client, address) == []
    actions.cancel(holder, at=NOW)
    assert titles(client, address) == []
    actions.accept(waiting, at=NOW)
    assert titles(client, address) == ["A"]


def test_feed_when_the_person_gives_the_place_up_then_it_is_gone(client, owner, address):
    booking = make_booking(practitioner=owner)
    actions.cancel(booking, at=NOW)
    programme.cancel_session(booking.session_id, reason="Snow.", at=NOW)
    assert titles(client, address) == []


def test_feed_when_a_session_is_called_off_then_places_show_cancelled_until_the_day_is_past(client, owner, address):
    session = SessionFactory(title="A", capacity=1)
    make_booking(session=session, practitioner=owner)
    waiting = UserFactory()
    make_queued(session=session, practitioner=waiting)
    programme.cancel_session(session.pk, reason="Snow.", at=NOW)
    assert titles(client, address) == ["Cancelled: A"]
    assert titles(client, f"/calendar/me/{FeedToken.issue(waiting)}.ics") == []
    with time_machine.travel(datetime(2027, 6, 22, 22, 59, tzinfo=UTC), tick=False):  # 23:59 in London
        assert titles(client, address) == ["Cancelled: A"]
    with time_machine.travel(datetime(2027, 6, 22, 23, 0, tzinfo=UTC), tick=False):
        assert titles(client, address) == []


def test_feed_when_places_are_older_than_twelve_months_then_they_are_gone(client, owner, address):
    for title, starts_at in (("B", START + DAY), ("A", START)):
        make_booking(session=SessionFactory(title=title, starts_at=starts_at), practitioner=owner)
    with time_machine.travel(datetime(2028, 6, 22, 22, 59, tzinfo=UTC), tick=False):
        assert titles(client, address) == ["A", "B"]
    with time_machine.travel(datetime(2028, 6, 22, 23, 0, tzinfo=UTC), tick=False):
        assert titles(client, address) == ["B"]


def test_feed_when_a_place_has_several_dates_then_the_last_one_counts(client, owner, address):
    booking = make_booking(session=make_two_part(title="A"), practitioner=owner)  # on 22 June and 6 July
    both = ["A (part 1 of 2)", "A (part 2 of 2)"]
    with time_machine.travel(datetime(2028, 7, 6, tzinfo=UTC), tick=False):
        assert titles(client, address) == both
    with time_machine.travel(datetime(2028, 7, 7, tzinfo=UTC), tick=False):
        assert titles(client, address) == []
    programme.cancel_session(booking.session_id, reason="Snow.", at=NOW)
    with time_machine.travel(datetime(2027, 7, 6, 22, 59, tzinfo=UTC), tick=False):  # 23:59 in London
        assert titles(client, address) == [f"Cancelled: {title}" for title in both]
    with time_machine.travel(datetime(2027, 7, 6, 23, 0, tzinfo=UTC), tick=False):
        assert titles(client, address) == []


def test_feed_when_fetched_twice_then_the_bytes_are_the_same(client, owner, address):
    for _ in range(3):
        make_booking(practitioner=owner)
    first = client.get(address)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert client.get(address).content == first.content


def test_feed_when_one_place_cannot_be_written_then_the_others_stand_and_administrators_hear_of_it(
    client, owner, address, caplog, monkeypatch
):
    broken, _ = (make_booking(session=SessionFactory(title=title), practitioner=owner) for title in ("B", "A"))

    def fails(booking, **site):
        if booking.pk == broken.pk:
            raise ValueError("no such time")
        return booking_event(booking, **site)

    monkeypatch.setattr("bookings.feeds.booking_event", fails)
    assert titles(client, address) == ["A"]
    assert f"Booking {broken.pk} is left out of a calendar" in caplog.text
    (fault,) = programme.standing_calendar_faults()
    assert (fault.kind, fault.row, fault.problem) == ("bookings.booking", broken.pk, "ValueError")


# Whose it is


def bare(response) -> tuple:
    """Return all that somebody outside learns from an answer."""
    return response.status_code, response.content, dict(response.headers), dict(response.cookies)


def test_secret_when_it_opens_nothing_then_every_fault_looks_the_same(client, owner, address, caplog):
    revoked, disabled = FeedToken.issue(owner), UserFactory()
    FeedToken.objects.filter(digest=digest(revoked)).update(revoked_at=NOW)
    of_disabled = FeedToken.issue(disabled)
    disabled.is_active = False
    disabled.save()
    secret = address.removeprefix("/calendar/me/").removesuffix(".ics")
    faulty = [revoked, of_disabled, "A" * 43, secret[:-1], secret + "A", secret + "/", "a/b", "%00" * 43, "é" * 43, " "]
    faulty += [secret.swapcase(), "x" * 5000]
    answers = [bare(client.get(f"/calendar/me/{token}.ics")) for token in faulty]
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)
    assert not answers[0][3]
    assert client.get(address).status_code == 200
    assert not any(token in caplog.text for token in (revoked, of_disabled))


def test_secret_when_revoked_then_it_stops_at_once(client, owner, address):
    assert client.get(address).status_code == 200
    owner.feed_tokens.update(revoked_at=NOW)
    assert client.get(address).status_code == 404


def test_secret_when_used_then_its_owner_is_told_the_day_and_it_is_written_once(
    client, owner, address, django_assert_num_queries
):
    make_booking(practitioner=owner)
    with django_assert_num_queries(3):  # whose, the day of use, the places
        client.get(address)
    assert owner.feed_tokens.get().last_used_on == NOW.date()
    with django_assert_num_queries(1):
        client.get(address)
    with time_machine.travel(datetime(2027, 5, 4, 23, 30, tzinfo=UTC), tick=False):  # half past midnight in London
        client.get(address)
    assert owner.feed_tokens.get().last_used_on == NOW.date() + DAY


@pytest.mark.parametrize("number", [1, 3])
def test_queries_when_places_are_many_then_two_and_one_to_revalidate(
    client, owner, address, django_assert_num_queries, number
):
    for _ in range(number):
        make_booking(practitioner=owner)
    client.get(address)
    make_booking(practitioner=owner)
    with django_assert_num_queries(2):
        assert len(titles(client, address)) == number + 1
    with django_assert_num_queries(1):
        response = client.get(address)
    with django_assert_num_queries(1):
        known = {"if-none-match": response.headers["ETag"]}
        assert client.get(address, headers=known).status_code == 304


def test_file_when_current_then_two_addresses_of_one_person_share_it_and_another_person_has_none_of_it(client, owner):
    make_booking(session=SessionFactory(title="mine"), practitioner=owner)
    addresses = [f"/calendar/me/{FeedToken.issue(who)}.ics" for who in (owner, owner, UserFactory())]

    assert [titles(client, address) for address in addresses] == [["mine"], ["mine"], []]
    assert recent.get(str(owner.pk), made_for=None) is None  # never without knowing that it is current


# How it is sent


def test_feed_when_fetched_then_it_is_private_and_its_address_goes_nowhere(client, owner, address):
    make_booking(practitioner=owner)
    response = client.get(address, headers={"accept-encoding": "gzip"})
    expected = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
        "X-Content-Type-Options": "nosniff",
    }
    assert expected.items() <= dict(response.headers).items()
    assert not {"Last-Modified", "Vary", "Content-Encoding", "Access-Control-Allow-Origin"} & set(response.headers)
    assert not response.cookies
    secret = address.removeprefix("/calendar/me/").removesuffix(".ics")
    assert secret not in response.content.decode().replace("\r\n ", "")
    assert secret not in str(response.headers)


def test_feed_when_the_reader_is_signed_in_then_it_is_the_same(client, owner, address):
    make_booking(practitioner=owner)
    before = bare(client.get(address))
    client.force_login(UserFactory())
    assert bare(client.get(address)) == before


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*"])
def test_feed_when_the_client_has_it_then_304(client, owner, address, form):
    make_booking(practitioner=owner)
    tag = client.get(address).headers["ETag"]
    for method in (client.get, client.head):
        response = method(address, headers={"if-none-match": form.format(tag)})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("change", ["moved", "called off", "given up", "another"])
def test_etag_when_the_persons_places_change_then_it_changes(client, owner, address, change):
    booking = make_booking(practitioner=owner)
    tag = client.get(address).headers["ETag"]
    if change == "moved":
        programme.reschedule_session(booking.session_id, starts_at=START + DAY, ends_at=START + 2 * DAY, at=NOW)
    elif change == "called off":
        programme.cancel_session(booking.session_id, reason="Snow.", at=NOW)
    elif change == "given up":
        actions.cancel(booking, at=NOW)
    else:
        make_booking(practitioner=owner)
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_etag_when_somebody_elses_places_change_then_it_stays(client, owner, address):
    booking = make_booking(practitioner=owner)
    tag = client.get(address).headers["ETag"]
    other = make_booking(session=booking.session)
    assert other.status == Status.CONFIRMED
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304


def test_feed_when_asked_by_head_then_the_headers_of_get_come_alone(client, owner, address):
    make_booking(practitioner=owner)
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head.content, head.headers) == (200, b"", got.headers)


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_feed_when_written_to_then_405_and_the_log_does_not_repeat_the_secret(address, method, caplog):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert "/calendar/me/" not in caplog.text

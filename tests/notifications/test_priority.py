"""What goes first when much is due, how much goes to one domain, and what wakes another worker."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bookings import actions
from notifications import claims, delivery, outbox_page, pace, tasks
from notifications.kinds import RANKS, RULES, Kind
from notifications.models import DomainPace, Message
from tests.factories import SessionFactory, make_booking
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
BULK = RANKS["bulk"]


def make_due(messages, since):
    messages.update(due_at=since)


def order_of_claims(now, count, **how):
    return [claims.claim(at=now, **how) for _ in range(count)]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_then_its_rank_is_its_urgency_however_it_is_written(booked, kind):
    booking = booked().booking
    at = booking.created_at
    made = Message(booking=booking, kind=kind, occurrence="x", message_id="<x@x>", due_at=at, expires_at=at)
    Message.objects.bulk_create([made])
    made.refresh_from_db()
    assert made.rank == RANKS[RULES[kind].urgency]


def test_what_is_urgent_goes_first_then_what_has_been_due_longest(booked, now):
    old, new, bulk = booked(), booked(), booked()
    urgent = booked()
    actions.cancel(urgent.booking, at=now)
    cancelled = Message.objects.get(booking=urgent.booking, kind="cancelled")
    for message, minutes, rank in ((old, 20, 1), (new, 10, 1), (bulk, 600, BULK), (cancelled, 1, 0)):
        due_at = now - timedelta(minutes=minutes)
        Message.objects.filter(pk=message.pk).update(due_at=due_at, rank=rank)
    assert order_of_claims(now, 4) == [cancelled, old, new, bulk]


def test_every_tenth_is_the_one_due_longest_so_that_bulk_mail_goes_on(sink, booked, now, monkeypatch):
    monkeypatch.setattr(delivery, "BY_AGE", 3)
    bulk = booked()
    Message.objects.filter(pk=bulk.pk).update(rank=BULK, due_at=now - timedelta(hours=1))
    for _ in range(4):
        booked()
    assert delivery.drain() == 5
    assert [str(mail["Message-ID"]) for mail in sink.received].index(bulk.message_id) == 2


def test_more_than_fit_on_one_line_then_go_over_the_next(sink, booked, monkeypatch):
    monkeypatch.setattr(delivery, "MOST_OVER_ONE_LINE", 2)
    for _ in range(5):
        booked()
    assert delivery.drain() == 5
    assert sink.connections == 3


def test_a_line_that_breaks_in_the_middle_then_what_went_is_counted(sink, booked):
    for _ in range(3):
        booked()
    sink.answers["MAIL"] = ["250 fine", "421 closing"]
    assert delivery.drain() == 1


class TestPace:
    """Six a minute, looked at every 20 seconds: two at once, and then one every ten seconds."""

    @pytest.fixture(autouse=True)
    def _limit(self, settings):
        settings.MAIL_PER_MINUTE_AND_DOMAIN, settings.OUTBOX_SWEEP_SECONDS = 6, 20

    def test_no_more_go_to_a_domain_than_its_share_and_others_are_not_held_up(self, sink, booked, now):
        slow = [booked(email=f"{name}@slow.example.org") for name in "abcd"]
        other = booked(email="x@other.example.org")
        assert delivery.drain() == 3
        other.refresh_from_db()
        assert other.status == "sent"
        waiting = Message.objects.filter(kind="confirmation", status="pending")
        assert waiting.count() == 2
        for message in waiting:
            assert (message.tries, message.risky) == (0, 0)
        assert {message.domain for message in waiting} == {"slow.example.org"}
        assert delivery.drain() == 0  # and nothing is taken again and again meanwhile
        DomainPace.objects.update(free_at=now - timedelta(hours=1))
        assert delivery.drain() == 2
        assert {message.pk for message in slow} <= set(
            Message.objects.filter(status="sent").values_list("pk", flat=True)
        )

    def test_what_is_urgent_takes_the_next_free_place(self, sink, booked, now):
        for name in "abcd":
            booked(email=f"{name}@slow.example.org")
        delivery.drain()
        held_up = Message.objects.filter(kind="confirmation", status="pending").first()
        actions.cancel(held_up.booking, at=now - timedelta(seconds=1))
        DomainPace.objects.update(free_at=now + timedelta(seconds=5))
        delivery.drain()
        assert str(sink.received[-1]["Subject"]).startswith("Cancelled")

    def test_the_rate_over_time_is_the_limit(self, now):
        seconds = [s for s in range(300) if pace.take("slow.example.org", at=now + timedelta(seconds=s))]
        assert len(seconds) in {31, 32}  # five minutes at six, and what was free at the start
        assert seconds[:2] == [0, 1]
        assert {later - earlier for earlier, later in pairwise(seconds[2:])} <= {9, 10, 11}

    def test_full_says_the_same_as_take(self, now):
        for second in range(0, 60, 3):
            at = now + timedelta(seconds=second)
            is_full = "slow.example.org" in pace.full(at=at)
            assert pace.take("slow.example.org", at=at) is not is_full

    def test_without_a_limit_nothing_is_counted(self, settings, sink, booked):
        settings.MAIL_PER_MINUTE_AND_DOMAIN = 0
        for name in "abcd":
            booked(email=f"{name}@slow.example.org")
        assert delivery.drain() == 4
        assert not DomainPace.objects.exists()


class TestWaking:
    """The worker's task asks for more hands, and for another turn."""

    @pytest.fixture(autouse=True)
    def woken(self, monkeypatch):
        monkeypatch.setattr(tasks, "MUCH", 2)
        calls = []
        monkeypatch.setattr(tasks, "wake", lambda: calls.append(1))
        return calls

    def test_little_is_due_then_nobody_else_is_woken(self, booked, woken):
        booked()
        tasks.drain()
        assert woken == []

    def test_much_is_due_then_a_second_worker_is_woken(self, booked, woken):
        for _ in range(3):
            booked()
        tasks.drain()
        assert woken == [1]

    def test_something_is_left_then_another_turn_is_asked_for(self, booked, woken, monkeypatch):
        booked(), booked()
        monkeypatch.setattr(delivery, "LONGEST_SECONDS", 0.0)
        tasks.drain()
        assert woken == []  # nothing went, so asking at once would only go round in circles
        monkeypatch.setattr(delivery, "drain", lambda: 1)
        tasks.drain()
        assert woken == [1]


@pytest.mark.parametrize("error", [KeyError("x"), AttributeError("y"), RuntimeError("z")])
def test_a_fault_of_ours_fails_that_message_at_once_and_the_next_goes(sink, booked, monkeypatch, caplog, error):
    poisoned, other = booked(), booked()
    build = delivery.messages.build

    def broken(message):
        if message.pk == poisoned.pk:
            raise error
        return build(message)

    monkeypatch.setattr(delivery.messages, "build", broken)
    assert delivery.drain() == 1
    poisoned.refresh_from_db()
    other.refresh_from_db()
    assert (poisoned.status, other.status) == ("failed", "sent")
    assert poisoned.error == f"It cannot be built: {type(error).__name__}."
    assert "Traceback" in caplog.text


def test_counts_when_much_is_due_then_by_urgency(booked, now):
    booked(), booked()
    urgent = booked()
    actions.cancel(urgent.booking, at=now)
    found = outbox_page.counts(at=now + timedelta(seconds=1))
    assert found.due == [("urgent", 1), ("normal", 2)]


def test_cancelling_behind_5000_that_are_due_then_it_is_the_next_to_go(sink, now):
    booking = make_booking(session=SessionFactory(starts_at=now + timedelta(days=14)), at=now - timedelta(minutes=1))
    row = Message.objects.get(booking=booking, kind="confirmation")
    many = Message.objects.bulk_create(
        (
            Message(
                booking=booking,
                kind="reminder",
                occurrence=f"bulk {n}",
                message_id=f"<{n}@example.org>",
                due_at=now - timedelta(hours=1),
                expires_at=row.expires_at,
            )
            for n in range(5000)
        ),
        batch_size=500,
    )
    other = make_booking(session=booking.session, practitioner=UserFactory(), at=now - timedelta(seconds=30))
    actions.cancel(other, at=now - timedelta(seconds=1))
    cancelled = Message.objects.get(booking=other, kind="cancelled")
    assert delivery.drain(most=1) == 1
    assert [str(mail["Message-ID"]) for mail in sink.received] == [cancelled.message_id]
    # The control: by age alone one of the many would have been the next.
    assert claims.claim(at=now, by_age=True).pk in {message.pk for message in many}

"""Every verb of the desk in any order: after each step all of it still holds, and a refused step changed nothing."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings import actions, invariants, limits
from bookings.actions import waiting_list
from bookings.models import Approval, Booking, BookingChange, CalendarReply, Handover, terms_of
from bookings.states import LIVE
from events import actions as event_actions
from events.actions.sessions import QUEUE_FIELDS
from events.errors import Refusal
from events.models import Session
from notifications import invariants as of_messages
from notifications.models import Message
from people.models import User
from tests import services
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    SessionFactory,
    UserFactory,
    VenueFactory,
    make_booking,
    make_queued,
)
from tests.factories.people import AreaFactory, SectorFactory

PEOPLE = 9
HOUR = timedelta(hours=1)
person_numbers = st.integers(0, PEOPLE - 1)
picks = st.integers(0, 30)


def digest():
    """All that the desk writes, so that one sees whether anything changed."""
    return (
        list(Booking.objects.order_by("pk").values_list()),
        BookingChange.objects.count(),
        list(Session.objects.order_by("pk").values_list("capacity", "places_taken", "waiting", "queue_tail", "state")),
        list(Message.objects.order_by("pk").values_list("pk", "status")),
        list(Approval.objects.order_by("pk").values_list("pk", "answer")),
        list(Handover.objects.order_by("pk").values_list("pk", "answer")),
        list(CalendarReply.objects.order_by("pk").values_list("pk", "answer", "release_at")),
    )


class Desk(RuleBasedStateMachine):
    """Two sessions, one of them joined both ways, and nine people of three organisations in two sectors."""

    def __init__(self):
        super().__init__()
        self.run = transaction.atomic()  # each run begins with nothing
        self.run.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    @initialize(
        quota=st.sampled_from([0, 1, 2]),
        share=st.sampled_from([0, 50]),
        manager=st.sampled_from(["none", "asked"]),
        waiting=st.sampled_from(["offer", "automatic"]),
        silence=st.sampled_from(["approved", "refused"]),
        declined=st.sampled_from(["ask", "release"]),
        for_an_area=st.booleans(),
        early=st.lists(st.booleans(), min_size=5, max_size=PEOPLE),
    )
    def open_the_desk(self, quota, share, manager, waiting, silence, declined, for_an_area, early):
        self.now, self.held, self.overrode = NOW, {}, False
        sectors = [SectorFactory(slug="schools", name="Schools"), SectorFactory(slug="police", name="Police")]
        work = [OrganisationFactory(slug=f"example-{n}", sector=sectors[n % 2]) for n in range(3)]
        self.people = [UserFactory(organisation=work[n % 3] if n < 7 else None) for n in range(PEOPLE)]
        self.organiser = UserFactory(email="organiser@example.org")
        limits_of_policy = {"organisation_quota": quota, "sector_quota_percent": share}
        choices = {"manager": manager, "waiting_list": waiting, "manager_silence": silence}
        set_policy(**choices, calendar_decline=declined, **limits_of_policy)
        self.plain = SessionFactory(capacity=2)
        self.both_ways = SessionFactory(
            format="hybrid",
            venue=VenueFactory(),
            capacity=4,
            in_person_capacity=2,
            online_capacity=3,
            starts_at=START + 4 * HOUR,
        )

        if for_an_area:
            area = AreaFactory(slug="hampshire")
            self.plain.areas.add(area)
            for person in self.people[::2]:
                person.areas.add(area)
        for number, is_plain in enumerate(early):  # a desk that nobody has come to has little to get wrong
            self.book(number, is_plain=is_plain, online=False, waits=True, source="self")

    def session(self, is_plain):
        return Session.objects.get(pk=(self.plain if is_plain else self.both_ways).pk)

    def attempt(self, verb, *args, **kwargs):
        """Try a verb; a refusal must leave everything as it was."""
        before = digest()
        try:
            return verb(*args, **kwargs)
        except (Refusal, ValidationError):
            assert digest() == before
        return None

    def live(self, pick, **wanted):
        rows = Booking.objects.filter(status__in=sorted(LIVE), **wanted).order_by("pk")
        return rows[pick % len(rows)] if rows else None

    @rule(
        number=person_numbers,
        is_plain=st.booleans(),
        online=st.booleans(),
        waits=st.booleans(),
        source=st.sampled_from(["self", "self", "organiser", "agency_lead"]),
    )
    def book(self, number, is_plain, online, waits, source):
        own, overrides = source == "self", source == "organiser" and not number % 4
        self.overrode = overrides
        self.attempt(
            actions.book,
            self.session(is_plain),
            practitioner=self.people[number],
            at=self.now,
            actor=self.people[number] if own else self.organiser,
            source=source,
            join_waiting_list=waits,
            mode="" if is_plain else ("online" if online else "in_person"),
            manager=("Mo", "mo@example.org") if number % 2 else ("", ""),
            overrides="The trainer asked for it." if overrides else "",
        )

    @rule(number=person_numbers, waits=st.booleans())
    def book_a_plan(self, number, waits):
        sessions = [self.session(is_plain) for is_plain in (False, True)]
        actions.book_all(
            sessions, practitioner=self.people[number], plan=uuid.uuid4(), at=self.now, join_waiting_list=waits
        )

    @rule(pick=picks)
    def cancel(self, pick):
        if booking := self.live(pick):
            self.attempt(actions.cancel, booking, at=self.now, actor=booking.practitioner)

    @rule(pick=picks, takes=st.booleans())
    def answer_an_offer(self, pick, takes):
        if booking := self.live(pick, status="offered"):
            manager = ("", "") if pick % 2 else ("Mo", "mo@example.org")
            more = {"manager": manager} if takes else {}
            self.attempt(actions.accept if takes else actions.decline, booking, at=self.now, **more)

    @rule(pick=picks, agrees=st.booleans())
    def answer_as_manager(self, pick, agrees):
        rows = Approval.objects.order_by("pk")
        if rows:
            self.attempt(actions.answer_approval, rows[pick % len(rows)], agrees=agrees, at=self.now)

    @rule(pick=picks, number=person_numbers)
    def ask_a_colleague(self, pick, number):
        if booking := self.live(pick):
            self.attempt(actions.ask_colleague, booking, email=self.people[number].email, at=self.now)

    @rule(pick=picks)
    def ask_the_colleague_no_more(self, pick):
        if booking := self.live(pick):
            self.attempt(actions.withdraw_handover, booking, at=self.now)

    @rule(pick=picks, takes=st.booleans())
    def answer_as_colleague(self, pick, takes):
        rows = Handover.objects.order_by("pk")
        if rows:
            handover = rows[pick % len(rows)]
            colleague = User.objects.get(email=handover.colleague_email)
            self.attempt(actions.answer_handover, handover, takes=takes, practitioner=colleague, at=self.now)

    @rule(
        pick=picks,
        partstat=st.sampled_from(["accepted", "tentative", "declined", "declined"]),
        seconds=st.integers(-1, 3),
        is_old=st.booleans(),
        told=st.booleans(),
    )
    def answer_in_the_calendar(self, pick, partstat, seconds, is_old, told):
        if booking := self.live(pick):
            said = {"partstat": partstat, "sequence": max(0, booking.ical_sequence - is_old)}
            stamp = self.now + timedelta(seconds=seconds)
            reply = self.attempt(
                actions.note_reply, booking, **said, stamp=stamp, digest=uuid.uuid4().hex * 2, at=self.now
            )
            if reply and told:
                actions.told_of_decline(reply, told_at=self.now)

    @rule(pick=picks, keeps=st.booleans())
    def explain_a_decline(self, pick, keeps):
        rows = CalendarReply.objects.filter(partstat="declined").order_by("pk")
        if rows:
            verb = actions.keep_declined if keeps else actions.give_up_declined
            self.attempt(verb, rows[pick % len(rows)], at=self.now)

    @rule(pick=picks, number=person_numbers)
    def swap(self, pick, number):
        if booking := self.live(pick):
            self.attempt(
                actions.substitute,
                booking,
                practitioner=self.people[number],
                actor=self.organiser,
                source="organiser",
                at=self.now,
            )

    @rule(is_plain=st.booleans(), capacity=st.one_of(st.none(), st.integers(0, 6)))
    def resize(self, is_plain, capacity):
        self.attempt(event_actions.revise_session, self.session(is_plain).pk, at=self.now, capacity=capacity)

    @precondition(lambda self: "in_person_capacity" in QUEUE_FIELDS)
    @rule(at_the_venue=st.one_of(st.none(), st.integers(0, 4)), online=st.one_of(st.none(), st.integers(0, 4)))
    def resize_each_way(self, at_the_venue, online):
        ways = {"in_person_capacity": at_the_venue, "online_capacity": online}
        self.attempt(event_actions.revise_session, self.both_ways.pk, at=self.now, **ways)

    @rule(is_plain=st.booleans(), days=st.integers(0, 6))
    def close_booking(self, is_plain, days):
        session = self.session(is_plain)
        closes_at = session.starts_at - timedelta(days=days)
        self.attempt(event_actions.revise_session, session.pk, at=self.now, booking_closes_at=closes_at)

    @rule(quota=st.integers(0, 3))
    def change_the_sessions_own_policy(self, quota):
        set_session_policy(self.plain, organisation_quota=quota)
        actions.release_places(at=self.now)

    @rule(hours=st.sampled_from([1, 5, 30, 200]))
    def wait(self, hours):
        self.now += hours * HOUR
        actions.lapse_approvals(at=self.now)
        actions.lapse_handovers(at=self.now)
        actions.lapse_offers(at=self.now)
        actions.release_declined(at=self.now)
        actions.release_places(at=self.now)

    @rule(is_plain=st.booleans(), days=st.integers(1, 3))
    def move(self, is_plain, days):
        session = self.session(is_plain)
        later = timedelta(days=days)
        self.attempt(
            event_actions.reschedule_session,
            session.pk,
            starts_at=session.starts_at + later,
            ends_at=session.ends_at + later,
            at=self.now,
        )

    @precondition(lambda self: self.now > NOW)
    @rule(is_plain=st.booleans(), sure=st.integers(0, 5))
    def call_off(self, is_plain, sure):
        if sure == 0:
            self.attempt(event_actions.cancel_session, self.session(is_plain).pk, reason="Snow.", at=self.now)

    @invariant()
    def all_of_it_holds(self):
        if hasattr(self, "now"):
            assert invariants.faults(at=self.now) == []
            assert of_messages.faults(at=self.now) == []
            assert self.beyond_quotas() == []

    def beyond_quotas(self):
        """Whose places became more in the last step although they are more than the quota that holds now."""
        before, self.held, found = self.held, {}, []
        for session in map(self.session, (True, False)):
            counted = limits.limits_of(session, terms_of([session])[session.pk], at=self.now)
            policy, share = counted.policy, limits.sector_share(session, counted.policy)
            by_organisation = {
                ("organisation", pk): (n, policy.organisation_quota) for pk, n in counted.by_organisation.items()
            }
            by_sector = {("sector", pk): (n, share) for pk, n in counted.by_sector.items()}
            for key, (count, most) in (by_organisation | by_sector).items():
                self.held[session.pk, *key] = count
                grew = count > before.get((session.pk, *key), 0)
                if grew and counted.keeps and key[1] and most and count > most and not self.overrode:
                    found.append(f"session {session.pk}: {count} places of {key}, of {most}")
        self.overrode = False
        return found


BOUNDS = {
    "stateful_step_count": 30,
    "deadline": None,
    "derandomize": services.in_ci(),
    "suppress_health_check": list(HealthCheck),
}


@pytest.mark.django_db
def test_every_verb_in_any_order_then_all_of_it_holds():
    run_state_machine_as_test(Desk, settings=settings(max_examples=services.size(8, night=100), **BOUNDS))


# The controls: what the machine looks for is found where it is.


def hand_nothing_on(*_, **__):
    return [], []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("owner", "name", "broken"),
    [(waiting_list, "_first_in_line", hand_nothing_on), (limits.Limits, "why_not", lambda *_: None)],
)
def test_control_desk_that_is_broken_then_the_machine_finds_it(monkeypatch, owner, name, broken):
    monkeypatch.setattr(owner, name, broken)
    only_look = settings(max_examples=60, phases=[Phase.generate], database=None, **BOUNDS)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Desk, settings=only_look)


@pytest.mark.django_db
def test_place_that_nobody_hands_on_then_is_found_idle(monkeypatch):
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    make_queued(session=session)
    monkeypatch.setattr(waiting_list.policies, "may_promote", lambda *_, **__: False)
    actions.cancel(holder, at=NOW)
    monkeypatch.undo()

    assert [fault for fault in invariants.faults(at=NOW) if "idle" in fault]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "said"),
    [({"places_taken": 0}, "are taken"), ({"waiting": 2}, "who wait"), ({"capacity": None}, "idle")],
)
def test_counter_that_is_wrong_then_said(values, said):
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    make_queued(session=session)
    assert invariants.faults(at=NOW) == []

    Session.objects.filter(pk=session.pk).update(**values)

    assert [fault for fault in invariants.faults(at=NOW) if said in fault]


@pytest.mark.django_db
def test_limit_that_is_not_kept_then_said(monkeypatch):
    session = SessionFactory(format="hybrid", venue=VenueFactory(), capacity=4, in_person_capacity=1)
    monkeypatch.setattr(limits.Limits, "why_not", lambda *_: None)
    for _ in range(2):
        session.refresh_from_db()
        actions.book(session, practitioner=UserFactory(), at=NOW, mode="in_person")
    monkeypatch.undo()

    assert [fault for fault in invariants.faults(at=NOW) if "2 places in_person are taken of 1" in fault]


@pytest.mark.django_db
def test_whoever_is_overtaken_without_a_reason_then_said():
    session = SessionFactory(capacity=1)
    holder = make_booking(session=session)
    first, second = make_queued(session=session), make_queued(session=session)
    Booking.written.filter(pk=first.pk).update(queue_number=9)
    Session.objects.filter(pk=session.pk).update(queue_tail=9)
    actions.cancel(holder, at=NOW)
    assert Booking.objects.get(pk=second.pk).status == "offered"

    assert invariants.faults(at=NOW) == [
        f"booking {first.pk} waits, and booking {second.pk} behind it got a place",
    ]


@pytest.mark.django_db
def test_history_that_leads_elsewhere_then_said():
    booking = make_booking()
    Booking.written.filter(pk=booking.pk).update(status="substituted")

    assert [fault for fault in invariants.faults(at=NOW) if "its history ends at confirmed" in fault]

"""One mail of every kind there is, about invented people; for tests that look at all of them."""

import uuid
from datetime import timedelta
from functools import cache
from types import SimpleNamespace

from bookings import actions
from bookings.models import Booking
from events import actions as event_actions
from events.models import Session, Venue
from notifications import bulk, desk_mail, week_ahead
from notifications.models import Message
from people.models import Alarm, RoleGrant
from tests.bookings.calendar_replies import reply
from tests.bookings.desk import set_policy
from tests.bookings.feedback import settle
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    SessionFactory,
    TopicFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
    make_booking,
    make_queued,
)
from tests.notifications.mails import let_go, mail_of

LATER = NOW + timedelta(hours=1)
HOUR = timedelta(hours=1)


class Examples:
    """How each kind comes to be; the words that people typed can be others."""

    def __init__(self, **words):
        self.words = SimpleNamespace(
            **{
                "name": "Pat Sample",
                "title": "Sharing information with confidence",
                "note": "Bring a copy of your own agency’s policy.\nThe doors open ten minutes before.",
                "reason": "The trainer is ill.",
                "manager": "Mo Manager",
            }
            | words
        )
        self.partnership = PartnershipFactory(website="https://partnership.example.org/")
        self.person = UserFactory(name=self.words.name, email="pat.sample@example.org")
        set_policy(self.partnership)
        self.count = 0

    def session(self, **details):
        """A session that nobody has booked, at an hour of its own."""
        self.count += 1
        starts_at = START + timedelta(days=self.count // 4, hours=2 * (self.count % 4))
        whole = {"title": self.words.title, "practical_note": self.words.note, "format": "hybrid"} | details
        venue = None if whole["format"] == "online" else VenueFactory()
        week = WeekFactory()
        topic = TopicFactory(week=week)
        return SessionFactory(week=week, topic=topic, venue=venue, starts_at=starts_at, **whole)

    def policy(self, **values):
        """Let the partnership have another policy from now on."""
        set_policy(self.partnership, **values)

    def booked(self, **details):
        """A place."""
        return make_booking(session=self.session(**details), practitioner=self.person)

    def waiting(self, **details):
        """Somebody who waits, and who has the place."""
        session = self.session(capacity=1, **details)
        holder = make_booking(session=session)
        return make_queued(session=session, practitioner=self.person), holder

    def offered(self):
        """Somebody to whom a place is offered."""
        waiting, holder = self.waiting()
        actions.cancel(holder, at=NOW)
        return Booking.objects.get(pk=waiting.pk)

    def asked_for(self):
        """A booking that waits for the line manager."""
        self.policy(manager="asked", late_cancel_charge=5000)
        manager = (self.words.manager, "mo.manager@example.org")
        return actions.book(self.session(), practitioner=self.person, at=NOW, manager=manager)

    def confirmation(self):
        return self.booked()

    def waiting_list(self):
        return self.waiting()[0]

    def plan(self):
        self.policy()
        full = self.session(capacity=1, title="Toolkit tour")
        make_booking(session=full)
        sessions = [self.session(), self.session(title="Myth-busting panel", format="online"), full]
        fresh = [Session.objects.get(pk=session.pk) for session in sessions]
        actions.book_all(fresh, practitioner=self.person, plan=uuid.UUID(int=7), at=NOW, join_waiting_list=True)
        return Booking.objects.filter(practitioner=self.person).earliest("pk")

    def changed(self):
        booking = self.booked()
        let_go(booking, "confirmation")
        times = {"starts_at": booking.session.starts_at + HOUR, "ends_at": booking.session.ends_at + HOUR}
        event_actions.reschedule_session(booking.session_id, **times, at=LATER, reason=self.words.reason)
        return booking

    def cancelled(self):
        booking = self.booked()
        let_go(booking, "confirmation")
        event_actions.cancel_session(booking.session_id, reason=self.words.reason, at=LATER)
        return booking

    def date_cancelled(self):
        session = self.session()
        times = (session.starts_at + timedelta(days=2), session.ends_at + timedelta(days=2))
        event_actions.set_parts(session.pk, [event_actions.WantedPart(*times)], at=NOW)
        booking = make_booking(session=session, practitioner=self.person)
        let_go(booking, "confirmation")
        actions.cancel(booking, at=LATER, actor=self.person)
        return booking

    def place_offered(self):
        return self.offered()

    def offer_lapsing(self):
        return self.offered()

    def offer_lapsed(self):
        booking = self.offered()
        actions.lapse_offers(at=booking.offer_expires_at + HOUR)
        return booking

    def offer_declined(self):
        booking = self.offered()
        actions.decline(booking, at=LATER, actor=UserFactory(name="Lee Lead", organisation_name="Sample Trust"))
        return booking

    def approval_pending(self):
        return self.asked_for()

    def approval_asked(self):
        return self.asked_for()

    def not_approved(self):
        booking = self.asked_for()
        actions.answer_approval(booking.approval, agrees=False, at=LATER, reason=self.words.reason)
        return booking

    def manager_told(self):
        self.policy(manager="told")
        manager = (self.words.manager, "mo.manager@example.org")
        return actions.book(self.session(), practitioner=self.person, at=NOW, manager=manager)

    def asked(self):
        """A place that a colleague is asked to take."""
        booking = self.booked()
        handover = actions.ask_colleague(booking, email="kim.colleague@example.org", at=NOW, actor=booking.practitioner)
        return booking, handover

    def substitute_asked(self):
        return self.asked()[0]

    def handover_ended(self):
        booking, handover = self.asked()
        actions.answer_handover(handover, takes=False, at=LATER)
        return booking

    def given_away(self):
        booking = self.booked()
        let_go(booking, "confirmation")
        colleague = UserFactory(name="Kim Colleague", email="kim.colleague@example.org")
        actions.substitute(booking, practitioner=colleague, actor=self.person, source="self", at=LATER)
        return booking

    def diary(self):
        booking = self.booked()
        let_go(booking, "confirmation")
        actions.choose_diary(self.person, is_discreet=True, alarm=Alarm.HALF_HOUR, at=LATER)
        return booking

    def decline_asked(self):
        booking = self.booked()
        reply(booking)
        return booking

    def written(self, is_service):
        """A place on a session whose organisers wrote to everybody."""
        booking = self.booked()
        what = "Please use the car park behind the hall.\n\nThe front one is closed."
        letter = bulk.Letter(("confirmed",), "Where to park", what, is_service)
        bulk.write(booking.session, letter, key=uuid.uuid4(), seen=1, actor=self.person, at=NOW)
        return booking

    def bulk(self):
        return self.written(is_service=True)

    def news(self):
        return self.written(is_service=False)

    def reminder(self):
        return self.booked()

    def reminder_soon(self):
        return self.booked(format="online")

    def joining(self):
        booking = self.booked(access="Captions are on.", cameras="welcome", is_recorded=True)
        facts = {
            "access": "Ring at the side door.",
            "map_link": "https://maps.example.org/hall",
            "facilities": ["lift"],
        }
        Venue.objects.update(**facts)
        return booking

    def week_ahead(self):
        booking, _ = self.booked(), self.booked(title="Myth-busting panel", format="online")
        week_ahead.gather(at=Message.objects.filter(booking=booking, kind="reminder").earliest("due_at").due_at)
        return booking

    def came(self):
        """Somebody of whom the register says that they came."""
        booking = self.booked()
        settle(booking)
        return booking

    def thank_you(self):
        return self.came()

    def questions_reminder(self):
        self.policy(reminders=["3 days after at 09:00"])
        booking = self.came()
        let_go(booking, "thank_you")
        return booking

    def follow_up(self):
        return self.came()

    def desk_today(self):
        organiser = UserFactory(name=self.words.name, email="organiser@example.org")
        RoleGrant.objects.create(user=organiser, role="organiser", partnership=self.partnership)
        booking = self.booked(format="online")
        at = booking.session.starts_at - timedelta(days=1)
        desk_mail.write_mornings(at=at.replace(hour=6))

    def absence(self):
        self.policy(manager="told", absence_charge=5000)
        manager = (self.words.manager, "mo.manager@example.org")
        booking = actions.book(self.session(), practitioner=self.person, at=NOW, manager=manager)
        actions.close_register(booking.session, at=booking.session.ends_at + HOUR, actor=None, others_absent=True)
        return booking

    def absence_told(self):
        return self.absence()


@cache
def example(kind, **words):
    """Return the mail of one kind; ``words`` are what people typed: name, title, note, reason, manager.

    It is built once for all tests, which only read it; the rows it was built from are gone with the first.
    """
    return mail_of(getattr(Examples(**words), kind)(), kind)

"""What is true of every booking, and who may write one."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.models import AccessNeed, Booking, BookingChange
from bookings.querysets import WrittenElsewhere
from tests.factories import (
    NOW,
    OrganisationFactory,
    PartnershipFactory,
    SessionFactory,
    UserFactory,
    make_booking,
    make_queued,
)

pytestmark = pytest.mark.django_db


def violated(name):
    """Expect the named constraint, or the columns that SQLite names for a unique one."""
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("booking_queue_number_if_waitlisted", {"queue_number": 1}),
        ("booking_queue_number_if_waitlisted", {"status": "waitlisted"}),
        ("booking_cancelled_at_if_cancelled", {"cancelled_at": NOW}),
        ("booking_cancelled_at_if_cancelled", {"status": "cancelled"}),
        ("booking_cancelled_at_if_cancelled", {"cancelled_late": True}),
        ("booking_status_known", {"status": "maybe"}),
        ("booking_offer_expires_if_offered", {"status": "offered"}),
        ("booking_offer_expires_if_offered", {"offer_expires_at": NOW}),
        ("booking_mode_known", {"mode": "by post"}),
        ("booking_alarm_known", {"alarm": 7}),
    ],
)
def test_the_database_refuses_a_booking_that_contradicts_itself(name, values):
    booking = make_booking()
    with violated(name), transaction.atomic():
        Booking.written.filter(pk=booking.pk).update(**values)


def test_the_database_refuses_somebody_who_has_done_what_is_not_done():
    need = AccessNeed.written.add(booking=make_booking(), text="Captions, please.")
    with violated("access_need_done_by_somebody_once_done"), transaction.atomic():
        AccessNeed.written.filter(pk=need.pk).update(done_by=UserFactory())


def test_the_database_refuses_a_second_live_booking_of_a_person():
    booking = make_booking()
    with violated("booking_one_live_per_person_and_session|bookings_booking.session_id, bookings_booking.pract"):
        Booking.written.add(
            session=booking.session,
            practitioner=booking.practitioner,
            status="confirmed",
            cancel_free_until=NOW,
            email="a@example.org",
            name="A",
        )


def test_the_database_allows_a_live_booking_beside_an_ended_one():
    booking = make_booking()
    actions.cancel(booking, at=NOW)
    make_booking(session=booking.session, practitioner=booking.practitioner)
    assert Booking.objects.filter(practitioner=booking.practitioner).count() == 2


def test_the_database_refuses_two_people_in_one_place_of_the_queue():
    session = SessionFactory(capacity=1)
    make_booking(session=session)
    make_queued(session=session)
    second = make_queued(session=session)
    with violated("booking_queue_number_once|bookings_booking.session_id, bookings_booking.queue_number"):
        Booking.written.filter(pk=second.pk).update(queue_number=1)


def test_every_booking_constraint_is_named_in_a_test_of_this_file():
    source = Path(__file__).read_text()
    names = {c.name for model in (Booking, BookingChange) for c in model._meta.constraints}
    assert {name for name in names if name not in source} == set()


@pytest.mark.parametrize(
    "write",
    [
        lambda b: b.save(),
        lambda b: b.delete(),
        lambda b: Booking.objects.update(status="cancelled"),
        lambda b: Booking.objects.all().delete(),
        lambda b: Booking.objects.create(),
        lambda b: Booking.objects.bulk_create([b]),
        lambda b: b.session.bookings.create(),
        lambda b: b.session.bookings.update(status="cancelled"),
        lambda b: b.changes.first().save(),
        lambda b: b.changes.all().delete(),
    ],
)
def test_whoever_writes_a_booking_past_the_actions_is_refused(write):
    booking = make_booking()
    with pytest.raises(WrittenElsewhere):
        write(booking)
    assert Booking.objects.get().status == "confirmed"


def grant(user, role, **scope):
    user.role_grants.create(role=role, **scope)
    return user


def test_a_booking_is_visible_to_its_person_and_those_who_run_the_session():
    booking = make_booking()
    organiser = grant(UserFactory(), "organiser", partnership=PartnershipFactory())
    elsewhere = grant(UserFactory(), "organiser", partnership=PartnershipFactory(slug="isle-of-wight"))
    lapsed = UserFactory()
    lapsed.role_grants.create(role="organiser", partnership=PartnershipFactory(), expires_at=NOW)

    def sees(user):
        return Booking.objects.visible_to(user, at=NOW).filter(pk=booking.pk).count()

    assert sees(booking.practitioner) == 1
    assert sees(organiser) == 1
    assert (sees(elsewhere), sees(lapsed), sees(UserFactory())) == (0, 0, 0)


def test_an_agency_lead_sees_the_bookings_of_their_organisation_only():

    ours, other = OrganisationFactory(), OrganisationFactory(slug="other")
    mine = make_booking(practitioner=UserFactory(organisation=ours))
    make_booking(session=mine.session, practitioner=UserFactory(organisation=other))
    lead = grant(UserFactory(), "agency_lead", organisation=ours)
    assert list(Booking.objects.visible_to(lead, at=NOW)) == [mine]


def test_a_diary_entry_has_a_random_identity_on_our_domain(settings):
    first, second = make_booking(), make_booking()
    assert first.ical_uid != second.ical_uid
    assert first.ical_uid.startswith("booking-")
    assert first.ical_uid.endswith(f"@{settings.REPLY_DOMAIN}")
    assert first.organizer_email == settings.ORGANIZER_EMAIL


def test_history_is_kept_in_order_of_what_happened():
    booking = make_booking()
    actions.cancel(booking, at=NOW + timedelta(hours=1))
    assert [c.at for c in booking.changes.all()] == [NOW, NOW + timedelta(hours=1)]

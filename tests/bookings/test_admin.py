"""Bookings in the admin."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from bookings.models import Booking, BookingChange, FeedToken
from people.actions import grant_role
from tests.factories import (
    NOW,
    WEEK_STARTS,
    PartnershipFactory,
    SessionFactory,
    UserFactory,
    WeekFactory,
    make_booking,
    make_queued,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page(model, what, *args):
    return reverse(f"admin:bookings_{model._meta.model_name}_{what}", args=args)


def cancel(client, *bookings, **more):
    client.get("/admin/")  # shows what was said before
    chosen = {"action": "cancel", "_selected_action": [booking.pk for booking in bookings], **more}
    answer = client.post(page(Booking, "changelist"), chosen)
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_bookings_then_read_and_never_edited(organiser):
    booking = make_booking()

    shown = organiser.get(page(Booking, "change", booking.pk))

    assert shown.status_code == 200
    assert "Booked" in shown.content.decode()
    assert organiser.post(page(Booking, "change", booking.pk), {"status": "cancelled"}).status_code == 403
    assert organiser.get(page(Booking, "add")).status_code == 403
    assert organiser.post(page(Booking, "delete", booking.pk), {"post": "yes"}).status_code == 403
    assert organiser.get(page(BookingChange, "changelist")).status_code == 200
    assert Booking.objects.get().status == "confirmed"


def test_cancelling_then_by_the_one_verb_with_actor_and_reason(organiser):
    session = SessionFactory(capacity=1)
    booking, waiting = make_booking(session=session), make_queued(session=session)

    assert cancel(organiser, booking, reason="Moved away") == ["Cancelled: 1."]

    change = BookingChange.objects.filter(booking=booking).last()
    assert (change.verb, change.reason, change.actor.email) == ("cancelled", "Moved away", "organiser@example.org")
    assert Booking.objects.get(pk=waiting.pk).status == "offered"


def test_cancelling_after_the_start_then_said_as_a_message(organiser, clock):
    booking = make_booking(session=SessionFactory(starts_at=NOW + timedelta(hours=1)))
    clock.move_to(NOW + timedelta(hours=1))

    assert "can no longer be cancelled" in cancel(organiser, booking)[0]
    assert Booking.objects.get().status == "confirmed"


def test_bookings_of_another_partnerships_sessions_then_out_of_sight_and_reach(organiser):
    booking = make_booking(session=SessionFactory(host=PartnershipFactory(slug="isle-of-wight")))

    assert organiser.get(page(Booking, "change", booking.pk)).status_code == 302
    assert cancel(organiser, booking) == []
    assert Booking.objects.get().status == "confirmed"
    listed = organiser.get(page(BookingChange, "changelist")).content.decode()
    assert booking.name not in listed


def test_filter_by_week_then_names_no_week_of_others(organiser):
    mine, next_year = WeekFactory(), WeekFactory(slug="next-year", starts_on=WEEK_STARTS + timedelta(weeks=52))
    theirs = WeekFactory(slug="theirs", title="Not yet told", state="draft", starts_on=WEEK_STARTS + timedelta(weeks=1))
    for week in (mine, next_year):
        make_booking(session=SessionFactory(week=week))
    make_booking(session=SessionFactory(week=theirs, host=PartnershipFactory(slug="isle-of-wight")))

    shown = organiser.get(page(Booking, "changelist")).content.decode()

    assert f'?session__week__id__exact={mine.pk}"' in shown
    assert "Not yet told" not in shown


def test_feed_addresses_then_an_administrator_closes_them_and_sees_no_secret(client):
    user = UserFactory(email="administrator@example.org")
    grant_role(user, "administrator", at=NOW)
    client.force_login(user)
    secret = FeedToken.issue(UserFactory())
    token = FeedToken.objects.get()

    shown = client.get(page(FeedToken, "change", token.pk)).content.decode()
    client.post(page(FeedToken, "changelist"), {"action": "revoke", "_selected_action": [token.pk]})

    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert secret not in shown
    assert token.digest not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_bookings_then_as_many_queries_for_one_as_for_three(organiser, count, django_assert_num_queries):
    for _ in range(count):
        make_booking(session=SessionFactory())

    with django_assert_num_queries(10):
        organiser.get(page(Booking, "changelist"))

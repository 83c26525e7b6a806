"""People with a place, whose confirmations or reminders are due.

Run as a program it fills or reads the database that DATABASE_URL names: `python -m tests.faults.recipients fill 20`.
"""

import json
import sys
from datetime import timedelta


def book(names):
    """Book a place for everybody named, on a session two weeks ahead; return their confirmations, which are due."""
    from django.utils import timezone  # noqa: PLC0415 - also where the program runs

    from notifications.models import Message  # noqa: PLC0415
    from tests.factories import SessionFactory, UserFactory, make_booking  # noqa: PLC0415

    now = timezone.now()
    session = SessionFactory(starts_at=now + timedelta(days=14), capacity=None)
    people = [UserFactory(email=f"{name}@example.org") for name in names]
    made = [make_booking(session=session, practitioner=person, at=now - timedelta(seconds=1)) for person in people]
    found = Message.objects.filter(booking__in=[booking.pk for booking in made], kind="confirmation")
    return list(found.select_related("booking").order_by("pk"))


def remind(count):
    """Give so many people a place, and let a reminder be due for each; return the reminders."""
    from copy import copy  # noqa: PLC0415

    from bookings.models import Booking  # noqa: PLC0415
    from bookings.models.booking import new_uid  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415

    first = book(["first"])[0].booking
    names = [f"reader{n}@example.org" for n in range(count)]
    people = User.objects.bulk_create(User(email=name, address_key=name, name="Reader") for name in names)
    bookings = []
    for person in people:
        booking = copy(first)
        booking.pk, booking.practitioner, booking.email, booking.ical_uid = None, person, person.email, new_uid()
        booking._state = copy(first._state)
        bookings.append(booking)
    bookings = Booking.written.bulk_create(bookings)
    row = Message.objects.filter(booking=first, kind="reminder").latest("due_at")
    Message.objects.all().update(status="cancelled")
    return Message.objects.bulk_create(
        Message(
            booking=booking,
            kind=row.kind,
            occurrence=row.occurrence,
            message_id=f"<{booking.pk}.reminder@example.org>",
            due_at=row.created_at,
            expires_at=row.expires_at,
        )
        for booking in bookings
    )


def rows():
    """Return every confirmation as (Message-ID, status)."""
    from notifications.models import Message  # noqa: PLC0415

    return list(Message.objects.filter(kind="confirmation").order_by("pk").values_list("message_id", "status"))


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "fill":
        book([f"{sys.argv[3]}{n}" for n in range(int(sys.argv[2]))])
    print(json.dumps(rows()))  # noqa: T201 - the program's answer

"""People with a place, whose confirmations or reminders are due.

Run as a program it works on the database that DATABASE_URL names, in the order of its arguments, such as
`python -m tests.faults.recipients migrate fill 20 reader drain`; what the commands say goes to standard error, and the
rows are the answer.
"""

import json
import sys
from datetime import timedelta


def book(names):
    """Book a place for everybody named, on one session two weeks ahead; return their confirmations, which are due."""
    from django.utils import timezone  # noqa: PLC0415 - also where the program runs

    from events.models import Session  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415
    from tests.factories import SessionFactory, UserFactory, make_booking  # noqa: PLC0415

    now = timezone.now()
    session = Session.objects.filter(starts_at__gt=now).first()
    session = session or SessionFactory(starts_at=now + timedelta(days=14), capacity=None)
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


def work(words):
    """Do one thing after the other: `fill` takes how many and their name, everything else is a command."""
    from django.core.management import call_command  # noqa: PLC0415

    words = iter(words)
    for word in words:
        if word == "fill":
            count, name = int(next(words)), next(words)
            book([f"{name}{n}" for n in range(count)])
        elif word == "release":
            call_command("outbox", "release", set_aside=True, stdout=sys.stderr)
        elif word == "forget-home":
            from notifications.models import OutboxState  # noqa: PLC0415 - after setup

            OutboxState.objects.all().delete()
        else:
            call_command(word, verbosity=0, stdout=sys.stderr)


if __name__ == "__main__":
    import django

    django.setup()
    work(sys.argv[1:])
    print(json.dumps(rows()))  # noqa: T201 - the program's answer

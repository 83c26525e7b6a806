"""Writing the row of a booking: how it begins, how it gets a place, how it ends. The callers hold the locks."""

from datetime import datetime
from typing import Any, Final

from bookings import policies
from bookings.actions.access import note_need
from bookings.models import Booking, Terms
from bookings.models.booking import organizer_of
from bookings.states import HOLDING, Status
from events.models import Session
from people.models import User

NOT_OF_MANAGERS: Final = {field.name for field in Booking._meta.fields} - {"manager_name", "manager_email"}


def lock_person(practitioner: User) -> None:
    """Lock the row of whoever gets a place, so that two tabs settle in turn; always before a session's.

    What their diary is to show is read with it: it may have been chosen in the other tab.
    """
    rows = User.objects.select_for_update(no_key=True, of=("self",)).order_by().values_list("is_discreet", "alarm")
    practitioner.is_discreet, practitioner.alarm = rows.get(pk=practitioner.pk)


def insert(  # noqa: PLR0913 - a booking begins with this much
    session: Session,
    practitioner: User,
    terms: Terms,
    *,
    status: Status,
    created_at: datetime,
    need: str = "",
    **values: Any,
) -> Booking:
    """Insert a booking with what is true of the person and of the rules now, and what would help them.

    Raises IntegrityError when they have a live one.
    """
    organisation = practitioner.organisation
    booking: Booking = Booking.written.add(
        session=session,
        practitioner=practitioner,
        status=status,
        created_at=created_at,
        cancel_free_until=policies.cancel_free_until(session, terms.policy),
        policy=terms.policy.as_dict(),
        email=practitioner.email,
        name=practitioner.get_full_name(),
        organisation_name=practitioner.organisation_name,
        organisation=organisation,
        sector_id=organisation.sector_id if organisation else None,
        job_role=practitioner.job_role,
        ical_stamp=created_at,
        organizer_email=organizer_of(terms.sender),
        is_discreet=practitioner.is_discreet,
        alarm=practitioner.alarm,
        **values,
    )
    if need:
        note_need(booking, text=need, at=created_at)
    return booking


def line_manager(name: str, email: str) -> tuple[str, str]:
    """Return a line manager's name and address, which go into mails; ValidationError for what no mail can carry."""
    Booking(manager_name=name, manager_email=email).clean_fields(exclude=NOT_OF_MANAGERS)
    return name, email


def move_on(booking: Booking, status: Status, *, at: datetime, offer_expires_at: datetime | None = None) -> None:
    """Bring a live booking into another live state: it leaves the queue, or an offer or a question is answered."""
    booking.status, booking.queue_number, booking.offer_expires_at = status, None, offer_expires_at
    booking.ical_stamp = max(booking.ical_stamp, at)  # the instant may have been taken before a wait for the lock
    Booking.written.filter(pk=booking.pk).update(
        status=status, queue_number=None, offer_expires_at=offer_expires_at, ical_stamp=booking.ical_stamp
    )


def end_booking(booking: Booking, status: Status, *, at: datetime, cancelled_late: bool = False) -> None:
    """Write a booking's end; the diary entry of somebody who had a place gets its next number."""
    booking.ical_sequence += booking.status == Status.CONFIRMED
    booking.ical_stamp = max(booking.ical_stamp, at)
    booking.status, booking.queue_number, booking.offer_expires_at = status, None, None
    booking.cancelled_at = at if status == Status.CANCELLED else None
    booking.cancelled_late = cancelled_late
    Booking.written.filter(pk=booking.pk).update(
        status=status,
        cancelled_at=booking.cancelled_at,
        cancelled_late=cancelled_late,
        queue_number=None,
        offer_expires_at=None,
        ical_sequence=booking.ical_sequence,
        ical_stamp=booking.ical_stamp,
    )


def free_place(session: Session, before: Status) -> None:
    """Count what a booking that ended had: a place or a place in the queue. `promote` stores the counters."""
    if before in HOLDING:
        session.places_taken -= 1
    else:
        session.waiting -= 1

"""What programs read and write about bookings."""

from typing import Any

from rest_framework import serializers

from bookings.models import Booking
from bookings.states import Status
from people.api.fields import Body, EmailAddress, Identifier, Line, Name
from people.api.serializers import site_address

MANAGER_HELP = "The line manager, where the session's policy asks or tells them; null: there is none."


class PractitionerAnswer(serializers.Serializer[Any]):
    """Who is booked, as they were on the day they were."""

    email = serializers.EmailField()
    name = serializers.CharField()
    organisation = serializers.CharField(allow_blank=True)
    job_role = serializers.CharField(allow_blank=True)


class BookingAnswer(serializers.Serializer[Booking]):
    """A booking."""

    id = serializers.IntegerField()
    session = serializers.IntegerField(help_text="The session's id.")
    practitioner = PractitionerAnswer()
    status = serializers.ChoiceField(Status.choices)
    waiting_list_position = serializers.IntegerField(allow_null=True, help_text="1 for the next; null: not waiting.")
    cancel_free_until = serializers.DateTimeField(help_text="Cancelling later is recorded as late.")
    cancelled_late = serializers.BooleanField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    html_url = serializers.URLField()

    def to_representation(self, instance: Booking) -> dict[str, Any]:
        """Return plain values; the row comes with its session, and with ``position`` unless it is to be asked for."""
        zone = instance.session.tzinfo
        cancelled_at = instance.cancelled_at
        return {
            "id": instance.pk,
            "session": instance.session_id,
            "practitioner": {
                "email": instance.email,
                "name": instance.name,
                "organisation": instance.organisation_name,
                "job_role": instance.job_role,
            },
            "status": instance.status,
            "waiting_list_position": _position(instance),
            "cancel_free_until": instance.cancel_free_until.astimezone(zone).isoformat(),
            "cancelled_late": instance.cancelled_late,
            "cancelled_at": cancelled_at.astimezone(zone).isoformat() if cancelled_at else None,
            "created_at": instance.created_at.astimezone(zone).isoformat(),
            "html_url": site_address(instance.get_absolute_url()),
        }


def _position(booking: Booking) -> int | None:
    """Return the place in the queue; asks the database only for somebody who waits and whose place is not at hand."""
    if booking.status != Status.WAITLISTED:
        return None
    if not hasattr(booking, "position"):
        return int(Booking.objects.with_position().get(pk=booking.pk).position)
    return int(booking.position)


class PractitionerBody(Body):
    """Who is to be booked; what is known of them already is not changed."""

    email = EmailAddress(
        required=False,
        help_text="Organisers may leave it out for somebody who has none; such a person is new each time.",
    )
    name = Name(required=False, allow_blank=True, help_text="Needed where no address is given.")
    organisation = Line(required=False, allow_blank=True, help_text="Its name, as people write it.")
    job_role = Line(required=False, allow_blank=True)


class ManagerBody(Body):
    """A line manager."""

    name = Line(required=False, allow_blank=True, default="")
    email = EmailAddress()


class AcceptBody(Body):
    """What is said with accepting a place."""

    manager = ManagerBody(required=False, allow_null=True, help_text=MANAGER_HELP)


class SubstituteBody(Body):
    """Who is to have the place."""

    practitioner = PractitionerBody()


class NewBookingBody(Body):
    """A place on a session, for oneself or for somebody within one's reach."""

    session = Identifier()
    practitioner = PractitionerBody(required=False)
    join_waiting_list = serializers.BooleanField(required=False, default=True)
    mode = serializers.ChoiceField(
        Booking.Mode.choices, required=False, help_text="How they take part in a session that is joined both ways."
    )
    manager = ManagerBody(required=False, allow_null=True, help_text=MANAGER_HELP)


class CancelBody(Body):
    """Why a place is given up."""

    reason = Line(required=False, allow_blank=True, default="", max_length=400)

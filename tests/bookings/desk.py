"""What the tests of the booking desk set up: policies, and what is counted afterwards."""

from bookings.models import PartnershipPolicy, SessionPolicy
from events.models import Session
from tests.factories import PartnershipFactory


def set_policy(partnership=None, **values):
    """Give a partnership a new version of its policy."""
    partnership = partnership or PartnershipFactory()
    version = partnership.policies.count() + 1
    return PartnershipPolicy.objects.create(partnership=partnership, version=version, values=values)


def set_session_policy(session, **values):
    """Give a session what it has otherwise."""
    return SessionPolicy.objects.update_or_create(session=session, defaults={"values": values})[0]


def counters(session):
    """Places taken and people waiting, as stored."""
    return tuple(Session.objects.values_list("places_taken", "waiting").get(pk=session.pk))


def verbs(booking):
    """What was done to a booking, in order."""
    return list(booking.changes.values_list("verb", flat=True))

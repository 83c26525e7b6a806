"""For whom somebody may book; the API and the pages ask here."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied

from bookings.models import Booking
from events.models import Session
from people.actions import person_with, person_without_address
from people.addresses import address_key, has_no_address
from people.models import Organisation, User
from people.organisations import named
from people.permissions import granted_organisations, led_organisations, organises

ADDRESS_NEEDED = "Write the person's email address; only organisers of the session book people who have none."
BEYOND_REACH = "You may book for yourself, for people of an organisation you lead, or on sessions you organise."
ACCOUNT_CLOSED = "This person's account is closed, so they cannot be booked."


def practitioner_for(
    session: Session, details: Mapping[str, str], *, actor: User, at: datetime, only_as_lead: bool = False
) -> tuple[User, Booking.Source]:
    """Return the person to be booked, made if they are new, and as whom the actor books them.

    Everybody may name themselves, organisers of a hosting partnership anybody, agency leads the people of their
    organisations and their parts. ``only_as_lead`` leaves out what the actor may as an organiser. Raises
    PermissionDenied beyond that, whether the person is known or not.
    """
    email = details.get("email", "")
    if email and _is_own(email, actor):
        return person_with(actor.email, details=details), Booking.Source.SELF
    if not only_as_lead and (actor.is_superuser or organises(actor, session.hosts.all(), at=at)):
        person = person_with(email, details=details) if email else _without_address(session, details)
        return _open_to_booking(person), Booking.Source.ORGANISER
    if not email:
        raise PermissionDenied(ADDRESS_NEEDED)
    organisation = _led_organisation(details, actor=actor, at=at)
    person = person_with(email, details=details, organisation=organisation)
    return _open_to_booking(person), Booking.Source.AGENCY_LEAD


def person_at_the_door(session: Session, details: Mapping[str, str]) -> User:
    """Return whoever turns up at a session: by address, or by the name of somebody on it; made if they are new.

    Raises ValidationError for no name of somebody new, and PermissionDenied for an account that is closed.
    """
    if email := details.get("email", ""):
        return _open_to_booking(person_with(email, details=details))
    there = Booking.objects.live().filter(session=session, name__iexact=details.get("name", "").strip())
    named_so = list(there.select_related("practitioner")[:2])
    return named_so[0].practitioner if len(named_so) == 1 else _without_address(session, details)


def _is_own(email: str, actor: User) -> bool:
    """Say whether an address is the actor's, however it is written; another's very address is not."""
    if address_key(email) != actor.address_key:
        return email == actor.email
    return email == actor.email or User.objects.known_as(email) == actor


def _without_address(session: Session, details: Mapping[str, str]) -> User:
    """Return a new person who has no address, or the one of that name and organisation who is on the session.

    So a form that is sent twice books once. Raises ValidationError where no name is given.
    """
    there = Booking.objects.live().filter(
        session=session,
        name__iexact=details.get("name", "").strip(),
        organisation_name__iexact=details.get("organisation", ""),
    )
    for booking in there.select_related("practitioner"):
        if has_no_address(booking.practitioner.email):
            found: User = booking.practitioner
            return found
    return person_without_address(details.get("name", ""), details.get("organisation", ""), details.get("job_role", ""))


def _led_organisation(details: Mapping[str, str], *, actor: User, at: datetime) -> Organisation:
    """Return which of the led organisations the person works for; raises PermissionDenied for none.

    Somebody new of whom nothing is said works for the one organisation that the actor's grant names.
    """
    person = User.objects.known_as(details["email"])
    if person is not None:
        organisation_id = person.organisation_id
    elif written := details.get("organisation"):
        organisation = named(written)
        organisation_id = organisation.pk if organisation else None
    else:
        granted = list(granted_organisations(actor, at=at)[:2])
        organisation_id = granted[0].pk if len(granted) == 1 else None
    found = led_organisations(actor, at=at).filter(pk=organisation_id).first() if organisation_id else None
    if found is None:
        raise PermissionDenied(BEYOND_REACH)
    return found


def _open_to_booking(person: User) -> User:
    """Return the person; raises PermissionDenied for one whose account is closed."""
    if not person.is_active:
        raise PermissionDenied(ACCOUNT_CLOSED)
    return person

"""Change a venue, and with it the diaries of those who are to come there."""

from datetime import datetime
from typing import Any

from events.actions.sessions import write_revised
from events.contention import once_more
from events.models import Session, Venue
from events.revision import one_revision


@once_more
def revise_venue(venue: Venue, *, at: datetime, **changes: Any) -> Venue:
    """Change fields of a venue; everybody booked on a coming session there gets the new name or address.

    Takes model fields by name, and returns the venue as it is then stored; what is set on the object that was
    handed over is not looked at. The published sessions that start after the instant, and are held there, are
    locked in order of id before anything is written; where the line that diaries show has changed, each is
    revised and announced as a change of its place. Raises ValidationError from the model, and Busy when a row
    could not be had; nothing is written then. Repeating a change does nothing.
    """
    with one_revision():
        coming = Session.objects.filter(venue=venue.pk, state=Session.State.PUBLISHED, starts_at__gt=at)
        sessions: list[Session] = coming.select_related("week").locked_in_order()
        venue = Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        changed = [name for name, value in changes.items() if getattr(venue, name) != value]
        if not changed:
            return venue
        before = venue.one_line
        for name in changed:
            setattr(venue, name, changes[name])
        venue.full_clean()
        venue.save(update_fields=changed)
        if venue.one_line != before:
            for session in sessions:
                session.venue = venue
                write_revised(session, (), {"venue": (before, venue.one_line)}, at=at)
    return venue

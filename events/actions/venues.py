"""Make and change venues and their rooms, and with them the diaries of those who are to come there."""

from datetime import datetime
from typing import Any

from events.actions.naming import insert_named
from events.actions.sessions import write_revised
from events.contention import once_more
from events.errors import RoomInUse
from events.models import Room, Session, Venue
from events.revision import one_revision


@once_more
def create_venue(**fields: Any) -> Venue:
    """Make a venue from model fields by name; its slug comes from its name.

    Raises ValidationError from the model, and Busy; nothing is written then.
    """
    with one_revision():
        venue = Venue(**fields)
        insert_named(venue)
    return venue


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
        coming = Session.objects.filter(venue=venue.pk).told_of_changes(at=at)
        sessions: list[Session] = coming.select_related("week", "room").locked_in_order()
        venue = Venue.objects.select_for_update(no_key=True).get(pk=venue.pk)
        before = venue.one_line
        if _write(venue, changes) and venue.one_line != before:
            for session in sessions:
                session.venue = venue
                write_revised(session, (), {"venue": (before, venue.one_line)}, at=at)
    return venue


@once_more
def add_room(venue: Venue, *, name: str, seats: int | None = None) -> Room:
    """Add a room to a venue. Raises ValidationError from the model, also where the venue has one of this name."""
    with one_revision():
        room = Room(venue=venue, name=name, seats=seats)
        room.full_clean()
        room.save()
    return room


@once_more
def revise_room(room: Room, *, at: datetime, **changes: Any) -> Room:
    """Change the name or the seats of a room; everybody booked on a coming session there gets the new name.

    Locks, tells and raises as `revise_venue` does.
    """
    with one_revision():
        coming = Session.objects.filter(room=room.pk).told_of_changes(at=at)
        sessions: list[Session] = coming.select_related("week", "venue").locked_in_order()
        room = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        before = room.name
        if _write(room, changes) and room.name != before:
            for session in sessions:
                session.room = room
                write_revised(session, (), {"room": (before, room.name)}, at=at)
    return room


@once_more
def remove_room(room: Room) -> None:
    """Remove a room that no session names, past ones among them.

    The row is locked against sessions that would name it meanwhile. Raises RoomInUse, and Busy when the row
    could not be had. A room that is gone already is no fault.
    """
    with one_revision():
        found = Room.objects.select_for_update().filter(pk=room.pk).first()
        if found is None:
            return
        if found.sessions.exists():
            raise RoomInUse
        found.delete()


def _write(row: Venue | Room, changes: dict[str, Any]) -> bool:
    """Check and store what differs on a locked row; say whether anything does."""
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    if changed:
        row.full_clean()
        row.save(update_fields=changed)
    return bool(changed)

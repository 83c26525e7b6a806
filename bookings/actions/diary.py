"""What somebody's diary is to show of their places, and when it rings."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.fields import DateTimeField
from django.db.models.functions import Greatest

from bookings.actions.history import change_of, record
from bookings.actions.places import lock_person
from bookings.models import Booking
from bookings.states import Status, Verb
from events.contention import once_more
from people.models import Alarm, User


@once_more
def choose_diary(person: User, *, is_discreet: bool, alarm: Alarm, at: datetime) -> int:
    """Store what a person's diary is to show, on all their bookings too; return how many entries to come change.

    Another title is another state of each entry of a place, which gets its next number; whoever has places to come
    is sent these anew. An alarm belongs to the person's own program, so it holds from the next invitation on and
    sends none. Choosing the same twice does nothing. Locks the person and their bookings; ``at`` is aware. Raises
    Busy when they could not be had.
    """
    with transaction.atomic():
        lock_person(person)
        User.objects.filter(pk=person.pk).update(is_discreet=is_discreet, alarm=alarm)
        person.is_discreet, person.alarm = is_discreet, alarm
        theirs = Booking.written.filter(practitioner=person)
        theirs.exclude(alarm=alarm).update(alarm=alarm)
        places = _places_to_rename(person, is_discreet=is_discreet)
        theirs.filter(pk__in=[place.pk for place in places]).update(
            ical_sequence=F("ical_sequence") + 1,
            ical_stamp=Greatest(F("ical_stamp"), Value(at, output_field=DateTimeField())),
        )
        theirs.exclude(is_discreet=is_discreet).update(is_discreet=is_discreet)
        coming = [place for place in places if place.session.over_at > at]
        for place in coming:
            change = change_of(place, Verb.ENTRY_CHOSEN, from_status=Status.CONFIRMED, at=at, actor=person)
            record(place.session, [change], at=at)
        return len(coming)


def note_diary_file(booking: Booking, *, at: datetime) -> None:
    """Store when somebody first takes the file with the entries of their place; later times change nothing.

    Whoever has it in their diary is sent a cancellation when the place ends, also where no invitation went.
    """
    if booking.diary_file_at is None:
        Booking.written.filter(pk=booking.pk, diary_file_at__isnull=True).update(diary_file_at=at)


def _places_to_rename(person: User, *, is_discreet: bool) -> list[Booking]:
    """Return the person's places whose entries say something else, locked, with the number that each is to have."""
    rows = Booking.objects.confirmed().filter(practitioner=person).exclude(is_discreet=is_discreet)
    places = list(rows.select_related("session").select_for_update(no_key=True, of=("self",)).order_by("pk"))
    for place in places:
        place.is_discreet = is_discreet
        place.ical_sequence += 1
    return places

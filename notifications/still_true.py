"""Whether a message is still to go: asked when it is written, and once more with its booking locked before it goes."""

from bookings.models import Booking, BookingChange
from bookings.states import Status, Verb
from notifications import afterwards, bulk
from notifications.choices import is_switched_off
from notifications.kinds import AFTERWARDS, AHEAD_OF_START, RULES, Kind
from notifications.models import Message
from notifications.readers import NoLongerTrue
from notifications.reminder_rows import why_untrue
from notifications.revisions import invited, told, untold


def refuse_untrue(message: Message, booking: Booking) -> None:
    """Raise NoLongerTrue where nobody can be told, and where the booking or the session has moved on."""
    kind = Kind(message.kind)
    if Status(booking.status) not in RULES[kind].statuses:
        raise NoLongerTrue(f"The booking is {booking.get_status_display().lower()}.")
    if why := _why_untrue(message, booking):
        raise NoLongerTrue(why)
    if is_switched_off(booking.practitioner_id, kind):
        raise NoLongerTrue("The person has switched these messages off.")
    if kind == Kind.MANAGER_TOLD:
        _refuse_untrue_to_manager(message, booking)
    if kind in {Kind.CHANGED, Kind.DIARY} and message.change and booking.status == Status.CONFIRMED:
        _refuse_outdone(message, message.change, booking)


def _refuse_outdone(message: Message, change: BookingChange, booking: Booking) -> None:
    """Raise NoLongerTrue where a later change of the same sort is told instead, or the person knows it already.

    Another title in the diary is no news of the session, so a mail about it stands for none about that.
    """
    if _is_still_to_confirm(booking):
        raise NoLongerTrue("The confirmation is still to go, and tells it as it is now.")
    later = BookingChange.objects.filter(booking=booking, verb=change.verb, sequence__gt=change.sequence)
    if later.filter(from_status=Status.CONFIRMED).exists():
        raise NoLongerTrue("A later change is told instead.")
    knows = invited(booking) if message.kind == Kind.DIARY else told(booking)
    if knows.filter(sequence__gte=change.sequence).exclude(pk=message.pk).exists():
        raise NoLongerTrue("The invitation went out with this change already.")
    if message.kind == Kind.CHANGED and not untold(message, booking):
        raise NoLongerTrue("Everything is again as the person knows it.")


def _is_still_to_confirm(booking: Booking) -> bool:
    """Say whether the confirmation of a place is yet to pass its last look; what is urgent overtakes it."""
    waits = (Message.Status.PENDING, Message.Status.CLAIMED)
    return Message.objects.filter(booking=booking, kind=Kind.CONFIRMATION, status__in=waits).exists()


def _why_untrue(message: Message, booking: Booking) -> str:
    """Return why what hangs on a start and not on a change is not to go any more; empty where it is."""
    if message.kind in AHEAD_OF_START:
        return why_untrue(message, booking.session)
    if message.kind in {Kind.BULK, Kind.NEWS}:
        return bulk.why_untrue(message, booking)
    return afterwards.why_untrue(message, booking) if message.kind in AFTERWARDS else ""


def _refuse_untrue_to_manager(message: Message, booking: Booking) -> None:
    """Raise NoLongerTrue where the place is gone since, or where its end would be the first that they hear of it."""
    is_there = message.change is not None and message.change.to_status == Status.CONFIRMED
    if is_there != (booking.status == Status.CONFIRMED):
        raise NoLongerTrue("The booking has moved on.")
    told = Message.objects.filter(booking=booking, kind=Kind.MANAGER_TOLD, risky__gt=0).exclude(pk=message.pk)
    if message.change and message.change.verb == Verb.REVISED:
        told = told.filter(sent_at__lt=message.change.at)  # whoever hears of the place later reads the new time there
        if not told.exists():
            raise NoLongerTrue("The line manager knows of no other time.")
    elif not is_there and not told.exists():
        raise NoLongerTrue("The line manager was not told of the place.")

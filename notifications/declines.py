"""Places that people declined in their calendars: given up only once they were told, and had time to say otherwise."""

from bookings import actions
from bookings.models import CalendarReply
from notifications.kinds import Kind
from notifications.models import Message
from notifications.readers import reply_of


def start_releases() -> int:
    """Let the time to keep a place run from when the mail about it went out; return for how many it began.

    Where the mail did not go, or perhaps did, the place stays with the person.
    """
    waiting = CalendarReply.objects.filter(releases=True, release_at__isnull=True, answer=CalendarReply.Answer.OPEN)
    told = Message.objects.filter(
        kind=Kind.DECLINE_ASKED, sent_at__isnull=False, booking__in=waiting.order_by().values("booking")
    )
    count = 0
    for message in told.select_related("change").order_by("pk"):
        reply = reply_of(message.change)
        if reply is not None and message.sent_at is not None:
            count += actions.told_of_decline(reply, told_at=message.sent_at)
    return count

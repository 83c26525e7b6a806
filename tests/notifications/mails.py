"""What the tests of mails read: the newest message of a kind, as a mail program shows it."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import icalendar

from notifications import messages
from notifications.kinds import AHEAD_OF_START
from notifications.models import Message
from tests.factories import NOW

SIGNED = re.compile(r":[A-Za-z0-9_-]{43}\b")  # the end of every link that opens something without signing in


def row_of(booking, kind):
    """Return the newest message of a kind about a booking."""
    return Message.objects.filter(booking=booking, kind=kind).latest("pk")


def read(message):
    """Build a message and read it as a mail program would."""
    return message_from_bytes(messages.build(message).content, _class=EmailMessage, policy=default)


def mail_of(booking, kind):
    """Return the newest mail of a kind."""
    return read(row_of(booking, kind))


def words_of(mail):
    """Return a mail's plain words, on one line."""
    words = mail.get_body(("plain",)).get_content()
    return " ".join(words.split())


def html_of(mail):
    """Return a mail's HTML."""
    return mail.get_body(("html",)).get_content()


def entry_of(mail):
    """Return the diary entry that a mail carries, or None."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    calendar = icalendar.Calendar.from_ical(parts[0].get_content())
    assert calendar["METHOD"] == parts[0].get_param("method")
    return calendar


def let_go(booking, kind):
    """Let the newest message of a kind have gone out, as the worker records it."""
    message = row_of(booking, kind)
    built = messages.build(message)
    Message.objects.filter(pk=message.pk).update(status="sent", risky=1, sequence=built.sequence, sent_at=NOW)
    return message_from_bytes(built.content, _class=EmailMessage, policy=default)


def states(booking):
    """Return each message about a booking but its reminders, with where it stands."""
    rows = Message.objects.filter(booking=booking).exclude(kind__in=AHEAD_OF_START)
    return sorted(rows.values_list("kind", "status"))

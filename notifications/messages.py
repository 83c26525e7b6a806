"""A row of the outbox becomes a mail: what is true now, in words, as HTML and as a diary entry."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

from notifications.desk_mail import DeskFacts
from notifications.facts import Facts, booking_of, facts_of, spoken_of
from notifications.headers import HEADERS, mailbox, refuse_unsafe, text_words
from notifications.invitations import invitation
from notifications.kinds import OF_SEVERAL, OFFER_LAPSES_SOON, RULES, Kind
from notifications.models import Message
from notifications.readers import NoLongerTrue
from notifications.rendering import render
from people.text import normal_email

__all__ = ["Facts", "Mail", "NoLongerTrue", "booking_of", "build", "facts_of", "spoken_of"]


@dataclass(frozen=True)
class Mail:
    """A mail ready to go, the facts it was built from, and the sequence number of the entry it carries."""

    sender: str
    recipient: str
    content: bytes
    sequence: int | None
    facts: Facts | DeskFacts
    subject: str


def build(message: Message) -> Mail:
    """Return the mail of a message; raises NoLongerTrue, or ValueError for what no header or address can carry."""
    booking = booking_of(message)
    facts = facts_of(message, booking)
    mail = EmailMessage(policy=HEADERS)
    mail["From"] = mailbox(facts.partnership, facts.sender)
    mail["To"] = _refuse_unwritable(facts.recipient)
    contact = normal_email(facts.contact)
    if contact:
        mail["Reply-To"] = _refuse_unwritable(contact)
    rendered = render(facts)
    mail["Subject"] = " ".join(text_words(rendered.subject))  # or it is read as if it had come in a mail
    mail["Date"] = format_datetime(_date_of(message))
    mail["Message-ID"] = message.message_id
    if first := _first_of_thread(message):
        mail["In-Reply-To"] = mail["References"] = first.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if isinstance(facts, Facts) and facts.stop:
        mail["List-Unsubscribe"] = f"<{facts.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(rendered.plain, cte="base64")
    mail.add_alternative(rendered.html, subtype="html", cte="base64")
    if isinstance(facts, Facts) and facts.method and booking:
        _attach_invitation(mail, invitation(booking, facts.method, facts.entry), facts.method)
    sequence = facts.sequence if facts.method else None
    content = mail.as_bytes()
    refuse_unsafe(content, sender=facts.sender, recipient=facts.recipient, contact=contact)
    return Mail(facts.sender, facts.recipient, content, sequence, facts, str(mail["Subject"]))


def _refuse_unwritable(address: str) -> str:
    """Return an address that a header and an envelope can hold as it is; raises ValueError for any other."""
    try:
        is_whole = address.isascii() and address.isprintable() and mailbox("", address).addr_spec == address
    except ValueError as error:
        raise ValueError("No mail can go to this address.") from error
    if not is_whole:
        raise ValueError("No mail can go to this address.")
    return address


def _date_of(message: Message) -> datetime:
    """Return when a mail says that it was written: with the change it tells, or when it fell due."""
    if message.kind == Kind.OFFER_LAPSING:
        return message.expires_at - OFFER_LAPSES_SOON  # a try that fails moves the hour at which it is due
    return message.change.at if message.change else message.due_at


def _first_of_thread(message: Message) -> Message | None:
    """Return the mail of the same booking to the same reader that a later one hangs below.

    A summary stands alone, and so does a question to a colleague: another may have been asked before.
    """
    to = RULES[Kind(message.kind)].to
    if message.kind in OF_SEVERAL or to in {"colleague", "organiser"}:
        return None
    kinds = [kind for kind, rule in RULES.items() if rule.to == to and kind not in OF_SEVERAL]
    sent = Message.objects.filter(booking=message.booking_id, sent_at__isnull=False, kind__in=kinds)
    return sent.exclude(pk=message.pk).order_by("sent_at").first()


def _attach_invitation(mail: EmailMessage, entry: bytes, method: Literal["REQUEST", "CANCEL"]) -> None:
    """Add the diary entry twice: for the client to act on, and as a file for whoever's mail strips that."""
    mail.add_alternative(entry.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": method})
    name = "invite.ics" if method == "REQUEST" else "cancelled.ics"
    mail.add_attachment(entry, maintype="application", subtype="ics", filename=name, params={"name": name})

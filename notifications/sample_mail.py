"""A mail to oneself, at once and past the outbox: whoever asks waits for it, and nobody misses it."""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives

from notifications.headers import mailbox, mailbox_words
from notifications.kinds import Kind
from notifications.previews import example_facts
from notifications.rendering import render
from notifications.texts.text import Text
from people.models import Partnership, User


def send_test(kind: Kind, partnership: Partnership, text: Text, *, to: User, at: datetime) -> bool:
    """Send somebody what a text would say; False where the mail server did not take it."""
    facts = example_facts(kind, partnership, text, at=at)
    rendered = render(facts)
    sender = mailbox(facts.partnership, facts.sender)
    mail = EmailMultiAlternatives(
        f"Test: {rendered.subject}",
        rendered.plain,
        " ".join(mailbox_words(sender.display_name, sender.addr_spec)),
        [to.email],
        headers={"Auto-Submitted": "auto-generated"},
        reply_to=[facts.contact] if facts.contact else None,
    )
    mail.attach_alternative(rendered.html, "text/html")
    try:
        return bool(mail.send())
    except OSError:  # what the SMTP library raises is one too
        return False

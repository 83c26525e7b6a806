"""The local inbox: every mail as a file in a folder, for whoever looks around without a mail server."""

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage as ParsedMessage
from email.policy import default
from email.utils import getaddresses
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME: Final = re.compile(r"\d{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Kept:
    """A mail in the folder: its id, when it came, and what it is."""

    id: str
    at: datetime
    mail: ParsedMessage


def keep(content: bytes) -> str:
    """Store a mail as it was sent and return its id; a reader never sees half of it."""
    folder = _folder()
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(content)
    unfinished.rename(folder / f"{name}.eml")
    return name


def raw(mail_id: str) -> bytes | None:
    """Return a mail as it was sent, or None where there is none of that id."""
    path = _folder() / f"{mail_id}.eml"
    return path.read_bytes() if NAME.fullmatch(mail_id) and path.is_file() else None


def find(mail_id: str) -> Kept | None:
    """Return one mail, or None."""
    content = raw(mail_id)
    return None if content is None else _parsed(mail_id, content)


def newest(*, to: str = "", most: int = 100) -> list[Kept]:
    """Return the latest mails, the newest first; ``to`` keeps those to one address."""
    found: list[Kept] = []
    for path in sorted(_folder().glob("*.eml"), reverse=True):
        kept = _parsed(path.stem, path.read_bytes())
        if not to or to.strip().lower() in recipients(kept.mail):
            found.append(kept)
        if len(found) == most:
            break
    return found


def recipients(mail: ParsedMessage) -> set[str]:
    """Return the addresses a mail goes to, in lower case."""
    return {address.lower() for _, address in getaddresses([str(mail["To"])])}


def _folder() -> Path:
    folder = Path(settings.INBOX_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _parsed(mail_id: str, content: bytes) -> Kept:
    at = datetime.fromtimestamp(int(mail_id.partition("-")[0]) / 1e9, UTC)
    mail = message_from_bytes(content, _class=ParsedMessage, policy=default)
    return Kept(mail_id, at, mail)


class InboxBackend(BaseEmailBackend):
    """Django's way into the inbox, for the mails that are not sent through the outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each mail; return how many."""
        for message in email_messages:
            keep(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]  # Django's own message takes it
        return len(email_messages)

"""The mailbox that answers to invitations come to, read over IMAP: nothing is marked as read before it is stored.

Nobody else should open it: a mail that somebody has read is taken for one that was stored.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from notifications import replies
from notifications.models import InboundReply
from notifications.reply_reading import MOST_BYTES

logger = logging.getLogger(__name__)

PATIENCE: Final = 20.0  # seconds for each answer
MOST_AT_ONCE: Final = 100
SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxAway(Exception):
    """The mailbox cannot be reached, or does not let us in."""


def fetch(mailbox: dict[str, Any], *, at: datetime) -> int:
    """Store the unread mails of a mailbox, the oldest first, look at each, and return how many there were.

    ``mailbox`` is as config.env reads it. At most 100 at a time, and of each no more than can be looked at. Raises
    MailboxAway; what was stored until then stays, and is marked as read.
    """
    count = 0
    try:
        with _opened(mailbox) as server:
            _, found = server.uid("SEARCH", "UNSEEN")
            for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
                count += _take(server, uid.decode(), at=at)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxAway(f"{type(error).__name__}: {error}") from error
    return count


def _take(server: imaplib.IMAP4, uid: str, *, at: datetime) -> bool:
    """Store one mail and then mark it as read; False for one that is gone meanwhile."""
    _, answer = server.uid("FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{MOST_BYTES}>)")
    parts = next((one for one in answer if isinstance(one, tuple)), None)
    if parts is None:
        logger.warning("a mail was gone from the mailbox before it could be read")
        return False
    words = b" ".join(one if isinstance(one, bytes) else one[0] for one in answer if one)
    size = SIZE.search(words)
    raw = parts[1]
    replies.take_in(raw, size=int(size[1]) if size else len(raw), way=InboundReply.Way.MAILBOX, at=at)
    server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
    return True


@contextmanager
def _opened(mailbox: dict[str, Any]) -> Iterator[imaplib.IMAP4]:
    """Sign in and open the folder; leave in any case. Raises what imaplib does, and OSError."""
    server = _connected(mailbox)
    try:
        server.login(mailbox["user"], mailbox["password"])
        folder = mailbox["folder"].replace("\\", "\\\\").replace('"', '\\"')
        answer, words = server.select(f'"{folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"cannot open the folder: {words!r}")
        yield server
    finally:
        try:
            server.logout()
        except (imaplib.IMAP4.error, OSError) as error:
            logger.info("the mailbox was left without a word: %s", type(error).__name__)
            server.shutdown()


def _connected(mailbox: dict[str, Any]) -> imaplib.IMAP4:
    """Return a connection, under TLS unless the address says otherwise."""
    host, port = mailbox["host"], mailbox["port"]
    context = ssl.create_default_context()
    if mailbox["security"] == "tls":
        return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=PATIENCE)
    server = imaplib.IMAP4(host, port, timeout=PATIENCE)
    if mailbox["security"] == "starttls":
        try:
            server.starttls(ssl_context=context)
        except (imaplib.IMAP4.error, OSError):
            server.shutdown()
            raise
    return server

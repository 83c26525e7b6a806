"""What a mail says in answer to an invitation, or why it is odd. Pure: bytes in, and nothing is looked up.

A stranger writes these bytes, so all is bounded before it is parsed: bytes, parts, depth, lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import errors, message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from typing import Final

from notifications.reply_object import LONGEST_LINE, MOST_DEPTH, Answered, Odd, other_method, read_object
from people.text import CONTROL, CONTROL_OR_BREAK, normal_email

MOST_BYTES: Final = 256 * 1024
MOST_PARTS: Final = 9
# Words without which no part can nest in another; a mail with more of them is not parsed.
NESTING: Final = re.compile(rb"boundary|message/", re.IGNORECASE)
MOST_NESTING: Final = 40

CHARSETS: Final = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
RECIPIENTS: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
CUT_OFF: Final = (
    errors.StartBoundaryNotFoundDefect,
    errors.CloseBoundaryNotFoundDefect,
    errors.MultipartInvariantViolationDefect,
    errors.NoBoundaryInMultipartDefect,
    errors.InvalidBase64PaddingDefect,
    errors.InvalidBase64CharactersDefect,
    errors.InvalidBase64LengthDefect,
)


class Automatic(Odd):
    """A program wrote this by itself, and it is no answer from a calendar: nobody need look at it."""


@dataclass(frozen=True)
class Said:
    """What was answered, who sent the mail, to whom, and what vouches for that.

    ``sender`` and ``addressed_to`` are addresses as people.text compares them. ``vouched_domain`` is the domain whose
    DMARC check our own mail server saw pass, or empty.
    """

    answered: Answered
    sender: str
    addressed_to: frozenset[str]
    vouched_domain: str


def read(raw: bytes, *, size: int, authserv_id: str) -> Said:
    """Return what a mail answers; ``size`` is of the whole mail, of which ``raw`` may be the beginning.

    ``authserv_id`` is how our own mail server names itself in Authentication-Results (RFC 8601); empty: nothing there
    is believed. Raises Odd, or Automatic for what a program wrote by itself and is no answer.
    """
    if size > MOST_BYTES or len(raw) > MOST_BYTES:
        raise Odd(f"It is larger than {MOST_BYTES // 1024} kB.")
    if len(NESTING.findall(raw)) > MOST_NESTING:
        raise Odd("It is made of too many parts.")
    mail = message_from_bytes(raw, policy=compat32)
    return Said(
        read_object(_calendar_of(mail)),
        sender=_sender_of(mail),
        addressed_to=frozenset(_addresses(mail, *RECIPIENTS)),
        vouched_domain=_vouched_domain(mail, authserv_id),
    )


def glance(raw: bytes) -> tuple[str, str]:
    """Return who a mail says that it is from and its subject, as they may be shown; each may be empty.

    Both are cut and cleaned, and neither is believed.
    """
    head = re.split(rb"\r?\n\r?\n", raw[:16384], maxsplit=1)[0]
    try:
        mail = message_from_bytes(head, policy=compat32)
        found = _addresses(mail, "From")
        subject = _decoded(str(mail.get("Subject", "")))
    except (errors.MessageError, ValueError, LookupError, TypeError, AttributeError):  # the reader meets anything
        return "", ""
    sender = found[0] if found else ""
    return _one_line(sender)[:254], _one_line(subject)[:200]


def texts_in(raw: bytes) -> list[tuple[str, str]]:
    """Return the parts of a mail that people can read, each with its kind, to be shown as text and as nothing else.

    Letters that cannot be read are replaced. Nothing of a mail that is made of too many parts.
    """
    if len(NESTING.findall(raw)) > MOST_NESTING:
        return []
    found: list[tuple[str, str]] = []
    try:
        for part in _parts(message_from_bytes(raw, policy=compat32)):
            content = None if part.is_multipart() else part.get_payload(decode=True)
            kind = part.get_content_type()
            if kind in {"text/plain", "text/calendar"} and isinstance(content, bytes):
                charset = str(part.get_content_charset("utf-8")).lower()
                found.append((kind, content.decode(charset if charset in CHARSETS else "utf-8", "replace")))
    except Odd:
        return []
    return found[:MOST_PARTS]


def _decoded(text: str) -> str:
    """Return a header's text with its encoded words read."""
    return str(make_header(decode_header(text)))


def _one_line(text: str) -> str:
    """Return a text without control characters and on one line."""
    return " ".join(CONTROL.sub("", text.encode("utf-8", "replace").decode()).split())


def _calendar_of(mail: Message) -> str:
    """Return the one calendar object of a mail, decoded."""
    leaves, calendars = 0, []
    for part in _parts(mail):
        if part.get_content_maintype() == "message":
            raise _nothing(mail, "It holds another mail, as when something is forwarded.")
        if part.is_multipart():
            continue
        leaves += 1
        if part.get_content_type() == "text/calendar":
            calendars.append(part)
    if leaves > MOST_PARTS:
        raise Odd(f"It has more than {MOST_PARTS} parts.")
    if not calendars:
        raise _nothing(mail, "It holds no answer of a calendar. Somebody may have written to us.")
    if len(calendars) > 1:
        raise Odd("It holds more than one answer.")
    method = str(calendars[0].get_param("method") or "REPLY")
    if method.upper() != "REPLY":
        raise Odd(other_method(method))
    return _text_of(mail, calendars[0])


def _parts(mail: Message) -> Iterator[Message]:
    """Return a mail and its parts; raises Odd for one that nests too deep."""
    waiting: list[tuple[Message, int]] = [(mail, 1)]
    while waiting:
        part, depth = waiting.pop(0)
        if depth > MOST_DEPTH:
            raise Odd("Its parts nest too deep.")
        yield part
        inner = part.get_payload() if part.is_multipart() else []
        waiting += [(one, depth + 1) for one in inner if isinstance(one, Message)]


def _nothing(mail: Message, why: str) -> Odd:
    """Return why a mail without an answer is odd, or that a program wrote it by itself (RFC 3834, RFC 3464)."""
    by_itself = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower() != "no"
    is_report = mail.get_content_type() == "multipart/report"
    if by_itself or is_report or str(mail.get("Return-Path", "")).strip() == "<>":
        return Automatic("A program wrote it by itself: an absence note, or a report about a mail.")
    return Odd(why)


def _text_of(mail: Message, part: Message) -> str:
    """Return a part's text; raises Odd for what is cut off, or in letters that cannot be read."""
    content = part.get_payload(decode=True)
    charset = str(part.get_content_charset("utf-8")).lower()
    if any(isinstance(defect, CUT_OFF) for one in (mail, part) for defect in one.defects):
        raise Odd("It is cut off or damaged.")
    if charset not in CHARSETS or not isinstance(content, bytes):
        raise Odd("It is in letters that cannot be read.")
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Odd("It is in letters that cannot be read.") from error


def _sender_of(mail: Message) -> str:
    """Return the one address that a mail says it is from."""
    found = _addresses(mail, "From")
    if len(mail.get_all("From", [])) != 1 or len(found) != 1:
        raise Odd("It does not say whom it is from, or names several.")
    if CONTROL_OR_BREAK.search(found[0]):
        raise Odd("It does not say in plain letters whom it is from.")
    return found[0]


def _addresses(mail: Message, *names: str) -> list[str]:
    """Return the addresses that headers name."""
    given = [str(value) for name in names for value in mail.get_all(name, [])]
    given = [text for text in given if len(text) <= LONGEST_LINE and text.count("(") <= MOST_DEPTH]  # they nest
    return [normal_email(address) for _, address in getaddresses(given) if "@" in address]


def _vouched_domain(mail: Message, authserv_id: str) -> str:
    """Return the domain of From for which our own mail server saw DMARC pass; empty where it saw nothing of the kind.

    A header of the same name that a stranger put in stands below ours, or beside it; with two nothing is believed.
    """
    if not authserv_id:
        return ""
    ours = [text for text in map(str, mail.get_all("Authentication-Results", [])) if _is_of(text, authserv_id)]
    verdicts = [text for text in ours if re.search(r"\bdmarc\s*=", text, re.IGNORECASE)]
    if len(verdicts) > 1:
        raise Odd("It carries more than one finding of our mail server about its sender.")
    for method in verdicts[0].split(";")[1:] if verdicts else ():
        if re.match(r"\s*dmarc\s*=\s*pass\b", method, re.IGNORECASE):
            found = re.search(r"\bheader\.from\s*=\s*\"?([A-Za-z0-9.-]+)", method)
            return found[1].lower().rstrip(".") if found else ""
    return ""


def _is_of(text: str, authserv_id: str) -> bool:
    """Say whether our mail server wrote a finding: its name comes first, before any semicolon."""
    named = text.partition(";")[0].split()
    return bool(named) and named[0].lower() == authserv_id.lower()

"""How the headers of a mail are written: names of any letters stay one mailbox, and addresses stay whole.

The standard library loses the quotes of a name with a comma when it folds the header (python/cpython#121284), and
writes a long address of a page as an encoded word, which no program follows. So only the parts of a mail are left to
it.
"""

import base64
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, default
from itertools import groupby
from typing import Any, Final

from events.ical import one_line

# RFC 5322: what a name holds without quotes. A dot is left out, which only the obsolete syntax allows.
BARE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
FOLD: Final = "\r\n "
QUOTED: Final = re.compile(r'([\\"])')
# RFC 2047 allows 76 characters a line: these many octets as base64, what goes around them, and “Reply-To: ”.
MOST_OCTETS: Final = 39


class UnsafeHeader(ValueError):
    """A finished mail does not name the one sender, reader and contact that it was built for, so it is not sent."""


class OneLineHeaders(EmailPolicy):
    """Writes a header in plain letters on one line, and a name in others as encoded words, one a line."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as the mail carries it, with the ends of its lines."""
        if name.lower().startswith("content-"):
            return super().fold_binary(name, value)
        if isinstance(value, AddressHeader):
            boxes = [mailbox_words(one.display_name, one.addr_spec) for one in value.addresses]
            words = f",{FOLD}".join(FOLD.join(pieces) for pieces in boxes)
        else:
            words = FOLD.join(text_words(str(value)))
        return f"{name}: {words}\r\n".encode("ascii")


HEADERS: Final = OneLineHeaders(linesep="\r\n")


def mailbox(name: str, address: str) -> Address:
    """Return a mailbox under a name, which is brought onto one line; raises ValueError for what is no address."""
    try:
        return Address(display_name=one_line(name), addr_spec=address)
    except (MessageError, IndexError) as error:  # the parser's other ways to say that it is none
        raise ValueError("This is no address that a mail can name.") from error


def mailbox_words(name: str, address: str) -> list[str]:
    """Return a mailbox as a header has it, in ASCII, in pieces to stand one a line: words in other letters encoded."""
    if not name:
        return [address]
    if all(map(_is_plain, name.split(" "))):
        return [f"{_phrase(name)} <{address}>"]
    return [*(_phrase(piece) if plain else piece for plain, piece in _pieces(name)), f"<{address}>"]


def text_words(text: str) -> list[str]:
    """Return a text as a header has it, in ASCII, in pieces to stand one a line: words in other letters encoded."""
    return [piece for _, piece in _pieces(text)]


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield a text in pieces: words in plain letters with True, then those in others as encoded words, and so on."""
    for plain, words in groupby(text.split(" "), key=_is_plain):
        run = " ".join(words)
        yield from [(True, run)] if plain else ((False, word) for word in _encoded_words(run))


def _is_plain(text: str) -> bool:
    """Say whether a header can hold a text as it is, and no reader takes a part of it for an encoded word."""
    return text.isascii() and (text.isprintable() or not text) and "=?" not in text


def _phrase(words: str) -> str:
    """Return words of a name in plain letters, in quotes where they hold signs that mean something in a header."""
    if BARE.fullmatch(words):
        return words
    escaped = QUOTED.sub(r"\\\1", words)
    return f'"{escaped}"'


def _encoded_words(text: str) -> Iterator[str]:
    """Yield a text in pieces, each an encoded word of whole characters; readers join them without the spaces."""
    piece = b""
    for sign in text:
        octets = sign.encode()
        if len(piece) + len(octets) > MOST_OCTETS:
            yield _encoded_word(piece)
            piece = b""
        piece += octets
    yield _encoded_word(piece)


def _encoded_word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode()}?="


def refuse_unsafe(content: bytes, *, sender: str, recipient: str, contact: str) -> None:
    """Read a finished mail back as a mail program does; raises UnsafeHeader unless it names whom it was built for.

    ``contact`` is where answers go, empty where the mail names nobody for it.
    """
    head = message_from_bytes(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", _class=EmailMessage, policy=default)
    meant = {"From": [sender], "To": [recipient], "Reply-To": [contact] if contact else []}
    for name, addresses in meant.items():
        read = [box.addr_spec for header in head.get_all(name, []) for box in header.addresses]
        if read != addresses:
            raise UnsafeHeader(f"Not sent: its {name} header would name {len(read)} mailboxes, or another one.")

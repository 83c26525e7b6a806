"""An address of its own for each invitation, so that an answer to it proves that whoever gives it was invited.

CalConnect's advice for iMIP: an address nobody can guess. The mail server hands everything before the plus sign to one
mailbox (RFC 5233), which is read.
"""

import re
import secrets
from base64 import b32encode
from typing import Final

LONGEST_LOCAL_PART: Final = 64  # RFC 5321, 4.5.3.1.1
TOKEN: Final = re.compile(r"\+[a-z2-7]{26}@")


def tagged(address: str) -> str:
    """Return an address with 128 random bits after a plus sign; one whose name is too long for that stays plain."""
    local, _, domain = untagged(address).rpartition("@")
    token = b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
    name = f"{local}+{token}"
    return f"{name}@{domain}" if len(name) <= LONGEST_LOCAL_PART else address


def is_tagged(address: str) -> bool:
    """Say whether an address is known to nobody but whom it was sent to."""
    return TOKEN.search(address) is not None


def untagged(address: str) -> str:
    """Return the address without its token, as everybody may know it."""
    return TOKEN.sub("@", address)

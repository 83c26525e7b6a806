"""When two addresses are one person's, when one is read by several people, and when it is none at all."""

import uuid
from typing import Final

from people.text import normal_email

# Mailboxes that an organisation's people read together; whoever signs in with one is asked whether they alone do.
SHARED_MAILBOXES: Final = (
    "admin",
    "administration",
    "contact",
    "enquiries",
    "head",
    "info",
    "office",
    "reception",
    "safeguarding",
    "team",
)
NO_ADDRESS: Final = "no-address.invalid"  # RFC 2606: no mail server will ever answer to it


def address_key(address: str) -> str:
    """Return what two addresses of one person have in common: the normal form without a tag after a plus sign.

    Dots stay: only some mail servers ignore them.
    """
    local, at, domain = normal_email(address).rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def is_shared_mailbox(email: str) -> bool:
    """Say whether several people may well read what is sent to an address, going by its name."""
    return address_key(email).partition("@")[0] in SHARED_MAILBOXES


def has_no_address(email: str) -> bool:
    """Say whether what stands for an address reaches nobody, because the person has none."""
    return email.rpartition("@")[2] == NO_ADDRESS


def placeholder_address() -> str:
    """Return what stands for the address of somebody who has none; nobody can guess or write to it."""
    return f"nobody-{uuid.uuid4().hex}@{NO_ADDRESS}"

"""When two addresses are one person's, when one is read by several people, and when it is none at all."""

import uuid
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError

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


def domain_of(email: str) -> str:
    """Return the part of an address after its last @, in lower case."""
    return email.rpartition("@")[2].lower()


def our_domains() -> frozenset[str]:
    """Return the domains that mail of this site comes from: that of the site's own sender, and that of replies."""
    sender = domain_of(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return frozenset({sender, settings.REPLY_DOMAIN.lower()} - {""})


def is_on_our_domain(email: str) -> bool:
    """Say whether an address can be a sender of ours: receivers would take any other for a forgery."""
    return domain_of(email) in our_domains()


def validate_sender(email: str) -> None:
    """Refuse a sender on a domain that is not ours; raises ValidationError, code ``foreign_domain``."""
    if not is_on_our_domain(email):
        domains = " or ".join(f"@{domain}" for domain in sorted(our_domains()))
        raise ValidationError(f"Mail can only be sent from an address that ends in {domains}.", code="foreign_domain")

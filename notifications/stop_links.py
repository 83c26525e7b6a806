"""The address in a mail under which one press stops mails of its kind, without signing in (RFC 8058)."""

from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer

from notifications.kinds import RULES, Kind

SALT: Final = "notifications.stop"


def stop_address(person_id: int, kind: Kind) -> str:
    """Return the whole address for a person and a kind; it works as long as they may switch the kind off."""
    token = Signer(salt=SALT).sign(f"{person_id}-{kind.value}")
    return f"{settings.SITE_URL}/messages/stop/{token}/"


def named_in(token: str) -> tuple[int, Kind] | None:
    """Return the person's id and the kind that an address names; None where it is not ours."""
    try:
        person, _, kind = Signer(salt=SALT).unsign(token).partition("-")
        found = Kind(kind)
    except (BadSignature, ValueError):
        return None
    return (int(person), found) if RULES[found].may_stop else None

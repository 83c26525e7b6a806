"""The code that a room shows for checking in: six digits and a picture, new every minute, kept nowhere.

Both are made from the session, the minute and the site's secret with HMAC-SHA-256. The digits are cut from the
digest as RFC 4226, section 5.3, cuts them, and hold for the minute they are shown and the one after. The picture
leads to a longer word that nobody guesses; it holds for fifteen minutes, so that there is time to sign in.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

STEP: Final = timedelta(minutes=1)
DIGITS: Final = 6
CODE_HOLDS: Final = 2  # steps
PICTURE_HOLDS: Final = 15  # steps
SALT: Final = "bookings.check_in"
PICTURE: Final = Signer(salt="bookings.check_in.picture")


def step_of(at: datetime) -> int:
    """Return the number of the minute that an instant lies in, since 1970."""
    return int(at.timestamp() // STEP.total_seconds())


def next_step_at(at: datetime) -> datetime:
    """Return when the code shown at an instant is followed by the next, in UTC."""
    return datetime.fromtimestamp((step_of(at) + 1) * STEP.total_seconds(), UTC)


def code_at(session_id: int, at: datetime) -> str:
    """Return the six digits that a session's room shows at an instant."""
    return _code(session_id, step_of(at))


def is_code(session_id: int, typed: str, *, at: datetime) -> bool:
    """Say whether somebody typed the code that is shown, or the one before; takes as long for a wrong one."""
    newest = step_of(at)
    found = [constant_time_compare(_code(session_id, newest - back), typed) for back in range(CODE_HOLDS)]
    return any(found)


def picture_word(session_id: int, at: datetime) -> str:
    """Return the word that the picture of a session's room leads to at an instant."""
    return PICTURE.sign(f"{session_id}-{step_of(at)}")


def session_of_picture(word: str, *, at: datetime) -> int | None:
    """Return the session that a picture's word is of; None for one that is not ours, or has run out."""
    try:
        session, step = PICTURE.unsign(word).split("-")
        age = step_of(at) - int(step)
        return int(session) if 0 <= age < PICTURE_HOLDS else None
    except (BadSignature, ValueError):
        return None


def _code(session_id: int, step: int) -> str:
    """Return the digits of a minute."""
    digest = salted_hmac(SALT, f"{session_id}-{step}", algorithm="sha256").digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"

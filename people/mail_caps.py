"""How many mails a day somebody may have sent: counted in the database, so that no cache that is away lets more go."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F
from django.utils.crypto import salted_hmac

from people.addresses import address_key
from people.models import MailCount

Kind = MailCount.Kind
KEPT: Final = timedelta(days=3)


def take_code(email: str, *, client: str, at: datetime) -> Kind | None:
    """Count a code to an address, asked for by a network address; return which of the two has had all of the day's."""
    if not _take(Kind.CODE_TO, address_key(email), most=settings.SIGN_IN_CODES_A_DAY_TO_ONE_ADDRESS, at=at):
        return Kind.CODE_TO
    if not _take(Kind.CODE_FOR, client, most=settings.SIGN_IN_CODES_A_DAY_FOR_ONE_CLIENT, at=at):
        return Kind.CODE_FOR
    return None


def take_colleague(email: str, *, sender: int, at: datetime) -> Kind | None:
    """Count a question to a colleague by a person's id; return which of the two has had all of the day's.

    The count belongs to the caller's transaction: what is refused later is not counted. The address is always
    locked before the sender, so that two callers never wait for each other.
    """
    if not _take(Kind.COLLEAGUE_TO, address_key(email), most=settings.COLLEAGUE_MAILS_A_DAY_TO_ONE_ADDRESS, at=at):
        return Kind.COLLEAGUE_TO
    if not _take(Kind.COLLEAGUE_FOR, str(sender), most=settings.COLLEAGUE_MAILS_A_DAY_FROM_ONE_PERSON, at=at):
        return Kind.COLLEAGUE_FOR
    return None


def forget_old_counts(*, at: datetime) -> int:
    """Delete what was counted some days ago; return how many rows."""
    return int(MailCount.objects.filter(day__lt=(at - KEPT).astimezone(UTC).date()).delete()[0])


def _take(kind: Kind, whose: str, *, most: int, at: datetime) -> bool:
    """Count one more unless there are ``most`` already; say whether it was counted.

    The one statement that counts also compares, under the row's lock, so that many at once are as many as one after
    the other.
    """
    digest = salted_hmac("people.mail_caps", whose, algorithm="sha256").hexdigest()
    key: dict[str, Any] = {"kind": kind, "whose": digest, "day": at.astimezone(UTC).date()}
    MailCount.objects.bulk_create([MailCount(**key)], ignore_conflicts=True)
    return bool(MailCount.objects.filter(**key, count__lt=most).update(count=F("count") + 1))

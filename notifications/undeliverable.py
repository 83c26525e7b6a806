"""The verbs and questions of addresses that mail comes back from."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from bookings.models import Booking
from events.models import Session
from notifications.models import Undeliverable
from people.models import User
from people.text import normal_email, strip_controls

LONGEST_WORDS: Final = 500
# Answers that say nothing lasting of an address: try later (4xx), the mailbox is full (552, 5.2.2), the message is too
# long (5.2.3, 5.3.4), somebody's policy or filter did not like the mail or its sender (5.7.x).
PASSING: Final = re.compile(
    r"^\s*(?:smtp;\s*)?(?:4\d\d|552(?!\d))|(?<![\d.])(?:4\.\d{1,3}\.\d{1,3}|5\.2\.[23]|5\.3\.\d{1,3}|5\.7\.\d{1,3})(?![\d.])"
)


def mark(address: str, *, reason: Undeliverable.Reason, words: str, at: datetime) -> bool:
    """Remember that mail to an address comes back; False where that is known, or mended since ``at``."""
    email = normal_email(address)
    if Undeliverable.objects.filter(Q(cleared_at__isnull=True) | Q(cleared_at__gte=at), address=email).exists():
        return False
    row = Undeliverable(address=email, reason=reason, words=in_one_line(words), since=at)
    Undeliverable.objects.bulk_create([row], ignore_conflicts=True)  # somebody may have said so this moment
    return True


def clear(rows: QuerySet[Undeliverable], *, by: User, at: datetime) -> int:
    """Let mail go to these addresses again, because somebody says that they are mended; return how many."""
    return rows.filter(cleared_at__isnull=True).update(cleared_at=at, cleared_by=by)


def standing(addresses: Iterable[str]) -> dict[str, Undeliverable]:
    """Return what stands against each of these addresses; those that take mail are left out."""
    wanted = {normal_email(address) for address in addresses if address}
    return {row.address: row for row in Undeliverable.objects.filter(address__in=wanted, cleared_at__isnull=True)}


def within_reach(organiser: User, *, at: datetime) -> QuerySet[Undeliverable]:
    """Return what stands against addresses of people, or their line managers, on sessions of one's partnerships."""
    own = Session.objects.hosted_within(organiser, at=at).order_by().values("pk")
    of_address = Q(email=OuterRef("address")) | Q(manager_email=OuterRef("address"))
    booked = Booking.objects.filter(of_address, session__in=own)
    return Undeliverable.objects.filter(Exists(booked), cleared_at__isnull=True)


def passes_by_itself(answer: str) -> bool:
    """Say whether a refusal in a mail server's words is no lasting fault of the address."""
    return PASSING.search(answer) is not None


def in_one_line(words: str | Promise | None) -> str:
    """Return what a mail server said, as it can be kept: one line without control characters, cut where too long."""
    return " ".join(strip_controls(str(words or "")).split())[:LONGEST_WORDS]

"""The ledger of charges in words, on its page and in its file."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bookings.models import Booking, Charge
from bookings.policy import Policy
from events.dates import long_day, moment_words

COLUMNS: Final = (
    *("partnership", "organisation", "name", "session", "session_date", "reason", "amount_gbp", "charged_at"),
    *("waived_at", "waived_by", "waiver_reason"),
)


def pounds(pence: int) -> str:
    """Return an amount as a page says it."""
    return f"£{pence // 100:,}.{pence % 100:02d}"


def late_words(booking: Booking, cancel_by: str) -> str:
    """Return what cancelling after the deadline means, whose moment is given in words, and what it costs."""
    pence = Policy.of(booking.policy).late_cancel_charge
    charge = f"Cancelling late is charged: {pounds(pence)}." if pence else "There is no charge."
    return f"The time to cancel ended on {cancel_by}. You can still cancel, and it is recorded as late. {charge}"


@dataclass(frozen=True)
class ChargeLine:
    """A charge with its booking and session, in words."""

    charge: Charge

    @property
    def amount(self) -> str:
        """Return how much."""
        return pounds(self.charge.pence)

    @property
    def when(self) -> str:
        """Return the day of the session."""
        return long_day(self.charge.booking.session.local_start.date())

    @property
    def waiver(self) -> str:
        """Return that it was waived, when, by whom and why; empty where it is open."""
        charge = self.charge
        if charge.waived_at is None:
            return ""
        who = charge.waived_by.get_full_name() if charge.waived_by else ""
        return f"Waived on {moment_words(charge.waived_at)}{f' by {who}' if who else ''}: {charge.waiver_reason}"


def file_rows(charges: Iterator[Charge]) -> Iterator[list[object]]:
    """Return the rows of the file; amounts in pounds, instants in UTC."""
    for charge in charges:
        session = charge.booking.session
        waived = charge.waived_at
        yield [
            charge.partnership.slug,
            charge.organisation_name,
            charge.booking.name,
            session.title,
            session.local_start.date().isoformat(),
            charge.reason,
            Decimal(charge.pence).scaleb(-2),
            charge.made_at.isoformat(timespec="seconds"),
            waived.isoformat(timespec="seconds") if waived else "",
            charge.waived_by.get_full_name() if charge.waived_by else "",
            charge.waiver_reason,
        ]

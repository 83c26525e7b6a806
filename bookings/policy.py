"""What a partnership may decide about bookings: each key with its default, its bounds and its words.

The keys and most of the defaults are those that sector policies were seen to have; what each came from stands in
docs/decisions/0017-policies.md.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Final


def _key(default: Any, group: str, label: str, note: str = "", **bounds: Any) -> Any:
    """Return a key of the policy: its default, where its page shows it, its words, and what its value may be."""
    return field(default=default, metadata={"group": group, "label": label, "note": note, **bounds})


MANAGER: Final = {
    "none": "Nobody is asked or told",
    "self_declared": "Whoever books says that their manager agrees",
    "told": "The manager is told",
    "asked": "The manager is asked, and the booking waits for the answer",
}
SILENCE: Final = {"approved": "The booking holds", "refused": "The booking ends"}
WAITING: Final = {
    "offer": "The first in line is offered it for a time",
    "automatic": "The first in line has it at once",
}
CLOCK: Final = {"always": "Every hour counts", "working": "Working hours count, 09:00 to 17:00 on working days"}
OUTSIDERS: Final = {
    "wait": "They wait until places are released to all",
    "refuse": "They cannot book",
    "allow": "They book like everybody else",
}


@dataclass(frozen=True)
class Policy:
    """Every key with its value. Times are wall time in the session's zone; money is in pence."""

    cancel_working_days: int = _key(3, "Cancelling", "Working days before, until which cancelling is in time", most=30)
    closures: tuple[str, ...] = _key(
        (), "Cancelling", "Days on which the office is closed", "One date a line, such as 2026-12-24.", kind="dates"
    )
    late_cancel_charge: int = _key(0, "Charges", "Charge for a late cancellation, in pence", "0: none.", most=100_000)
    absence_charge: int = _key(0, "Charges", "Charge for not attending, in pence", "0: none.", most=100_000)
    substitute_until_hours: int = _key(0, "Cancelling", "Hours before the start, until which a place can be passed on")
    closes_online_minutes: int = _key(0, "Booking", "Minutes before an online session, when booking closes", most=20160)
    closes_in_person_working_days: int = _key(0, "Booking", "Working days before a session in person, when it closes")
    manager: str = _key("self_declared", "Line managers", "What the line manager has to do with it", choices=MANAGER)
    manager_answer_working_days: int = _key(3, "Line managers", "Working days a manager has to answer", least=1)
    manager_silence: str = _key("approved", "Line managers", "When a manager does not answer", choices=SILENCE)
    organisation_quota: int = _key(0, "Sharing places", "Most places for one organisation", "0: no limit.", most=10_000)
    sector_quota_percent: int = _key(0, "Sharing places", "Most places for one sector, in per cent", most=100)
    outsiders: str = _key("wait", "Sharing places", "People who do not work in the session's area", choices=OUTSIDERS)
    release_working_days: int = _key(
        5, "Sharing places", "Working days before, when places that were kept are open to all"
    )
    waiting_list: str = _key("offer", "Waiting list", "When a place comes free", choices=WAITING)
    offer_hours: int = _key(24, "Waiting list", "Hours an offer holds", least=1, most=240)
    offer_hours_close: int = _key(4, "Waiting list", "Hours an offer holds close to the session", least=1, most=240)
    offer_close_working_days: int = _key(2, "Waiting list", "Working days before, from which that is close")
    offer_clock: str = _key("always", "Waiting list", "Which hours count", choices=CLOCK)
    daily_limit: int = _key(8, "Booking", "Most bookings of one person on one day", "0: no limit.", most=100)

    @classmethod
    def of(cls, *layers: Mapping[str, Any] | None) -> "Policy":
        """Return the policy that these layers make, each over the one before; a key that is not ours is left out."""
        known = {item.name for item in fields(cls)}
        values = {name: value for layer in layers for name, value in (layer or {}).items() if name in known}
        if "closures" in values:
            values["closures"] = tuple(values["closures"])
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """Return every key with its value, as a booking keeps it."""
        return {**asdict(self), "closures": list(self.closures)}

    @property
    def closed_days(self) -> frozenset[date]:
        """Return the days on which the office is closed beside the bank holidays."""
        return frozenset(date.fromisoformat(text) for text in self.closures)

    @property
    def keeps_places(self) -> bool:
        """Say whether places are kept for anybody until they are released."""
        return bool(self.organisation_quota or self.sector_quota_percent)

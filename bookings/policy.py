"""What a partnership may decide about bookings: each key with its default, its bounds and its words.

The keys and most of the defaults are those that sector policies were seen to have; what each came from stands in
docs/decisions/0017-policies.md.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from bookings.policy_keys import Key, key
from bookings.policy_later import LaterPolicy
from bookings.reminder_rules import ReminderRule, parse

logger = logging.getLogger(__name__)

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
DECLINE: Final = {
    "ask": "The person is asked by mail, and keeps the place until they give it up",
    "release": "The person is told by mail, and the place is given up 30 minutes later unless they keep it",
}
CLOCK: Final = {"always": "Every hour counts", "working": "Working hours count, 09:00 to 17:00 on working days"}
OUTSIDERS: Final = {
    "wait": "They wait until places are released to all",
    "refuse": "They cannot book",
    "allow": "They book like everybody else",
}


@dataclass(frozen=True)
class Policy(LaterPolicy):
    """Every key with its value. Times are wall time in the session's zone; money is in pence."""

    cancel_working_days: int = key(3, "Cancelling", "Working days before, until which cancelling is in time", most=30)
    closures: tuple[str, ...] = key(
        (), "Cancelling", "Days on which the office is closed", "One date a line, such as 2026-12-24.", kind="dates"
    )
    calendar_decline: str = key(
        "ask",
        "Cancelling",
        "When somebody declines the invitation in their calendar",
        choices=DECLINE,
    )
    substitute_until_hours: int = key(0, "Cancelling", "Hours before the start, until which a place can be passed on")
    closes_online_minutes: int = key(0, "Booking", "Minutes before an online session, when booking closes", most=20160)
    closes_in_person_working_days: int = key(0, "Booking", "Working days before a session in person, when it closes")
    manager: str = key("self_declared", "Line managers", "What the line manager has to do with it", choices=MANAGER)
    manager_answer_working_days: int = key(3, "Line managers", "Working days a manager has to answer", least=1)
    manager_silence: str = key("approved", "Line managers", "When a manager does not answer", choices=SILENCE)
    organisation_quota: int = key(0, "Sharing places", "Most places for one organisation", "0: no limit.", most=10_000)
    sector_quota_percent: int = key(0, "Sharing places", "Most places for one sector, in per cent", most=100)
    outsiders: str = key("wait", "Sharing places", "People who do not work in the session's area", choices=OUTSIDERS)
    release_working_days: int = key(
        5, "Sharing places", "Working days before, when places that were kept are open to all"
    )
    waiting_list: str = key("offer", "Waiting list", "When a place comes free", choices=WAITING)
    offer_hours: int = key(24, "Waiting list", "Hours an offer holds", least=1, most=240)
    offer_hours_close: int = key(4, "Waiting list", "Hours an offer holds close to the session", least=1, most=240)
    offer_close_working_days: int = key(2, "Waiting list", "Working days before, from which that is close")
    offer_clock: str = key("always", "Waiting list", "Which hours count", choices=CLOCK)
    daily_limit: int = key(8, "Booking", "Most bookings of one person on one day", "0: no limit.", most=100)
    terms_version: int = key(
        0, "Booking", "Version of the terms", "0: the partnership has none of its own.", most=32_767, fixed=True
    )

    @classmethod
    def of(cls, *layers: Mapping[str, Any] | None) -> "Policy":
        """Return the policy that these layers make, each over the one before.

        A key that is not ours is left out. So is a value that cannot be used, and what lies below it holds: a
        damaged row is no reason to turn people away, and the log says which key it is.
        """
        values: dict[str, Any] = {}
        for layer in layers:
            for name, value in layer.items() if isinstance(layer, Mapping) else ():
                if (one := KEYS.get(name)) is None:
                    continue
                if one.why_not(value):
                    logger.warning("a policy has an unusable value for %s, which is left out", name)
                else:
                    values[name] = one.read(value)
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """Return the keys with their values that a booking keeps, as JSON has them."""
        return {one.name: as_json(getattr(self, one.name)) for one in KEYS.values() if one.kept}

    @property
    def closed_days(self) -> frozenset[date]:
        """Return the days on which the office is closed beside the bank holidays."""
        return frozenset(date.fromisoformat(text) for text in self.closures)

    @property
    def reminder_rules(self) -> tuple[ReminderRule, ...]:
        """Return when people are reminded of a session, before its start."""
        return tuple(rule for rule in map(parse, self.reminders) if not rule.is_after)

    @property
    def question_rules(self) -> tuple[ReminderRule, ...]:
        """Return when those who came are reminded of the questions, after its end."""
        return tuple(rule for rule in map(parse, self.reminders) if rule.is_after)

    @property
    def keeps_places(self) -> bool:
        """Say whether places are kept for anybody until they are released."""
        return bool(self.organisation_quota or self.sector_quota_percent)


KEYS: Final = {item.name: Key.of(item) for item in fields(Policy)}


def as_json(value: Any) -> Any:
    """Return a value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def faults_of(values: object, *, below: Policy | None = None) -> dict[str, str]:
    """Return by key, in sentences, what cannot be used of the values that are to lie over a policy.

    Without one they lie over the defaults.
    """
    if not isinstance(values, Mapping):
        return {"": "A policy is made of keys with their values."}
    faults = {name: why for name, value in values.items() if (why := _why_not(name, value))}
    if not faults:
        policy = Policy.of(below.as_dict() if below else None, values)
        if policy.attendance_part_percent > policy.attendance_percent:
            faults["attendance_part_percent"] = "Attending in part begins no later than attending."
    return faults


def _why_not(name: str, value: Any) -> str:
    """Return why a key cannot have a value."""
    one = KEYS.get(name)
    if one is None:
        return "There is no such key."
    return "This is found out at each booking, and set by nobody." if one.fixed else one.why_not(value)

"""What is mutated: the modules that decide who has a place, who is told what, and who may see it."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

CORE: Final = {
    "places": ["bookings/actions/booking.py", "bookings/actions/places.py"],
    "waiting list": ["bookings/actions/waiting_list.py"],
    "offers": ["bookings/actions/offers.py"],
    "rules and deadlines": ["bookings/policies.py", "bookings/working_days.py", "bookings/eligibility.py"],
    "quotas": ["bookings/limits.py", "bookings/freed.py"],
    "substitution": ["bookings/actions/handovers.py"],
    "register": [
        "bookings/actions/attendance.py",
        "bookings/actions/marks.py",
        "bookings/actions/check_ins.py",
        "bookings/actions/charges.py",
    ],
    "certificates": ["bookings/actions/certificates.py"],
    "outbox": ["notifications/outbox.py", "notifications/claims.py", "notifications/delivery.py"],
    "reminders": ["notifications/reminders.py"],
    "validity": ["notifications/still_true.py"],
    "invitations": ["notifications/invitations.py", "events/ical.py", "bookings/ical.py"],
    "idempotency": ["config/api/idempotency.py"],
    "permissions": ["people/permissions.py"],
}

# Whose tests are asked. The others drive browsers, kill processes or walk over every address.
TESTS: Final = ["tests/bookings", "tests/notifications", "tests/events", "tests/people", "tests/config"]

# Statements that no test on SQLite can miss: SQLite locks the whole file, and what is logged is nobody's promise.
UNSEEN: Final = ("lock_", "log.", "logger.")


def core_files() -> list[str]:
    """Return the files of the core, by area."""
    return [path for paths in CORE.values() for path in paths]

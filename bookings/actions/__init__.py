"""Every verb that changes bookings. Nothing else writes their tables."""

from bookings.actions.access import forget_old_needs, say_need, tick_need, untick_need
from bookings.actions.booking import book, cancel
from bookings.actions.plan import Outcome, book_all
from bookings.actions.sessions import follow_cancelled_session, follow_revised_session
from bookings.actions.waiting_list import promote

__all__ = [
    "Outcome",
    "book",
    "book_all",
    "cancel",
    "follow_cancelled_session",
    "follow_revised_session",
    "forget_old_needs",
    "promote",
    "say_need",
    "tick_need",
    "untick_need",
]

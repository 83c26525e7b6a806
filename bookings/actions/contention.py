"""What to do when two transactions stand in each other's way: as with sessions."""

from events.contention import is_lock_failure, once_more

__all__ = ["is_lock_failure", "once_more"]

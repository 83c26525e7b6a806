"""Changing a session, with what it means for the bookings: the organisers' page is `events`', the deadline ours."""

from typing import Any

from bookings.models import policy_of
from bookings.policies import cancel_free_until, free_until_when_moved
from events.change_presenters import ChangePreview, Pair
from events.dates import moment_words
from events.models import Session
from events.views.organise import session_details


class Change(session_details.Change):
    """Change a session; the preview says until when people may cancel in time after a move."""

    preview_name = "bookings/session_change_preview.html"

    def preview_context(self, preview: ChangePreview) -> dict[str, Any]:
        """Return what the page says, with the deadline before and after."""
        return {**super().preview_context(preview), "deadline": deadline_of(preview)}


def deadline_of(preview: ChangePreview) -> Pair | None:
    """Return how the deadline to cancel in time moves; None where it stays."""
    if "starts_at" not in preview.wanted:
        return None
    stored = preview.session
    moved = Session(starts_at=preview.starts_at, zone=stored.zone)
    policy = policy_of(stored)
    before = cancel_free_until(stored, policy)
    now = free_until_when_moved(moved, policy, at=preview.due_at)
    if before == now:
        return None
    return Pair("Cancelling in time until", moment_words(before, stored.tzinfo), moment_words(now, stored.tzinfo))

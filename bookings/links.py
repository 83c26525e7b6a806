"""Signed links: each opens one question about one booking, or its way in, and works as long as there is an answer.

The signature has a purpose, so that a link for one question opens no other. That it has run out or was answered is
known by the row it names, so that a mail or a diary entry that is written twice carries the same link.
"""

from typing import Final

from django.core.signing import BadSignature, Signer
from django.db.models import Model

OFFER: Final = "bookings.offer"
APPROVAL: Final = "bookings.approval"
HANDOVER: Final = "bookings.handover"
JOIN: Final = "bookings.join"
COMING: Final = "bookings.coming"
CANCEL: Final = "bookings.cancel"
GIVE: Final = "bookings.give"
FEEDBACK: Final = "bookings.feedback"
DECLINE: Final = "bookings.decline"
ABSENCE: Final = "bookings.absence"
ABSENCE_OF_STAFF: Final = "bookings.absence_of_staff"
ARRIVAL: Final = "bookings.arrival"
FOLDERS: Final = {
    OFFER: "offers",
    APPROVAL: "approvals",
    HANDOVER: "handovers",
    JOIN: "join",
    COMING: "coming",
    CANCEL: "cancel",
    GIVE: "give",
    FEEDBACK: "feedback",
    DECLINE: "declines",
    ABSENCE: "absences",
    ABSENCE_OF_STAFF: "absences/of-staff",
    ARRIVAL: "organise/arrivals",
}


def path_of(purpose: str, row: Model) -> str:
    """Return the path of the page about a row: a booking, an Approval, a Handover or a CalendarReply."""
    return f"/{FOLDERS[purpose]}/{Signer(salt=purpose).sign(str(row.pk))}/"


def feedback_path(booking: Model, stage: str = "") -> str:
    """Return the path of a person's own feedback page: for a stage (pre, post, impact), or for the one that is due."""
    return path_of(FEEDBACK, booking) + (f"{stage}/" if stage else "")


def key_in(purpose: str, token: str) -> int | None:
    """Return the key of the row that a link's token names; None for a token that is not ours or has another purpose."""
    try:
        return int(Signer(salt=purpose).unsign(token))
    except (BadSignature, ValueError):
        return None

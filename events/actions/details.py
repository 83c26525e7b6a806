"""Change what no diary says of a session that is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.db.models.functions import Greatest

from events.actions.drafts import revise_topic
from events.actions.sessions import Told, revise_locked
from events.contention import once_more
from events.errors import ChangedSince, SessionNotMovable
from events.models import Session
from events.revision import one_revision
from people.models import User

# Of the session itself: nobody's diary, and no mail about a change, says any of these.
WINDOW: Final = ("booking_opens_at", "booking_closes_at")
DETAILS: Final = (
    *("joining_link", "access", "cameras", "is_recorded", "also_hosted_by", "booking_required", "has_waiting_list"),
    *WINDOW,
)


@once_more
def revise_details(
    session_id: int,
    *,
    at: datetime,
    actor: User | None = None,
    as_of: str = "",
    about: Mapping[str, Any] | None = None,
    **details: Any,
) -> Session:
    """Change details of a published session by name (instants aware), and by ``about`` what its topic says.

    What the topic says changes for all its sittings. Nobody is told, but free places go to those who wait, as
    `revise_session` has it. ``as_of`` says which revision whoever asks had before them, in ISO 8601; empty asks for
    no check. Raises ChangedSince, SessionNotMovable for a session that is cancelled, ValidationError from the
    models, and Busy; nothing is written then. The rows of the session and, for ``about``, of all sittings are locked.
    """
    with one_revision():
        if about:
            Session.objects.filter(topic__sittings=session_id).locked_in_order()
        session: Session = Session.objects.select_related("venue", "room", "week", "topic").locked(session_id)
        if as_of and as_of != session.revised_at.isoformat():
            raise ChangedSince
        if session.state == Session.State.CANCELLED:
            raise SessionNotMovable
        revise_locked(session, {name: details[name] for name in DETAILS if name in details}, Told(at, actor))
        if about:
            revise_topic(session.topic, about)
            session.topic.sittings.update(revised_at=Greatest(F("revised_at"), at))
    return session

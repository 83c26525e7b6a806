"""The only way published programme changes: each verb locks, asks the policy, writes and announces."""

from events.actions.planning import create_session
from events.actions.sessions import cancel_session, publish_session, reschedule_session, revise_session
from events.actions.venues import revise_venue
from events.actions.weeks import copy_week, publish_week

__all__ = [
    "cancel_session",
    "copy_week",
    "create_session",
    "publish_session",
    "publish_week",
    "reschedule_session",
    "revise_session",
    "revise_venue",
]

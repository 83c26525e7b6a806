"""The only way published programme changes: each verb locks, asks the policy, writes and announces."""

from events.actions.planned_changes import carry_out, carry_out_due, plan_change, take_back, try_change
from events.actions.planning import create_session
from events.actions.sessions import cancel_session, publish_session, reschedule_session, revise_session
from events.actions.venues import revise_venue
from events.actions.weeks import copy_week, publish_week

__all__ = [
    "cancel_session",
    "carry_out",
    "carry_out_due",
    "copy_week",
    "create_session",
    "plan_change",
    "publish_session",
    "publish_week",
    "reschedule_session",
    "revise_session",
    "revise_venue",
    "take_back",
    "try_change",
]

"""The only way published programme changes: each verb locks, asks the policy, writes and announces."""

from events.actions.planned_changes import carry_out, carry_out_due, plan_change, take_back, try_change
from events.actions.planning import create_session
from events.actions.sessions import cancel_session, publish_session, reschedule_session, revise_session
from events.actions.trainers import create_trainer, name_trainers, revise_trainer
from events.actions.venues import add_room, create_venue, remove_room, revise_room, revise_venue
from events.actions.weeks import copy_week, publish_week

__all__ = [
    "add_room",
    "cancel_session",
    "carry_out",
    "carry_out_due",
    "copy_week",
    "create_session",
    "create_trainer",
    "create_venue",
    "name_trainers",
    "plan_change",
    "publish_session",
    "publish_week",
    "remove_room",
    "reschedule_session",
    "revise_room",
    "revise_session",
    "revise_trainer",
    "revise_venue",
    "take_back",
    "try_change",
]

"""The only way published programme changes: each verb locks, asks the policy, writes and announces."""

from events.actions.calendar_faults import note_calendar_fault, standing_calendar_faults
from events.actions.details import revise_details
from events.actions.drafts import delete_draft, duplicate_session, move_draft, revise_draft
from events.actions.parts import WantedPart, set_parts
from events.actions.planned_changes import carry_out, carry_out_due, plan_change, take_back, try_change
from events.actions.planning import create_session
from events.actions.publishing import publish_checked, publish_due_week, schedule_publishing
from events.actions.resources import count_download, count_open
from events.actions.sessions import cancel_session, publish_session, reschedule_session, revise_session
from events.actions.trainers import create_trainer, name_trainers, revise_trainer
from events.actions.venues import add_room, create_venue, remove_room, revise_room, revise_venue
from events.actions.week_details import DayPlan, create_week, plan_days, revise_week
from events.actions.weeks import copy_week, publish_week

__all__ = [
    "DayPlan",
    "WantedPart",
    "add_room",
    "cancel_session",
    "carry_out",
    "carry_out_due",
    "copy_week",
    "count_download",
    "count_open",
    "create_session",
    "create_trainer",
    "create_venue",
    "create_week",
    "delete_draft",
    "duplicate_session",
    "move_draft",
    "name_trainers",
    "note_calendar_fault",
    "plan_change",
    "plan_days",
    "publish_checked",
    "publish_due_week",
    "publish_session",
    "publish_week",
    "remove_room",
    "reschedule_session",
    "revise_details",
    "revise_draft",
    "revise_room",
    "revise_session",
    "revise_trainer",
    "revise_venue",
    "revise_week",
    "schedule_publishing",
    "set_parts",
    "standing_calendar_faults",
    "take_back",
    "try_change",
]

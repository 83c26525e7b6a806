"""The only way published programme changes: each verb locks, asks the policy, writes and announces."""

from events.actions.drafts import delete_draft, duplicate_session, move_draft, revise_draft
from events.actions.planning import create_session
from events.actions.publishing import publish_checked, publish_due_week, schedule_publishing
from events.actions.sessions import cancel_session, publish_session, reschedule_session, revise_session
from events.actions.venues import revise_venue
from events.actions.week_details import DayPlan, create_week, plan_days, revise_week
from events.actions.weeks import copy_week, publish_week

__all__ = [
    "DayPlan",
    "cancel_session",
    "copy_week",
    "create_session",
    "create_week",
    "delete_draft",
    "duplicate_session",
    "move_draft",
    "plan_days",
    "publish_checked",
    "publish_due_week",
    "publish_session",
    "publish_week",
    "reschedule_session",
    "revise_draft",
    "revise_session",
    "revise_venue",
    "revise_week",
    "schedule_publishing",
]

"""The programme: weeks and their days, sessions, and what there is to read."""

from events.models.calendar_fault import CalendarFault
from events.models.place import Room, Venue
from events.models.planned_change import PlannedChange
from events.models.programme import (
    DayTheme,
    PracticeWeek,
    ProgrammeRevision,
    Theme,
    ThemeAlias,
    WeekDay,
    WeekHost,
    WeekPresentation,
)
from events.models.resource import KeyMessage, Resource
from events.models.resource_count import ResourceCount
from events.models.session import Session
from events.models.session_host import SessionHost
from events.models.session_part import SessionPart
from events.models.topic import SessionTopic
from events.models.trainer import SessionTrainer, Trainer

__all__ = [
    "CalendarFault",
    "DayTheme",
    "KeyMessage",
    "PlannedChange",
    "PracticeWeek",
    "ProgrammeRevision",
    "Resource",
    "ResourceCount",
    "Room",
    "Session",
    "SessionHost",
    "SessionPart",
    "SessionTopic",
    "SessionTrainer",
    "Theme",
    "ThemeAlias",
    "Trainer",
    "Venue",
    "WeekDay",
    "WeekHost",
    "WeekPresentation",
]

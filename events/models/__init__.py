"""The programme: weeks and their days, sessions, and what there is to read."""

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
from events.models.session import Session, SessionHost, SessionTopic, Venue

__all__ = [
    "DayTheme",
    "KeyMessage",
    "PracticeWeek",
    "ProgrammeRevision",
    "Resource",
    "Session",
    "SessionHost",
    "SessionTopic",
    "Theme",
    "ThemeAlias",
    "Venue",
    "WeekDay",
    "WeekHost",
    "WeekPresentation",
]

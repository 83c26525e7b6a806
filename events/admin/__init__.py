"""The programme, as organisers work on it."""

from events.admin import calendars, programme, resources, sessions

__all__ = ["calendars", "programme", "resources", "sessions"]

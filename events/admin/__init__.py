"""The programme, as organisers work on it."""

from events.admin import programme, resources, sessions

__all__ = ["programme", "resources", "sessions"]

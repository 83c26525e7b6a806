"""The admin's door, what its pages have in common, and those about people."""

from people.admin import access, data_protection, entrance, organisations
from people.admin.pages import Page, ReadOnlyPage

__all__ = ["Page", "ReadOnlyPage", "access", "data_protection", "entrance", "organisations"]

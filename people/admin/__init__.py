"""The admin's door, what its pages have in common, and those about people."""

from people.admin import access, data_protection, entrance, organisations
from people.admin.pages import WEB_ADDRESSES, Page, ReadOnlyPage

__all__ = ["WEB_ADDRESSES", "Page", "ReadOnlyPage", "access", "data_protection", "entrance", "organisations"]

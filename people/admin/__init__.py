"""The admin's door, what its pages have in common, and those about people."""

from people.admin import access, entrance, organisations
from people.admin.pages import WEB_ADDRESSES, Page, ReadOnlyPage

__all__ = ["WEB_ADDRESSES", "Page", "ReadOnlyPage", "access", "entrance", "organisations"]

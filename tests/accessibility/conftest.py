"""These tests drive a browser."""

from tests.browser import context, new_context, page, site

__all__ = ["context", "new_context", "page", "site"]

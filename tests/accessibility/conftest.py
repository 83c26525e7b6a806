"""These tests drive a browser."""

from tests.browser import browser, context, page, site

__all__ = ["browser", "context", "page", "site"]

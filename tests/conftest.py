"""What every test starts from."""

import hypothesis
import pytest
from django.core.cache import cache

from bookings import feeds as own_feeds
from events import feeds
from events.models import Resource
from tests import databases, migrated, services
from tests.browser import chromium
from tests.fixtures import clock, hampshire, island, islander, organiser, person

__all__ = ["clock", "hampshire", "island", "islander", "organiser", "person"]

# No test asserts on a clock: a busy machine proves nothing.
hypothesis.settings.register_profile("no clock", deadline=None)
hypothesis.settings.load_profile("no clock")

MARKS = ("postgres", "redis", "browser", "node", "office")


def pytest_configure(config):
    """Migrate once for many runs."""
    migrated.use_copies(config.cache.mkdir("migrated"))


def pytest_collection_modifyitems(config, items):
    """Mark what runs on PostgreSQL too, and leave to the night what takes longer than a day's run may."""
    for item in items:
        on_servers = item.get_closest_marker("postgres") or databases.may_differ(item.path, item.function)
        if on_servers and not item.get_closest_marker("browser"):
            item.add_marker("database")
    if not services.is_night():
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("nightly")])
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]


def pytest_runtest_setup(item):
    """Skip what this run does not want; skip what it cannot do, or fail where everything must be there."""
    for mark in MARKS:
        if item.get_closest_marker(mark):
            if reason := services.not_wanted(mark):
                pytest.skip(reason)
            if reason := services.missing(mark):
                (pytest.fail if services.in_ci() else pytest.skip)(reason)


@pytest.fixture(scope="session")
def browser():
    """Launch one browser for all tests of this process; each test visits in a context of its own."""
    with chromium() as browser:
        yield browser


@pytest.fixture(autouse=True)
def _no_leftovers(settings, monkeypatch, tmp_path):
    """Mail, files of the library, calendar files and counted tries of one test are not seen by the next."""
    cache.clear()
    feeds.recent.clear()
    own_feeds.recent.clear()
    settings.INBOX_FOLDER = tmp_path / "mail"
    monkeypatch.setitem(vars(Resource.file.field.storage), "location", str(tmp_path / "files"))

"""Real calendar clients follow the running site: vdirsyncer fetches its feeds twice, khal lists what it fetched."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bookings import actions
from bookings.models import FeedToken
from events import actions as programme
from events.models import Session
from tests.factories import SessionFactory, UserFactory, make_booking

pytestmark = pytest.mark.django_db(transaction=True)
TOOLS = Path(sys.executable).parent
# A day of summer time, the Friday before and the Monday after the clocks go back, and the same in March.
STARTS = {
    "Summer": (datetime(2027, 6, 22, 8, 30, tzinfo=UTC), "22/06/2027 09:30"),
    "Before October’s change": (datetime(2027, 10, 29, 8, 0, tzinfo=UTC), "29/10/2027 09:00"),
    "After October’s change": (datetime(2027, 11, 1, 9, 0, tzinfo=UTC), "01/11/2027 09:00"),
    "Before March’s change": (datetime(2028, 3, 24, 9, 0, tzinfo=UTC), "24/03/2028 09:00"),
    "After March’s change": (datetime(2028, 3, 27, 8, 0, tzinfo=UTC), "27/03/2028 09:00"),
}


class Client:
    """vdirsyncer and khal in a home of their own."""

    def __init__(self, home: Path, address: str):
        self.home, self.files = home, home / "files"
        self.environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
        self.environment |= {"XDG_CACHE_HOME": str(home), "TZ": "Europe/London", "LC_ALL": "C.UTF-8"}
        (home / "vdirsyncer.conf").write_text(
            f'[general]\nstatus_path = "{home}/status/"\n[pair feed]\na = "site"\nb = "diary"\ncollections = null\n'
            f'[storage site]\ntype = "http"\nurl = "{address}"\n'
            f'[storage diary]\ntype = "filesystem"\npath = "{self.files}"\nfileext = ".ics"\n'
        )
        (home / "khal.conf").write_text(
            f"[calendars]\n[[diary]]\npath = {self.files}\n[locale]\nlocal_timezone = Europe/London\n"
            "default_timezone = Europe/London\ntimeformat = %H:%M\ndateformat = %d/%m/%Y\nlongdateformat = %d/%m/%Y\n"
            "datetimeformat = %d/%m/%Y %H:%M\nlongdatetimeformat = %d/%m/%Y %H:%M\n"
            f"[sqlite]\npath = {home}/khal.db\n"
        )
        self.files.mkdir()
        self._run("vdirsyncer", "discover", config="vdirsyncer.conf")

    def sync(self) -> dict[str, tuple[int, str]]:
        """Fetch; return by name, which vdirsyncer makes of what an entry says, when each was written and its words."""
        self._run("vdirsyncer", "sync", config="vdirsyncer.conf")
        return {path.name: (path.stat().st_mtime_ns, path.read_text()) for path in self.files.iterdir()}

    def listed(self) -> list[str]:
        """Return what khal shows, a line for each entry."""
        shown = self._run(
            "khal", "list", "--day-format", "", "--format", "{start} {title}", "01/06/2027", "365d", config="khal.conf"
        )
        return [line for line in shown.splitlines() if line.strip()]

    def _run(self, tool: str, *words: str, config: str) -> str:
        command = [TOOLS / tool, "-c", str(self.home / config), *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def sessions():
    """Make a session on each of the days."""
    for title, (starts_at, _) in STARTS.items():
        SessionFactory(title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), capacity=9)


def test_public_feed_when_a_client_follows_it_then_it_changes_with_the_programme_alone(live_server, tmp_path):
    sessions()
    client = Client(tmp_path, f"{live_server.url}/calendar/all.ics")

    first = client.sync()
    again = client.sync()

    assert len(first) == len(STARTS)
    assert again == first
    assert client.listed() == [f"{shown} {title}" for title, (_, shown) in STARTS.items()]
    moved = Session.objects.get(title="Summer")
    hour = timedelta(hours=1)
    now = datetime(2027, 5, 4, tzinfo=UTC)
    programme.reschedule_session(moved.pk, starts_at=moved.starts_at + hour, ends_at=moved.ends_at + hour, at=now)
    third = client.sync()
    assert len(first.items() - third.items()) == len(third.items() - first.items()) == 1
    assert client.listed()[0] == "22/06/2027 10:30 Summer"


def test_private_feed_when_a_client_follows_it_then_it_shows_the_persons_places_and_lets_go_of_them(
    live_server, tmp_path
):
    sessions()
    person = UserFactory()
    bookings = [make_booking(session=one, practitioner=person) for one in Session.objects.order_by("starts_at")]
    client = Client(tmp_path, f"{live_server.url}/calendar/me/{FeedToken.issue(person)}.ics")

    first = client.sync()
    assert client.sync() == first
    assert client.listed() == [f"{shown} {title}" for title, (_, shown) in STARTS.items()]

    actions.cancel(bookings[0], at=datetime(2027, 5, 4, tzinfo=UTC))
    assert len(client.sync()) == len(STARTS) - 1
    assert not any("Summer" in line for line in client.listed())

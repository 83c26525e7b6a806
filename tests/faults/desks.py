"""A booking desk of its own: a database made for it, the web processes that serve it, and clients that rush it.

Run as a program it fills or reads the database that DATABASE_URL names, because a test's own process has another:
`python -m tests.faults.desks fill PEOPLE PLACES [SESSIONS]` prints the sessions and the tokens, `read` the rows.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.faults.patience import PATIENCE
from tests.faults.sites import ROOT, free_port

SETTINGS = "config.settings.local"


class DeskSite:
    """gunicorn as `manage.py up` runs it, on a database that is migrated first."""

    def __init__(
        self, folder: Path, database_url: str, *, application: str = "config.wsgi", **environment: str
    ) -> None:
        self.folder, self.port, self.application = folder, free_port(), application
        kept = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "SITE_URL", "EMAIL_URL"}}
        self.environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "DATABASE_URL": database_url,
            "DATA_FOLDER": str(folder),
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("manage.py", "createcachetable", "--verbosity", "0")
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> str:
        """Run a Python program beside the site; return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self) -> None:
        """Start the web processes and wait until they answer."""
        with (self.folder / "web.log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "-c", "python:config.web_server"),
                    *("-b", f"127.0.0.1:{self.port}", f"{self.application}:application"),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self.process.poll() is None, (self.folder / "web.log").read_text()
                assert time.monotonic() < until, "it never listened"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the web processes that were started here."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE)

    def log(self) -> str:
        """Return what the web processes said."""
        return (self.folder / "web.log").read_text()


class Client:
    """One client with one connection, which is opened again when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def post(self, path: str, token: str, body: object, *, key: str = "") -> tuple[int, dict]:
        """Send a body to the API; return status and answer, status 0 where nothing came back."""
        return self.send("POST", path, token, body, key=key)

    def send(self, method: str, path: str, token: str, body: object = None, *, key: str = "") -> tuple[int, dict]:
        """Ask the API for something or send it a body; return status and answer, status 0 where nothing came back."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Host": "localhost"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            self.connection.request(method, f"/api/v1/{path}", None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, {}
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(text) if is_json and text else {}


def rush(port: int, session: int, tokens: list[str], *, clients: int) -> list[tuple[int, int, dict]]:
    """Let everybody bid twice at once; return whose bid was answered how, in the order of the answers."""
    bids = [number for number in range(len(tokens)) for _ in range(2)]
    told: list[tuple[int, int, dict]] = []
    lock = threading.Lock()

    def bid() -> None:
        client = Client(port)
        while True:
            with lock:
                number = bids.pop() if bids else None
            if number is None:
                client.connection.close()
                return
            status, answer = client.post("bookings/", tokens[number], {"session": session})
            with lock:
                told.append((number, status, answer))

    threads = [threading.Thread(target=bid) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def fill(people: int, places: int, sessions: int = 1) -> dict:
    """Make sessions on days of one week, and people with tokens; return the keys, the first session's too."""
    import secrets  # noqa: PLC0415 - only where the program runs
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415
    from datetime import time as clock  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from people.models import ApiToken, RoleGrant, User  # noqa: PLC0415
    from people.models.access import digest  # noqa: PLC0415
    from tests.factories import PartnershipFactory, SessionFactory, WeekFactory  # noqa: PLC0415

    start = timezone.now() + timedelta(days=60)
    monday = start.date() - timedelta(days=start.weekday())
    week = WeekFactory(starts_on=monday)
    ten = datetime.combine(monday, clock(10), UTC)
    days = [start] if sessions == 1 else [ten + timedelta(days=n) for n in range(sessions)]
    opened = [SessionFactory(capacity=places, starts_at=day, week=week) for day in days]
    made = User.objects.bulk_create(
        User(
            email=f"bidder{n}@example.org",
            address_key=f"bidder{n}@example.org",
            name=f"Bidder {n}",
            organisation_name="Example School",
            job_role="Teacher",
        )
        for n in range(people)
    )
    organiser = User.objects.create_user("organiser@example.org", name="Organiser")
    RoleGrant.objects.create(user=organiser, role="organiser", partnership=PartnershipFactory())
    secret = {person.pk: secrets.token_urlsafe(32) for person in [*made, organiser]}
    ApiToken.objects.bulk_create(ApiToken(user_id=pk, digest=digest(text)) for pk, text in secret.items())
    tokens = [secret[person.pk] for person in made]
    return {
        "session": opened[0].pk,
        "sessions": [session.pk for session in opened],
        "people": [person.pk for person in made],
        "tokens": tokens,
        "organiser": secret[organiser.pk],
    }


def read() -> dict:
    """Return what the rows say: every booking and its history, the counters, and what does not hold."""
    from django.utils import timezone  # noqa: PLC0415

    from bookings.invariants import faults  # noqa: PLC0415
    from bookings.models import Booking, BookingChange  # noqa: PLC0415
    from events.models import Session  # noqa: PLC0415

    rows = Booking.objects.order_by("pk").values_list("pk", "practitioner", "session", "status", "queue_number")
    counters = Session.objects.order_by("pk").values_list("pk", "capacity", "places_taken", "waiting")
    changes = BookingChange.objects.order_by("pk").values_list("booking", "verb", "from_status", "to_status")
    swaps = Booking.objects.filter(substitute_for__isnull=False).order_by("pk").values_list("pk", "substitute_for")
    return {
        "bookings": list(rows),
        "changes": list(changes),
        "swaps": list(swaps),
        "counters": list(counters),
        "faults": faults(at=timezone.now()),
    }


def drop_the_last_line() -> dict:
    """Take the check on places away, so that only the statement under test stands guard."""
    from django.db import connection  # noqa: PLC0415

    from events.models import Session  # noqa: PLC0415

    constraint = next(c for c in Session._meta.constraints if c.name == "session_places_within_capacity")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, constraint)
    return {}


if __name__ == "__main__":
    import django

    django.setup()
    verb, *numbers = sys.argv[1:]
    found = {"fill": fill, "read": read, "unguard": drop_the_last_line}[verb](*map(int, numbers))
    sys.stdout.write(json.dumps(found))

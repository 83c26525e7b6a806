"""PostgreSQL is stopped as if its power had gone, twice, while 32 clients use the desk: what was said stays true.

A client sends a request again, with the same key, until it is answered. They go on for DESK_SECONDS, and on a
slow machine until each thing has been done once.
"""

import json
import os
import sys
import time
from collections import Counter

import pytest

from tests import services
from tests.faults.clusters import cluster
from tests.faults.desks import Client, DeskSite
from tests.faults.mixed import Load
from tests.faults.patience import PATIENCE

__all__ = ["cluster"]

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

CLIENTS, PEOPLE, SESSIONS, PLACES, RESTARTS = 32, 80, 3, 4, 2
A_FEW_SECONDS = 10  # a thread waits as long for a connection of its pool
SUCCESS = {"book": 201, "cancel": 200, "accept": 200, "decline": 200, "substitute": 200, "resize": 200}
# What a refusal says of a booking, and in which states it is true.
REFUSED_IN = {
    ("cancel", "booking_ended"): {"declined", "expired", "substituted"},
    ("accept", "offer_gone"): {"waitlisted", "cancelled", "declined", "expired", "substituted"},
    ("decline", "offer_gone"): {"waitlisted", "confirmed", "cancelled", "expired", "substituted"},
    ("substitute", "not_substitutable"): {"waitlisted", "offered", "cancelled", "declined", "expired", "substituted"},
}


class Rows:
    """What the database holds, in the order of the questions."""

    def __init__(self, made, rows):
        self.person_of = {pk: made["people"].index(person) for pk, person, *_ in rows["bookings"]}
        self.session_of = {pk: session for pk, _, session, *_ in rows["bookings"]}
        self.status_of = {pk: status for pk, _, _, status, _ in rows["bookings"]}
        self.capacity_of = {pk: capacity for pk, capacity, *_ in rows["counters"]}
        self.first_for = dict(rows["swaps"])
        self.history = {pk: [] for pk in self.status_of}
        for booking, verb, _, to_status in rows["changes"]:
            self.history[booking].append((verb, to_status))

    def states(self, booking):
        """Return every state a booking has been in."""
        return {state for _, state in self.history.get(booking, [])}

    def verbs(self, booking):
        """Return everything that was done to a booking."""
        return {verb for verb, _ in self.history.get(booking, [])}

    def ever_held(self, session):
        """Return how many bookings of a session have held a place at any time."""
        holding = {"confirmed", "offered", "awaiting_approval"}
        return sum(bool(self.states(pk) & holding) for pk, where in self.session_of.items() if where == session)

    def is_theirs(self, booking, told):
        """Say whether a booking is of the person and session that were asked for."""
        return (self.person_of.get(booking), self.session_of.get(booking)) == (told.person, told.session)

    def explain(self, told):
        """Say whether an acknowledged answer is what the rows say, too."""
        if told.status == SUCCESS[told.verb]:
            return getattr(self, f"_{told.verb}")(told, told.answer.get("id", 0))
        code = told.answer.get("code")
        if told.status != 409:
            return False
        if code == "already_booked":
            booking = told.answer["booking"]["id"]
            return told.verb in {"book", "substitute"} and self.is_theirs(booking, told)
        if code == "capacity_too_small":
            return told.verb == "resize" and told.wanted < self.ever_held(told.session)
        return bool(REFUSED_IN.get((told.verb, code), set()) & self.states(told.booking))

    def _book(self, told, booking):
        begun = self.history.get(booking, [("", "")])[0]
        return (
            self.is_theirs(booking, told)
            and begun in {("booked", "confirmed"), ("queued", "waitlisted")}
            and (told.answer["status"] in self.states(booking))
        )

    def _cancel(self, told, booking):
        is_recorded = bool(self.verbs(booking) & {"cancelled", "replaced"})
        return booking == told.booking and self.status_of[booking] == "cancelled" and is_recorded

    def _accept(self, told, booking):
        return booking == told.booking and ("accepted", "confirmed") in self.history[booking]

    def _decline(self, told, booking):
        return booking == told.booking and self.status_of[booking] == "declined"

    def _substitute(self, told, booking):
        is_given = self.first_for.get(booking) == told.booking and self.status_of[told.booking] == "substituted"
        return is_given and self.is_theirs(booking, told)

    def _resize(self, told, session):
        return session == told.session and told.answer["capacity"] == told.wanted


def done(told, verb):
    """Return the answers that said a thing was done."""
    return [one for one in told if one.verb == verb and one.status == SUCCESS[verb]]


def last_resizes(told, session):
    """Return the sizes that may have been the last: no other size was asked for after they were acknowledged."""
    sizes = [one for one in done(told, "resize") if one.session == session]
    latest = max((one.sent for one in sizes), default=0)
    return {one.wanted for one in sizes if one.got >= latest} or {PLACES}


def restart(cluster, load):
    """Stop hard, stay down until a client has noticed, start; return within which instants it may fail."""
    load.saw_a_failure.clear()
    load.is_up.clear()
    stopped = time.monotonic()
    cluster.stop_hard()
    assert load.saw_a_failure.wait(60), "nobody noticed"
    cluster.start()
    load.was_served.clear()
    load.is_up.set()
    started = time.monotonic()
    assert load.was_served.wait(90), "it does not serve again by itself"
    return stopped, started + A_FEW_SECONDS


def drive(cluster, load):
    """Let the clients go on for as long as the load has to last, with the restarts in between; return the windows."""
    threads = load.run(CLIENTS)
    ends = time.monotonic() + load.seconds
    windows = []
    try:
        for nth in range(1, RESTARTS + 1):
            load.is_over.wait(max(0, ends - load.seconds * (1 - nth / (RESTARTS + 1)) - time.monotonic()))
            windows.append(restart(cluster, load))
        load.is_over.wait(max(0, ends - time.monotonic()))
        assert load.did_all.wait(PATIENCE), "not everything that can be done was done once"
    finally:
        load.is_up.set()
        load.is_over.set()
        for thread in threads:
            thread.join()
    return windows


def test_postgres_restarted_hard_twice_under_a_mixed_load_then_every_answer_is_explained_by_the_rows(cluster, tmp_path):
    seconds = float(os.environ.get("DESK_SECONDS", services.size(10, night=60)))
    site = DeskSite(tmp_path, cluster.url)
    made = json.loads(site.run("-m", "tests.faults.desks", "fill", str(PEOPLE), str(PLACES), str(SESSIONS)))
    site.serve()
    try:
        load = Load(site.port, made, seconds)
        began = time.monotonic()
        windows = drive(cluster, load)
        lasted = time.monotonic() - began
        client = Client(site.port)
        after = client.send("GET", "bookings/", made["organiser"])
        client.connection.close()
    finally:
        site.stop()
    read = json.loads(site.run("-m", "tests.faults.desks", "read"))
    rows, told = Rows(made, read), load.told
    faulty = [(sent, got, status, code) for sent, got, status, code in load.failed if status >= 500]
    outside = [one for one in faulty if not any(one[0] <= until and one[1] >= since for since, until in windows)]
    figures = {
        "requests": load.requests,
        "told": dict(sorted(Counter(f"{one.verb} {one.status} {one.answer.get('code', '')}" for one in told).items())),
        "failed": dict(Counter(f"{status} {code}" for _, _, status, code in load.failed)),
        "outside": dict(Counter(f"{status} {code}" for _, _, status, code in outside)),
        "windows": [round(until - since - A_FEW_SECONDS, 1) for since, until in windows],
        "bookings": len(read["bookings"]),
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")

    assert load.broken == []
    assert lasted >= seconds
    assert len(windows) == RESTARTS
    assert after[0] == 200
    assert read["faults"] == []
    assert [one for one in told if not rows.explain(one)] == []
    # Nothing was done that nobody was told of, and nothing twice.
    begun = [one.answer["id"] for verb in ("book", "substitute") for one in done(told, verb)]
    assert sorted(begun) == sorted(rows.status_of)
    for verb, said in (("cancel", "cancelled"), ("accept", "accepted"), ("decline", "declined")):
        changed = Counter(booking for booking, verb_, *_ in read["changes"] if verb_ == said)
        assert set(changed.values()) <= {1}
        assert set(changed) <= {one.booking for one in done(told, verb)}
    for session, capacity in rows.capacity_of.items():
        assert capacity in last_resizes(told, session)
    # A site that is merely busy may say so; whatever else a server's fault is, it needs a database that is gone.
    assert [one for one in outside if one[3] != "busy"] == []
    assert {status for _, _, status, _ in faulty} == {503}
    assert {one.verb for verb in SUCCESS for one in done(told, verb)} == set(SUCCESS)

"""Measure the real server: each kind of request as a ratio to an empty view of the same server in the same run.

The rounds of all kinds take turns, so that a busy moment of the machine touches all of them alike; what is
reported is the median of the rounds. Queries are counted apart, in one process.
"""

import argparse
import itertools
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench import server
from bench.client import Connection, Requests, Round, drive, request

RESULTS: Final = Path(__file__).parent / "results.json"
CLIENTS: Final = 8
HOT_CLIENTS: Final = 16


@dataclass
class Kind:
    """A kind of request: where its requests come from, what a good answer is, and what its rounds saw."""

    name: str
    source: Callable[[int], Requests]  # the number of the round in, requests out
    good: int = 200
    clients: int = CLIENTS
    aim: float | None = None
    most_queries: int | None = None
    rounds: list[Round] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def rate(self, number: int) -> float:
        """Return the answers per second of a round."""
        return self.rounds[number].count / self.rounds[number].seconds


def main() -> None:
    """Measure, print a table, and write the results."""
    options = _options()
    with server.environment() as settings:
        rows = server.ask("bench.rows", settings, str(options.rounds + 1))
        with server.running(settings) as (port, process):
            kinds = _kinds(rows, etag=_etag(port))
            for number in range(-1, options.rounds):  # the first turn warms up and is not kept
                for kind in kinds:
                    _measure(kind, number, port=port, process=process, seconds=options.seconds if number >= 0 else 1)
        counts = server.ask("bench.queries", settings, given=_to_count(rows))
        database = settings["DATABASE_URL"].split(":", 1)[0]
    found = [_result(kind, kinds[0], counts.get(kind.name)) for kind in kinds]
    _print(found, database)
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "database": database, "commit": _commit()}
    options.results.write_text(json.dumps({**machine, "results": found}, indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long a round takes")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written, as JSON")
    return parser.parse_args()


def _kinds(rows: dict[str, Any], *, etag: str) -> list[Kind]:
    """Return what is measured, the empty view first."""
    feed = request("/calendar/all.ics", headers={"If-None-Match": etag})
    spread = ((token, session) for session in rows["spread"] for token in rows["tokens"])
    ample = (_booking(token, session) for token, session in spread)
    return [
        Kind("empty view", lambda _: itertools.repeat(request("/health/live"))),
        Kind("booking, ample places", lambda _: ample, good=201, aim=0.4, most_queries=12),
        Kind("booking, one hot session", lambda n: _hot(rows, n), good=201, clients=HOT_CLIENTS),
        Kind("feed not modified", lambda _: itertools.repeat(feed), good=304, aim=0.8),
        Kind("week page", lambda _: itertools.repeat(request(rows["week"])), most_queries=9),
    ]


def _hot(rows: dict[str, Any], number: int) -> Iterator[bytes]:
    """Return everybody's wish for one session, another one in each round."""
    return (_booking(token, rows["hot"][number]) for token in rows["tokens"])


def _booking(token: str, session: int) -> bytes:
    body = json.dumps({"session": session}).encode()
    return request("/api/v1/bookings/", method="POST", headers={"Authorization": f"Bearer {token}"}, body=body)


def _etag(port: int) -> str:
    """Return the feed's entity tag."""
    connection = Connection(port)
    status, head, _ = connection.ask(request("/calendar/all.ics"))
    connection.close()
    for line in head.decode().split("\r\n"):
        name, _, value = line.partition(":")
        if status == server.OK and name.lower() == "etag":
            return value.strip()
    raise SystemExit(f"The feed answered {status} without an ETag.")


def _measure(kind: Kind, number: int, *, port: int, process: int, seconds: float) -> None:
    """Run one round; ends everything when an answer is not the one that was to be measured."""
    before = server.cpu_seconds(process)
    seen = drive(port, lambda: kind.source(number), clients=kind.clients, seconds=seconds)
    used = server.cpu_seconds(process) - before
    if seen.fault or set(seen.statuses) != {kind.good}:
        raise SystemExit(f"{kind.name}: expected {kind.good}, got {seen.statuses} {seen.fault}")
    if number >= 0:
        kind.rounds.append(seen)
        kind.cpu.append(1000 * used / seen.count)


def _to_count(rows: dict[str, Any]) -> dict[str, Any]:
    """Return one request of each kind whose queries are counted; bookings by somebody who has not booked yet."""
    headers = {"Authorization": f"Bearer {rows['tokens'][-1]}"}
    bodies = [{"session": session} for session in rows["spread"][-2:]]
    return {
        "empty view": {"method": "GET", "path": "/health/live"},
        "booking, ample places": {
            "method": "POST",
            "path": "/api/v1/bookings/",
            "headers": headers,
            "bodies": bodies,
        },
        "week page": {"method": "GET", "path": rows["week"]},
        "feed not modified": {"method": "GET", "path": "/calendar/all.ics", "revalidate": True},
    }


def _result(kind: Kind, empty: Kind, count: dict[str, Any] | None) -> dict[str, Any]:
    """Return the figures of a kind; times in milliseconds."""
    numbers = range(len(kind.rounds))
    times = sorted(itertools.chain.from_iterable(seen.times for seen in kind.rounds))
    return {
        "name": kind.name,
        "clients": kind.clients,
        "per_second": round(statistics.median(kind.rate(n) for n in numbers), 1),
        "ratio": round(statistics.median(kind.rate(n) / empty.rate(n) for n in numbers), 3),
        "aim": kind.aim,
        "p50_ms": round(1000 * times[len(times) // 2], 1),
        "p99_ms": round(1000 * times[int(len(times) * 0.99)], 1),
        "cpu_ms": round(statistics.median(kind.cpu), 2),
        "queries": count["queries"] if count else None,
        "most_queries": kind.most_queries,
    }


def _print(found: list[dict[str, Any]], database: str) -> None:
    print(f"\nOn {database}, {os.cpu_count()} CPUs; the ratio is to the empty view of the same rounds.\n")
    print(f"{'':26}{'clients':>8}{'/s':>9}{'ratio':>8}{'aim':>6}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>8}{'queries':>9}")
    for one in found:
        aim = f"{one['aim']:.0%}" if one["aim"] else ""
        queries = "" if one["queries"] is None else str(one["queries"])
        most = f" of {one['most_queries']}" if one["most_queries"] else ""
        print(
            f"{one['name']:26}{one['clients']:>8}{one['per_second']:>9}{one['ratio']:>8.1%}{aim:>6}"
            f"{one['p50_ms']:>9}{one['p99_ms']:>9}{one['cpu_ms']:>8}{queries + most:>9}"
        )


def _commit() -> str:
    """Return what was measured, as git names it; nothing outside a clone."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607 - whichever git there is
        cwd=server.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()

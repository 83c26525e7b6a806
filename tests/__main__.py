"""Run the tests: all of them once on SQLite, and again on PostgreSQL and Redis what may come out otherwise there.

    python -m tests [--fast] [--times N] [PYTEST ARGUMENT ...]

`--fast` leaves out the browser, the servers and the tests that kill processes. `--times` runs everything N times, each
in another random order, and counts. Further arguments go to pytest, which then looks at those tests alone and starts
no more processes. Where no server answers at DATABASE_SERVER and REDIS_URL (by default this machine's), their part is
left out with a word; where CI is set it fails. Ends with 1 when a step failed.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
import redis

from tests.services import in_ci

SERVERS = (os.environ.get("DATABASE_SERVER", ""), "postgres://root@127.0.0.1", "postgres://postgres@127.0.0.1")
REDIS_URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9"
NO_TESTS = 5  # pytest's exit code where nothing was chosen
AT_ONCE = "3"  # tests that kill processes wait more than they work


def database_server() -> str:
    """Return the address of the first PostgreSQL server that answers, or nothing."""
    for server in filter(None, SERVERS):
        try:
            psycopg.connect(f"{server}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return server
    return ""


def redis_answers() -> bool:
    """Say whether a Redis answers at the address that tests use."""
    try:
        return bool(redis.Redis.from_url(REDIS_URL, socket_timeout=2).ping())
    except redis.RedisError:
        return False


@contextmanager
def database(server: str) -> Iterator[str]:
    """Make a database for this run and drop it afterwards, with what the tests named after it."""
    name = f"practice_weeks_tests_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            left = connection.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^(test_)?{name}"])
            for (one,) in left.fetchall():
                connection.execute(f'DROP DATABASE "{one}" WITH (FORCE)')


def step(name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> int:
    """Run pytest, say how long it took, and return its exit code."""
    print(f"== tests: {name}", flush=True)
    began = time.monotonic()
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    command = [sys.executable, "-m", "pytest", *arguments]
    code = subprocess.run(command, env={**kept, **(environment or {})}, check=False).returncode
    said = {0: "passed", NO_TESTS: "none chosen"}.get(code, "FAILED")
    print(f"== tests: {name}: {said} in {time.monotonic() - began:.0f} s", flush=True)
    return code


def run(chosen: list[str], *, fast: bool) -> bool:
    """Run every step, also after one has failed; say whether some tests ran and none failed."""
    spread = [] if chosen else ["-n", "auto", "--dist", "worksteal"]
    if fast:
        return step("fast", *spread, "-m", "not browser and not faults", *chosen) == 0
    server = database_server()
    if not (server and redis_answers()):
        code = step("sqlite", *spread, *chosen)
        print("== tests: without PostgreSQL and Redis, which do not both answer on this machine", flush=True)
        return code == 0 and not in_ci()
    codes = {step("sqlite", *spread, "-m", "not faults", *chosen)}
    with database(server) as url:
        servers = {"DATABASE_URL": url, "REDIS_URL": REDIS_URL}
        codes.add(step("servers", *spread, "-m", "(database or redis) and not faults", *chosen, environment=servers))
        spread = spread and ["-n", AT_ONCE, "--dist", "worksteal"]
        codes.add(step("faults", *spread, "-m", "faults", *chosen, environment=servers))
    return codes <= {0, NO_TESTS} and 0 in codes


def main() -> int:
    """Read the command line, run the tests as often as it says, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__.splitlines()[0])
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    options, chosen = parser.parse_known_args()
    passed = [run(chosen, fast=options.fast) for _ in range(options.times)]
    if options.times > 1:
        print(f"== tests: {sum(passed)} of {options.times} runs passed")
    return not all(passed)


if __name__ == "__main__":
    sys.exit(main())

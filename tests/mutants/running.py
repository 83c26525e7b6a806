"""Tests of this process, collected once and run in any order, as often as needed."""

import hashlib
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.mutants.core import ROOT

QUIET = ["-p", "no:randomly", "-p", "no:xdist", "--capture=no", "-q", "-o", "tmp_path_retention_policy=none"]


class Alone:
    """What pytest is told comes next, so that it tears down all but what the whole session has: the database."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[Any]:
        """Return the nodes that stay set up."""
        return [self.session]


@dataclass(eq=False)
class Runner:
    """A collected session of pytest, and what its tests came to."""

    session: pytest.Session
    failed: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    said: str = ""  # by the last test that failed

    def __post_init__(self) -> None:
        self.items = {item.nodeid: item for item in self.session.items}
        files = {file_of(one) for one in self.items}
        self.digests = {one: hashlib.sha256((ROOT / one).read_bytes()).hexdigest()[:16] for one in files}
        self.session.config.pluginmanager.register(self)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went."""
        if report.failed:
            self.failed.add(report.nodeid)
            self.said = report.longreprtext
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def run(self, chosen: Iterable[str]) -> Iterable[tuple[str, float]]:
        """Run tests one after the other; yield each with the processor seconds that it took."""
        items: list[Any] = [self.items[one] for one in chosen]
        for item, after in zip(items, [*items[1:], Alone(self.session)], strict=True):
            began = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            yield item.nodeid, time.process_time() - began

    def first_failing(self, chosen: Iterable[str]) -> str | None:
        """Run tests until one fails, and return that one."""
        return next((one for one, _ in self.run(chosen) if one in self.failed), None)

    def make_database(self) -> None:
        """Run one test that needs the database, which then stays for the others."""
        one = next(key for key, item in self.items.items() if "db" in getattr(item, "fixturenames", []) or _uses(item))
        if self.first_failing([one]):
            raise RuntimeError(f"{one} fails without any change")

    def digest(self, path: str) -> str:
        """Return a digest of a file of tests as it was when they were collected."""
        return self.digests[path]


def _uses(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None


def file_of(nodeid: str) -> str:
    """Return the file of a test."""
    return nodeid.split("::", 1)[0]


class Collected:
    """A plugin that hands the collected session over instead of running it."""

    def __init__(self, work: Any) -> None:
        self.work = work
        self.result: Any = None

    def pytest_collection(self) -> None:
        """Look for examples in the same order each time, and stop at the first that fails."""
        import hypothesis  # noqa: PLC0415 - pytest rewrites its assertions first

        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True, database=None, phases=phases)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what needs more than this process."""
        away = ("browser", "postgres", "redis", "faults", "node", "office")
        items[:] = [item for item in items if not any(map(item.get_closest_marker, away))]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work in place of the tests."""
        runner = Runner(session)
        runner.make_database()
        self.result = self.work(runner)
        return True


def with_tests(paths: list[str], work: Any) -> Any:
    """Collect tests, make their database, and return what the work with them comes to."""
    plugin = Collected(work)
    with tempfile.TemporaryDirectory() as folder:  # other runs of pytest clear away the usual one
        code = pytest.main([*QUIET, "--basetemp", f"{folder}/tests", *paths], plugins=[plugin])
    if code != pytest.ExitCode.OK or plugin.result is None:
        raise SystemExit("The tests could not be collected.")
    return plugin.result

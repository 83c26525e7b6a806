"""Which functions of the core each test calls, kept from run to run for every file of tests that is as it was."""

import importlib
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.mutants import forks
from tests.mutants.functions import Function, module_of, noting_codes, running, swap
from tests.mutants.running import Runner, file_of

NOTE = "__note_of_a_call__"
SLOWEST = 900.0  # processor seconds that one file of tests may take


class Notes:
    """Code for every function of the core that notes each call."""

    def __init__(self, core: list[Function]) -> None:
        self.called: set[str] = set()
        self.objects = running(core)
        self.codes = noting_codes(core, NOTE)
        self.modules = {module_of(one.path) for one in core}

    def begin(self) -> None:
        """Let the functions of this process note their calls."""
        for module in self.modules:
            vars(importlib.import_module(module))[NOTE] = self.called.add
        for one, objects in self.objects.items():
            swap(objects, self.codes[one])


def record(runner: Runner, core: list[Function], folder: Path, *, at_once: int) -> dict[str, Any]:
    """Return by test what it calls and how many seconds it takes; run only files that have changed since."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for one in runner.items:
        by_file[file_of(one)].append(one)
    known = sorted(function.id for function in core)
    kept = folder / "calls"
    kept.mkdir(parents=True, exist_ok=True)
    left = [path for path in by_file if _kept(kept, path, runner.digest(path), known, whole=True) is None]
    if left:
        print(f"Recording what the tests of {len(left)} files call ...", flush=True)
        notes = Notes(core)
        forks.share(left, lambda path: _write(runner, notes, kept, path, by_file[path], known), at_once=at_once)
    found = {}
    for path, chosen in by_file.items():
        tests = _kept(kept, path, runner.digest(path), known) or {}
        found.update({one: tests[one] for one in chosen if one in tests})
    return found


def _name(folder: Path, path: str) -> Path:
    return folder / f"{path.replace('/', '+')}.json"


def _kept(folder: Path, path: str, digest: str, known: Iterable[str], *, whole: bool = False) -> dict[str, Any] | None:
    """Return what was recorded of a file, unless it or the functions of a file that it calls are others by now.

    ``whole``: nor where one of its tests did not pass.
    """
    name = _name(folder, path)
    if not name.exists():
        return None
    read = json.loads(name.read_text())
    new = {one.split(":")[0] for one in set(known) - set(read["known"])}
    called = {one.split(":")[0] for test in read["tests"].values() for one in test["calls"]}
    if whole and read["failed"]:
        return None
    return read["tests"] if read["digest"] == digest and not new & called else None


def _write(runner: Runner, notes: Notes, folder: Path, path: str, chosen: list[str], known: list[str]) -> None:
    tests = forks.ask(lambda: _calls(runner, notes, chosen), cpu_seconds=SLOWEST)
    failed = [one for one, said in tests.items() if said["failed"]] if tests else chosen
    for one in failed[:1]:
        why = tests[one]["failed"] if tests else "it took too long"
        print(f"{len(failed)} tests of {path} fail without any change, so they are not asked: {one}: {why}", flush=True)
    asked = {one: said for one, said in (tests or {}).items() if said["passed"]}
    written = _name(folder, path)
    written.with_suffix(".new").write_text(
        json.dumps({"digest": runner.digest(path), "known": known, "failed": failed, "tests": asked})
    )
    written.with_suffix(".new").rename(written)


def _calls(runner: Runner, notes: Notes, chosen: list[str]) -> dict[str, Any]:
    """Run tests in functions that note their calls."""
    notes.begin()
    found = {}
    for one, seconds in runner.run(chosen):
        found[one] = {
            "calls": sorted(notes.called),
            "seconds": round(seconds, 3),
            "passed": one in runner.passed - runner.failed,
            "failed": runner.said.strip().rpartition("\n")[2] if one in runner.failed else "",
        }
        notes.called.clear()
    return found

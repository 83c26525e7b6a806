"""Does any test notice a change? The nearest tests are asked first, in a process of their own for each change."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

from tests.mutants import forks
from tests.mutants.functions import Function, NotSwappable, changed_code, swap
from tests.mutants.operators import Change
from tests.mutants.running import Runner, file_of

SPARE_SECONDS = 30.0  # processor time that a change may cost beyond what its tests take, before it counts as endless


@dataclass(frozen=True)
class Verdict:
    """What became of one change of one function."""

    path: str
    function: str
    digest: str  # of the function's text
    line: int
    change: str
    state: str  # killed, endless, survived, or without tests
    by: str = ""  # the test that noticed
    asked: int = 0  # how many tests did not
    of: int = 0  # how many call the function
    tests: str = ""  # digest of what it rests on: the file of `by`, or every file whose tests were asked

    @property
    def id(self) -> str:
        """Return what names the change."""
        return f"{self.path}:{self.function}:{self.change}"


@dataclass
class Judge:
    """Asks tests about changes, and keeps what they said."""

    runner: Runner
    calls: dict[str, Any]
    kept: Path
    most_tests: int
    most_seconds: float
    objects: dict[str, list[FunctionType]]
    _checked: dict[str, bool] = field(default_factory=dict)

    def nearest(self, function: Function) -> list[str]:
        """Return the tests that call a function, at most so many: its own file's first, then the most special ones.

        Tests of one file stand together, so that what they share is made once.
        """
        stem = Path(function.path).stem
        own = {f"test_{stem}.py", f"test_{stem.rstrip('s')}.py"}

        def rank(one: str) -> tuple[bool, bool, int, float]:
            test = self.calls[one]
            name = Path(file_of(one)).name
            return test["seconds"] > 3, name not in own, len(test["calls"]), test["seconds"]

        chosen: list[str] = []
        seconds = 0.0
        for one in sorted((one for one, test in self.calls.items() if function.id in test["calls"]), key=rank):
            seconds += self.calls[one]["seconds"]
            if chosen and (len(chosen) == self.most_tests or seconds > self.most_seconds):
                break
            chosen.append(one)
        files: dict[str, int] = {}
        for number, one in enumerate(chosen):
            files.setdefault(file_of(one), number)
        return sorted(chosen, key=lambda one: files[file_of(one)])

    def digest_of(self, tests: Iterable[str]) -> str:
        """Return a digest of the files of tests."""
        digests = sorted({self.runner.digest(file_of(one)) for one in tests if one in self.runner.items})
        return hashlib.sha256(" ".join(digests).encode()).hexdigest()[:16]

    def known(self) -> dict[str, Verdict]:
        """Return earlier verdicts by the id of the change, the last of each."""
        lines = self.kept.read_text().splitlines() if self.kept.exists() else []
        return {one.id: one for one in (Verdict(**json.loads(line)) for line in lines)}

    def stands(self, verdict: Verdict | None, function: Function, tests: list[str]) -> bool:
        """Say whether an earlier verdict still holds: neither the function nor the tests it rests on are others."""
        if verdict is None or verdict.digest != function.digest:
            return False
        if verdict.by:
            return verdict.by in self.runner.items and verdict.tests == self.digest_of([verdict.by])
        return verdict.asked >= len(tests) and verdict.tests == self.digest_of(tests)

    def judge(self, function: Function, changes: list[Change], *, first: list[str]) -> list[Verdict]:
        """Ask about changes of a function; tests that noticed one are asked first about the next."""
        tests = self.nearest(function)
        noticed = [one for one in first if one in tests]
        found = []
        for change in changes:
            asked = sorted(tests, key=lambda one: one not in noticed)
            verdict = self._verdict(function, change, asked)
            if verdict is None:
                continue
            if verdict.by in tests:
                noticed.append(verdict.by)
            found.append(verdict)
            with self.kept.open("a") as file:
                file.write(json.dumps(asdict(verdict)) + "\n")
        killed = sum(one.state in {"killed", "endless"} for one in found)
        print(f"{function.id}: {killed} of {len(found)}", flush=True)
        return found

    def _verdict(self, function: Function, change: Change, tests: list[str]) -> Verdict | None:
        objects = self.objects[function.id]
        try:
            code = changed_code(function, change)
        except NotSwappable:
            return None
        calling = sum(function.id in test["calls"] for test in self.calls.values())
        about = {
            "path": function.path,
            "function": function.name,
            "digest": function.digest,
            "line": change.line,
            "change": str(change),
        }
        if not tests:
            return Verdict(**about, state="without tests", tests=self.digest_of([]))

        def question() -> str | None:
            try:
                swap(objects, code)
            except NotSwappable:
                return "not swappable"
            return self.runner.first_failing(tests) or ""

        answer = forks.ask(question, cpu_seconds=SPARE_SECONDS + 3 * sum(self.calls[one]["seconds"] for one in tests))
        if answer == "not swappable":
            return None
        if answer is None:
            return Verdict(**about, state="endless", by=tests[0], of=calling, tests=self.digest_of(tests[:1]))
        if answer and not self._passes(tests, answer):
            print(f"{answer} fails after others without any change, so it is not asked", flush=True)
            return self._verdict(function, change, [one for one in tests if one != answer])
        state = "killed" if answer else "survived"
        rests_on = [answer] if answer else tests
        asked = 0 if answer else len(tests)
        return Verdict(**about, state=state, by=answer, asked=asked, of=calling, tests=self.digest_of(rests_on))

    def _passes(self, tests: list[str], last: str) -> bool:
        """Say whether a test passes after those before it where nothing is changed; asked once for each test."""
        if last not in self._checked:
            before = tests[: tests.index(last) + 1]
            seconds = SPARE_SECONDS + 3 * sum(self.calls[one]["seconds"] for one in before)
            said = forks.ask(lambda: self.runner.first_failing(before) or "", cpu_seconds=seconds)
            self._checked[last] = not said
        return self._checked[last]

"""Make small changes in the core, one at a time, and see whether the tests notice.

    python -m tests.mutants [--only PATH ...] [--sample N] [--seed N] [--goal PER CENT] [--write PAGE]

One process collects the tests and makes their SQLite database. A first run records which functions each test calls.
Then each change is made in a fork of that process: the function gets the code of its changed syntax tree, and the
tests that call it run, nearest first, until one fails. Nothing is written to the source. Recordings and verdicts are
kept until the function or the tests change, so a second run asks only about what is new. Ends with 1 below the goal.

What else a test calls may change a verdict and is not looked at: delete .pytest_cache/d/mutants to ask anew. Of the
tools that exist, mutmut leaves out every function with a decorator, here nearly every action, and cosmic-ray starts
Python for each change, 20 s of processor time before the first test.
"""

import argparse
import os
import random
import sys
from collections import defaultdict
from pathlib import Path

from tests.mutants import core, forks, recording, report
from tests.mutants.functions import Function, functions_of, running
from tests.mutants.judging import Judge, Verdict
from tests.mutants.operators import Change
from tests.mutants.running import Runner, with_tests


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[], help="files of the core; default: all")
    parser.add_argument("--tests", nargs="*", default=core.TESTS, help="files or folders of tests to ask")
    parser.add_argument("--sample", type=int, default=0, help="so many changes by chance; default: all")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--goal", type=float, default=90, help="per cent that must be noticed")
    parser.add_argument("--most-tests", type=int, default=400, help="tests to ask about a change")
    parser.add_argument("--most-seconds", type=float, default=30, help="processor seconds of tests about a change")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    parser.add_argument("--write", type=Path, help="where to write the page with the verdicts")
    return parser.parse_args()


def choose(functions: list[Function], *, sample: int, seed: int) -> list[tuple[Function, list[Change]]]:
    """Return the changes to ask about, by function."""
    every = [(function, change) for function in functions for change in function.changes()]
    if sample and sample < len(every):
        every = random.Random(seed).sample(every, sample)
    chosen: dict[str, tuple[Function, list[Change]]] = {}
    for function, change in every:
        chosen.setdefault(function.id, (function, []))[1].append(change)
    return list(chosen.values())


def ask_all(asked: argparse.Namespace, runner: Runner) -> list[Verdict]:
    """Return the verdict on each chosen change, earlier ones included."""
    paths = asked.only or core.core_files()
    functions = [function for path in core.core_files() for function in functions_of(path)]
    folder = runner.session.config.cache.mkdir("mutants")
    calls = recording.record(runner, functions, folder, at_once=asked.jobs)
    judge = Judge(runner, calls, folder / "verdicts.jsonl", asked.most_tests, asked.most_seconds, running(functions))
    chosen = choose([one for one in functions if one.path in paths], sample=asked.sample, seed=asked.seed)
    known = judge.known()
    killers: dict[str, list[str]] = defaultdict(list)
    for one in known.values():
        if one.by:
            killers[f"{one.path}:{one.function}"].append(one.by)
    jobs = []
    for function, changes in chosen:
        tests = judge.nearest(function)
        ids = {change: f"{function.id}:{change}" for change in changes}
        if new := [one for one in changes if not judge.stands(known.get(ids[one]), function, tests)]:
            jobs.append((function, new))
    print(f"Asking about {sum(len(new) for _, new in jobs)} changes of {len(jobs)} functions ...", flush=True)
    forks.share(jobs, lambda job: judge.judge(*job, first=killers[job[0].id]), at_once=asked.jobs)
    wanted = {f"{function.id}:{change}" for function, changes in chosen for change in changes}
    return [one for key, one in judge.known().items() if key in wanted]


def main() -> int:
    """Ask, print what survived and the score, and return the exit code."""
    asked = options()
    verdicts = with_tests(asked.tests, lambda runner: ask_all(asked, runner))
    known = report.reasons()
    for one in sorted(verdicts, key=lambda one: (one.path, one.line)):
        if one.state not in report.KILLED:
            why = known[one.id].why if one.id in known else "?"
            said = f"{one.state}, {one.asked} of {one.of} tests"
            print(f"{one.path}:{one.line} {one.function}: {one.change} | {said} | {why}")
    counted = report.judged(verdicts, known)
    noticed = sum(one.state in report.KILLED for one in counted)
    how = f"A sample of {asked.sample} by the seed {asked.seed}." if asked.sample else "Every change."
    if asked.write:
        asked.write.write_text(report.page(verdicts, known, how=how))
    same = len(verdicts) - len(counted)
    print(f"== mutants: noticed {report.score(counted)}, {same} more do the same, goal {asked.goal:g} %")
    return not counted or 100 * noticed < asked.goal * len(counted)


if __name__ == "__main__":
    sys.exit(main())

"""The runner of mutants makes the changes it promises, and its reasons speak of changes that there are."""

import ast
import gc
import sys
from collections import Counter
from types import SimpleNamespace

import pytest

from tests.mutants import core, forks, report
from tests.mutants.functions import (
    Function,
    NotSwappable,
    changed_code,
    functions_of,
    noting_codes,
    running,
    swap,
)
from tests.mutants.judging import Judge, Verdict
from tests.mutants.operators import changes_of


def changes(body):
    return {str(one) for one in changes_of(ast.parse(f"def f():\n    {body}").body[0])}


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("return at >= ends", "at >= ends → at > ends"),
        ("return at < ends", "at < ends → at <= ends"),
        ("return a == b", "a == b → a != b"),
        ("return a in {B, C}", "a in {B, C} → a in {C}"),
        ("return a and b", "a and b → a or b"),
        ("return a and b and c", "a and b and c → a and c"),
        ("return not a", "not a → a"),
        ("return min(a, b)", "min(a, b) → max(a, b)"),
        ("return min(a, b)", "min(a, b) → b"),
        ("rows.filter(a=1, b__lt=at)", "rows.filter(a=1, b__lt=at) → rows.filter(b__lt=at)"),
        ("rows.exclude(a=b).get()", "rows.exclude(a=b) → rows"),
        ("rows.order_by('-at', 'pk')", "rows.order_by('-at', 'pk') → rows.order_by('at', 'pk')"),
        ("rows.order_by('pk').first()", "rows.order_by('pk') → rows"),
        ("return a", "return a → return None"),
        ("return True", "True → False"),
        ("return rows[:2]", "2 → 3"),
        ("transport.withdraw()", "transport.withdraw() → pass"),
        ("raise Gone", "raise Gone → pass"),
        ("a.status = b", "a.status = b → pass"),
        ("if a: b()", "a → True"),
        ("if a: b()", "a → False"),
        ("return [a for a in b if c]", "c → True"),
        ("return at.astimezone(zone).date()", "at.astimezone(zone) → at"),
        ("return sorted(a)", "sorted(a) → list(a)"),
        ("return at + day", "at + day → at - day"),
    ],
)
def test_changes_when_code_has_the_kind_then_it_is_among_them(body, change):
    assert change in changes(body)


@pytest.mark.parametrize("body", ["'''Says what it does.'''", "lock_person(a)", "log.info('told')", "pass"])
def test_changes_when_no_test_could_notice_then_there_are_none(body):
    assert changes(body) == set()


def test_changes_when_each_was_read_then_the_tree_is_as_it_was():
    tree = ast.parse("def f(a: int = 1):\n    return a + 2 if a > 3 else None")
    before = ast.unparse(tree)
    for one in changes_of(tree.body[0]):
        one.apply(one.becomes)
        assert ast.unparse(tree) != before
        one.apply(one.was)
    assert ast.unparse(tree) == before


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of its own with a decorated function and a method, and the functions that are found in it."""
    (tmp_path / "mutated.py").write_text(
        "import functools\n\n\ndef twice(function):\n    @functools.wraps(function)\n    def called(*a):\n"
        "        return function(*a) * 2\n    return called\n\n\n@twice\ndef is_late(at):\n    return at >= 5\n\n\n"
        "class Desk:\n    def __init__(self):\n        super().__init__()\n        self.at = 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mutated", raising=False)
    for name in ("functions.ROOT", "running.ROOT"):
        monkeypatch.setattr(f"tests.mutants.{name}", tmp_path)
    found, loaded = {one.name: one for one in functions_of("mutated.py")}, __import__("mutated")
    gc.freeze()  # as before a fork
    return SimpleNamespace(found=found, objects=running(list(found.values())), loaded=loaded)


def change_of(function: Function, name):
    return next(one for one in function.changes() if str(one) == name)


def test_function_when_it_is_decorated_then_the_changed_code_runs_below_its_decorator(module):
    function = module.found["is_late"]
    assert module.loaded.is_late(5) == 2

    swap(module.objects[function.id], changed_code(function, change_of(function, "at >= 5 → at > 5")))

    assert module.loaded.is_late(5) == 0


def test_method_when_a_change_takes_away_what_it_closes_over_then_it_cannot_be_swapped(module):
    method = module.found["Desk.__init__"]
    without_super = changed_code(method, change_of(method, "super().__init__() → pass"))

    with pytest.raises(NotSwappable):
        swap(module.objects[method.id], without_super)


def test_functions_when_they_note_their_calls_then_they_still_do_what_they_did(module):
    function, called = module.found["is_late"], []
    module.loaded.note = called.append

    swap(module.objects[function.id], noting_codes(list(module.found.values()), "note")[function.id])

    assert (module.loaded.is_late(5), called) == (2, [function.id])


class Noticing:
    """A runner whose tests are plain functions: a test fails where its function is false."""

    def __init__(self, tests):
        self.items = tests

    def first_failing(self, chosen):
        return next((one for one in chosen if not self.items[one]()), None)

    def digest(self, path):
        return path


@pytest.mark.parametrize(
    ("edge", "state"),
    [(5, "killed"), (6, "survived")],  # only a test on the boundary tells >= from >
)
def test_judge_when_a_test_stands_on_the_boundary_then_the_change_is_noticed(module, tmp_path, edge, state):
    function = module.found["is_late"]
    runner = Noticing({"test_a.py::a": lambda: module.loaded.is_late(edge) == 2})
    calls = {"test_a.py::a": {"calls": [function.id], "seconds": 0.1}}
    judge = Judge(runner, calls, tmp_path / "kept", 9, 9, module.objects)

    [verdict] = judge.judge(function, [change_of(function, "at >= 5 → at > 5")], first=[])

    assert verdict.state == state
    assert module.loaded.is_late(5) == 2  # what ran in a fork stays there
    assert judge.known() == {verdict.id: verdict}
    assert judge.stands(verdict, function, judge.nearest(function))
    runner.digest = lambda path: "another"
    assert not judge.stands(verdict, function, judge.nearest(function))


def test_fork_when_it_never_ends_then_it_is_given_up():
    def endless():
        while True:
            pass

    assert forks.ask(endless, cpu_seconds=0) is None


def verdict(state, change="a → b"):
    return Verdict("bookings/policies.py", "is_late", "1", 1, change, state)


def test_page_when_a_survivor_does_the_same_then_it_is_named_but_not_judged():
    reason = report.Reason("bookings/policies.py:is_late", "a → b", "a is b.", same=True)
    verdicts = [verdict("survived"), verdict("survived", "c → d"), verdict("killed", "e → f")]

    written = report.page(verdicts, {reason.id: reason}, how="Every change.")

    assert "**1 of 2 = 50.0 %**, 1 more do the same" in written
    assert "| the same: a is b. |" in written
    assert "| not looked at |" in written


def test_reasons_when_read_then_each_is_of_a_change_that_there_is():
    there = {
        f"{one.id}:{change}" for path in core.core_files() for one in functions_of(path) for change in one.changes()
    }

    assert set(report.reasons()) - there == set()


def test_core_when_read_then_no_file_is_in_two_areas():
    assert [path for path, times in Counter(core.core_files()).items() if times > 1] == []

"""What must be true of the tests themselves."""

import ast
from pathlib import Path

import pytest

from tests import databases

ROOT = Path(__file__).parent
EXPECTS = {"raises", "warns", "deprecated_call", "expect", "run_state_machine_as_test"}


def functions(path):
    """Return the functions of a module, also those in classes."""
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def called(function):
    """Return the last names of what a function calls."""
    found = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in found}


def without_an_assertion(paths):
    """Return the tests that assert nothing, neither themselves nor by a function of the tests that they call."""
    calls, asserting, tests = {}, set(), []
    for path in paths:
        for function in functions(path):
            calls.setdefault(function.name, set()).update(called(function))
            if any(isinstance(node, ast.Assert) for node in ast.walk(function)) or called(function) & EXPECTS:
                asserting.add(function.name)
            if function.name.startswith("test_"):
                tests.append((path.name, function.name))
    while more := {name for name, names in calls.items() if names & asserting} - asserting:
        asserting |= more
    return [f"{path}: {name}" for path, name in tests if name not in asserting]


def test_tests_when_read_then_each_asserts_something():
    assert without_an_assertion(ROOT.rglob("*.py")) == []


def test_tests_when_one_asserts_nothing_then_it_is_found(tmp_path):
    path = tmp_path / "test_one.py"
    path.write_text("def test_a():\n    look()\n\ndef test_b():\n    assert look()\n")

    assert without_an_assertion([path]) == ["test_one.py: test_a"]


@pytest.mark.parametrize(
    ("module", "both"),
    [
        ("bookings/actions/test_booking.py", True),
        ("events/test_filters.py", True),
        ("notifications/test_outbox.py", True),
        ("events/test_qr_code.py", False),
        ("bookings/test_working_days.py", False),
    ],
)
def test_tests_when_a_database_decides_their_outcome_then_they_run_on_both(module, both):
    assert databases.all_may_differ(ROOT / module) is both


def test_test_when_it_names_a_constraint_then_it_runs_on_both():
    def speaks_of_it():
        raise NotImplementedError("IntegrityError")

    def does_not():
        raise NotImplementedError

    path = Path(__file__)
    assert (databases.may_differ(path, speaks_of_it), databases.may_differ(path, does_not)) == (True, False)

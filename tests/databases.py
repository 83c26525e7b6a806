"""Which tests run on SQLite and again on PostgreSQL: those whose outcome may differ there; all others run once.

They are marked `database` by this rule and not by hand, so that none can be forgotten:

* tests of actions, which lock what they change, of reports and of filters;
* tests of a module of the product, imported by name, that writes SQL of its own;
* tests that themselves speak of what a database decides: constraints, locks, threads, cursors.
"""

import ast
import functools
import inspect
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SUBJECTS = re.compile(r"actions|reports|filters|state_machine|constraints")
DECIDED_BY_A_DATABASE = re.compile(
    r"IntegrityError|DataError|OperationalError|transaction=True|select_for_update|\bcursor\(|connection\.vendor|"
    r"\bThread\b|mark\.postgres|violating"
)
SQL_OF_ITS_OWN = re.compile(r"\bcursor\(|RawSQL|\bFunc\(|\.vendor|ignore_conflicts|update_conflicts|Window\(")


@functools.cache
def writes_sql(module):
    """Say whether a module of the product, named with dots, writes SQL of its own."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return not module.startswith("tests.") and path.is_file() and bool(SQL_OF_ITS_OWN.search(path.read_text()))


def imported(source):
    """Name every module that a source names in its imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@functools.cache
def all_may_differ(path):
    """Say whether every test of a module may come out otherwise on PostgreSQL."""
    return bool(SUBJECTS.search(path.relative_to(ROOT).as_posix())) or any(map(writes_sql, imported(path.read_text())))


@functools.cache
def some_may_differ(path):
    """Say whether a module speaks anywhere of what a database decides."""
    return bool(DECIDED_BY_A_DATABASE.search(path.read_text()))


def may_differ(path, function):
    """Say whether a test may come out otherwise on PostgreSQL."""
    return all_may_differ(path) or (
        some_may_differ(path) and bool(DECIDED_BY_A_DATABASE.search(inspect.getsource(function)))
    )

"""The programme's revision: one row that every change of the programme raises, in the change's transaction.

The row is locked by whoever raised it until their transaction ends. So the verbs raise it once and last: they hold
it for a moment only, and nobody who holds it still waits for another row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from events.models import ProgrammeRevision


@dataclass
class _Block:
    """A running `one_revision`, and whether anything of the programme has changed in it."""

    has_changes: bool = False


_running: ContextVar[_Block | None] = ContextVar("running", default=None)


@contextmanager
def one_revision() -> Iterator[None]:
    """Open a transaction that raises the revision once, last of all, if it changes the programme.

    A block within a block is a savepoint, and leaves the raising to the outer one. A transaction that is taken
    back raises nothing.
    """
    if _running.get() is not None:
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        block = _Block()
        token = _running.set(block)
        try:
            yield
        finally:
            _running.reset(token)
        if block.has_changes and not transaction.get_rollback():
            _raise()


def note_change() -> None:
    """Raise the revision: at the end of `one_revision` inside of it, at once elsewhere."""
    block = _running.get()
    if block is None:
        _raise()
    else:
        block.has_changes = True


def _raise() -> None:
    """Count one more change; the first is number 1, so that it differs from no change at all."""
    row = ProgrammeRevision.objects.filter(pk=1)
    if not row.update(number=F("number") + 1):
        is_first = ProgrammeRevision.objects.get_or_create(pk=1, defaults={"number": 1})[1]
        if not is_first:  # somebody else was first in the meantime
            row.update(number=F("number") + 1)

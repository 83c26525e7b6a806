"""The programme's revision: one row that every change of the programme raises, in the change's transaction.

The row is locked by whoever raised it until their transaction ends. So the verbs raise it once and last: they hold
it for a moment only, and nobody who holds it still waits for another row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

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


@dataclass(frozen=True)
class Revision:
    """How often the programme has changed, and when it last did."""

    number: int
    changed_at: datetime


def current_revision() -> Revision:
    """Return the programme's revision; written out, because asking is most of what a feed's 304 costs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, changed_at FROM events_programmerevision WHERE id = 1")
        row = cursor.fetchone()
    if row is None:
        return Revision(0, datetime.min.replace(tzinfo=UTC))
    number, changed_at = row
    if isinstance(changed_at, str):  # SQLite keeps an instant as text
        changed_at = datetime.fromisoformat(changed_at)
    return Revision(number, changed_at if changed_at.tzinfo else changed_at.replace(tzinfo=UTC))


def note_change() -> None:
    """Raise the revision: at the end of `one_revision` inside of it, at once elsewhere."""
    block = _running.get()
    if block is None:
        _raise()
    else:
        block.has_changes = True


def _raise() -> None:
    """Count one more change; the first is number 1, so that it differs from no change at all."""
    row, now = ProgrammeRevision.objects.filter(pk=1), timezone.now()
    one_more = {
        "number": F("number") + 1,
        "changed_at": Greatest(F("changed_at"), Value(now, output_field=DateTimeField())),
    }
    if not row.update(**one_more):
        is_first = ProgrammeRevision.objects.get_or_create(pk=1, defaults={"number": 1, "changed_at": now})[1]
        if not is_first:  # somebody else was first in the meantime
            row.update(**one_more)

"""Taking a programme file into the database: all of its rows, or none."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q

from events.contention import once_more
from events.errors import Refusal, SessionNotCancellable, SessionNotPublishable
from events.models import Session
from events.programme_files.changes import Change, DifferentNow
from events.programme_files.differences import Difference
from events.programme_files.faults import Fault, FaultyProgramme, Reading, Row
from events.programme_files.reach import Reach
from events.programme_files.rows import RowForm
from events.programme_files.schema import TABLES
from events.revision import one_revision
from people.models import User
from people.text import CONTROL, validate_paragraphs

COLUMN_OF_FIELD: Final = {"starts_at": "starts", "ends_at": "ends", "trainer": "trainers"}
COLUMN_OF_REFUSAL: Final[Mapping[type[Refusal], str]] = {
    SessionNotCancellable: "state",
    SessionNotPublishable: "state",
}


@once_more
def load(
    reading: Reading, *, at: datetime, dry_run: bool = False, actor: User | None = None, shown: str = ""
) -> list[Change]:
    """Create and update what the rows say, in one transaction; return a change for each row, in table order.

    Rows are matched by their keys (slug, code, date). A row that is stored as it stands changes nothing, and a
    file never deletes. Published sessions change through `events.actions`, so bookings follow. With ``dry_run``
    everything is tried and taken back. With an ``actor`` who is no administrator, every row beyond their `Reach` is
    a fault. ``shown`` is the digest of the `Difference` that somebody agreed to: raises DifferentNow where it would
    be another one. Raises FaultyProgramme with every fault, and Busy when a session could not be had; nothing is
    written then.
    """
    by_table: dict[str, list[Row]] = {table: [] for table in TABLES}
    for row in reading.rows:
        by_table[row.table].append(row)
    with one_revision():
        _lock_sessions(by_table)
        reach = Reach(actor, at=at) if actor and not actor.administers(at=at) else None
        loader = _Loader(at=at, faults=list(reading.faults), reach=reach)
        for table, form in TABLES.items():
            for row in _in_order(by_table[table]):
                loader.take(form, row)
        if loader.faults or (reach and (beyond := list(reach.faults_at_end()))):
            raise FaultyProgramme(loader.faults or beyond)
        if shown and Difference(loader.changes).digest != shown:
            raise DifferentNow(loader.changes)
        if dry_run:
            transaction.set_rollback(True)
    return loader.changes


def _lock_sessions(by_table: Mapping[str, Iterable[Row]]) -> None:
    """Lock the stored sessions of the file's weeks and venues, as everybody does who locks two."""
    weeks, venues = _named(by_table["sessions"], "week"), _named(by_table["venues"], "slug")
    Session.objects.filter(Q(week__slug__in=weeks) | Q(venue__slug__in=venues)).only("pk").locked_in_order()


def _named(rows: Iterable[Row], column: str) -> set[str]:
    """Return what stands in a column, without what the database cannot be asked for."""
    return {text for row in rows if not CONTROL.search(text := row.cells.get(column, ""))}


def _in_order(rows: list[Row]) -> list[Row]:
    """Return the rows with those first that give the lead away, so that it can change hands in one file."""
    return sorted(rows, key=lambda row: row.cells.get("is_lead", "").lower() in {"true", "yes", "1"})


class _Loader:
    """One load: the instant it happens at, how far it may go, and what it has met so far."""

    def __init__(self, *, at: datetime, faults: list[Fault], reach: Reach | None) -> None:
        self.at, self.reach = at, reach
        self.faults = faults
        self.changes: list[Change] = []
        self.places: dict[tuple[str, ...], str] = {}
        self.faulty: set[str] = set()

    def take(self, form_class: type[RowForm], row: Row) -> None:
        """Check and store one row, or keep its faults."""
        faults = list(self._faults_of_cells(row)) or self._take(form_class, row)
        self.faults += faults or ()
        if faults is not None:
            self.faulty.add(row.cells.get(form_class.key[-1], ""))

    def _take(self, form_class: type[RowForm], row: Row) -> list[Fault] | None:
        """Store a row whose cells are clean text; return what is wrong with it, or None."""
        form = form_class.for_cells(row.cells)
        if not form.is_valid():
            beyond = self.reach.why_not_touch(form) if self.reach and not form.is_new else ""
            return [Fault(row.place, beyond)] if beyond else list(self._faults_of_form(form, row))
        wanted = form.wanted_cells()
        key = (row.table, *(wanted[name].casefold() for name in form.key))
        if key in self.places:
            return [Fault(row.place, f"This is {' '.join(key[1:])} again, which stands in {self.places[key]}.")]
        self.places[key] = row.place
        changes = form.changes()
        differs = form.is_new or bool(changes)
        if self.reach and differs and (beyond := self.reach.why_not_write(form)):
            return [Fault(row.place, beyond)]
        try:
            with transaction.atomic():
                if differs:
                    form.write(changes, at=self.at)
        except Refusal as refusal:
            column = getattr(refusal, "field", "") or COLUMN_OF_REFUSAL.get(type(refusal), "")
            return [Fault(row.place, refusal.sentence, column)]
        except ValidationError as error:
            return _faults_of_error(error, row)
        if self.reach:
            self.reach.note(form, row.place)
        self.changes.append(
            Change(row.place, row.table, " ".join(wanted[name] for name in form.key), form.is_new, changes)
        )
        return None

    def _faults_of_cells(self, row: Row) -> Iterable[Fault]:
        """Find what no cell may hold, before it comes near the database."""
        for column, text in row.cells.items():
            try:
                validate_paragraphs(text)
            except ValidationError as error:
                yield Fault(row.place, " ".join(error.messages), column)

    def _faults_of_form(self, form: RowForm, row: Row) -> Iterable[Fault]:
        """Put a form's errors in their places; a row that is missing because it is faulty itself is told once."""
        errors = form.errors.as_data()
        for column in (name for name in (*form.fields, NON_FIELD_ERRORS) if name in errors):
            for error in errors[column]:
                name = str((error.params or {}).get("name", ""))
                if error.code == "not_there" and name in self.faulty:
                    continue
                yield Fault(row.place, " ".join(error.messages), "" if column == NON_FIELD_ERRORS else column)


def _faults_of_error(error: ValidationError, row: Row) -> list[Fault]:
    """Put the model's errors in their places."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return [
        Fault(row.place, " ".join(messages), "" if name == NON_FIELD_ERRORS else COLUMN_OF_FIELD.get(name, name))
        for name, messages in by_field.items()
    ]

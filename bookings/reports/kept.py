"""A report as JSON that is kept, and back again: what is read is what was shown."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bookings.reports.exports import Printed
from bookings.reports.suppression import HIDDEN
from bookings.reports.table import Column, Table


def frozen(printed: Printed) -> dict[str, Any]:
    """Return a report as it is kept; numbers with decimals and days become texts."""
    table = printed.table
    columns = [{"name": one.name, "label": one.label, "kind": one.kind} for one in table.columns]
    total = None if table.total is None else dict(table.total)
    return {
        "title": printed.title,
        "about": [list(pair) for pair in printed.about],
        "definitions": list(printed.definitions),
        "notes": list(table.notes),
        "columns": columns,
        "rows": [dict(row) for row in table.rows],
        "total": total,
    }


def thawed(content: dict[str, Any]) -> Printed:
    """Return a kept report; ``content`` is what `frozen` returned, after a way through JSON."""
    columns = [Column(one["name"], one["label"], one["kind"]) for one in content["columns"]]
    rows = [_row(row, columns) for row in content["rows"]]
    total = _row(content["total"], columns) if content["total"] is not None else None
    table = Table(columns, rows, total, notes=content["notes"])
    about = [(name, value) for name, value in content["about"]]
    return Printed(content["title"], about, content["definitions"], table)


def _row(row: dict[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """Return a row with its values as they were."""
    return {one.name: _value(row.get(one.name), one) for one in columns}


def _value(value: Any, column: Column) -> Any:
    """Return a value as it was; whole numbers and texts have stayed what they were."""
    if not isinstance(value, str) or value == HIDDEN:
        return value
    if column.kind == "date":
        return date.fromisoformat(value)
    return Decimal(value) if column.is_number else value

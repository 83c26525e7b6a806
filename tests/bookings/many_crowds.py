"""A crowd many times over, without a loop: each row of it copied by the database with new numbers; PostgreSQL only."""

from django.db import connection, models

from bookings.models import (
    AccessNeed,
    Attendance,
    Booking,
    BookingChange,
    Certificate,
    Charge,
    EvaluationAnswer,
    EvaluationResponse,
)
from events.models import Session, SessionHost, SessionTrainer, Trainer
from people.models import User

COPIED = (
    *(User, User.areas.through, Session, SessionHost, Trainer, SessionTrainer, Booking, BookingChange, Attendance),
    *(EvaluationResponse, EvaluationAnswer, Certificate, Charge, AccessNeed),
)
APART = 1_000_000  # between the numbers of two copies
TOLD_APART = {"email", "address_key", "ical_uid", "slug"}  # texts of which there is one each


def multiply(times):
    """Let there be so many of each person, session, booking and of all that hangs on them; then count them anew.

    What they belong to stays one: partnerships, weeks, topics, organisations and forms. A million references need no
    check one by one, and until the transaction ends no statement has a limit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL session_replication_role = replica")
        for model in COPIED:
            columns = {field.column: _value(field) for field in model._meta.concrete_fields if not field.generated}
            names, values = ", ".join(f'"{one}"' for one in columns), ", ".join(columns.values())
            table, copies = model._meta.db_table, f"generate_series(1, {times - 1}) AS copy(n)"
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, {copies}")
        cursor.execute("SET LOCAL session_replication_role = origin; ANALYZE")


def _value(field):
    """Return the SQL of a column of copy number n."""
    name = f'"{field.column}"'
    if field.primary_key or (field.is_relation and field.related_model in COPIED):
        return f"{name} + n * {APART}"
    if isinstance(field, models.UUIDField) and field.name != "plan":
        return f"md5({name}::text || n)::uuid"
    if field.model is Certificate and field.name == "code":
        return f"lpad(({name}::bigint + n * 1000)::text, 12, '0')"
    if field.name in TOLD_APART and field.model in {User, Booking, Trainer}:
        return f"n || '-' || {name}"
    return f"{name} || '-' || n" if field.model is Session and field.name == "code" else name

"""Noting who read, took out and changed what; and keeping a report as it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.models import AuditEvent, ReportSnapshot
from people.models import Partnership, User


def note(  # noqa: PLR0913 - who, what, when, of whom
    actor: User,
    verb: str,
    what: str,
    *,
    at: datetime,
    session: int | None = None,
    person: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write that somebody read, took out or changed something; ``session`` and ``person`` are numbers, there or not."""
    AuditEvent.written.add(
        actor=actor, verb=verb, what=what, at=at, session_id=session, person_id=person, details=details or {}
    )


def keep_report(  # noqa: PLR0913 - what is kept has this many sides
    slug: str,
    title: str,
    content: dict[str, Any],
    *,
    partnerships: Sequence[Partnership],
    actor: User,
    at: datetime,
    note: str = "",
) -> ReportSnapshot:
    """Keep a report as it is shown; raises ValidationError for a note that cannot be used."""
    row = ReportSnapshot(slug=slug, title=title, note=note, taken_at=at, taken_by=actor, content=content)
    row.clean_fields(exclude={"content"})
    with transaction.atomic():
        kept: ReportSnapshot = ReportSnapshot.written.add(
            slug=slug, title=title, note=note, taken_at=at, taken_by=actor, content=content
        )
        kept.partnerships.set(partnerships)
    return kept

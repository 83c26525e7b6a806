"""The dates of a session in words, the same on pages, in mails and in diaries."""

from events.dates import span_words
from events.models import Session
from events.models.session_part import Part, parts_of


def when_words(session: Session) -> str:
    """Return when a session is: its day and hours; of several dates all, each with its number."""
    parts = parts_of(session)
    return "; ".join(part_words(part) for part in parts)


def part_words(part: Part) -> str:
    """Return ``Part 2 of 2: Thursday 8 July 2027, 09:30 to 11:00 (UK time)``, without a number where there is one."""
    span = span_words(part.starts_at, part.ends_at, part.tzinfo)
    return f"{part.name}: {span}" if part.name else span


def numbered(title: str, part: Part) -> str:
    """Return a title with which part it is, as diaries show it: ``Supervision (part 2 of 2)``."""
    return f"{title} ({part.name.lower()})" if part.name else title


def other_dates(part: Part) -> str:
    """Return a sentence that names the other dates of a session; empty where there are none."""
    others = [part_words(one) for one in parts_of(part.session) if one.number != part.number]
    return f"Your place is for all dates. {'; '.join(others)}." if others else ""

"""Sessions of several dates, made the only way there is."""

from datetime import timedelta

from events import actions
from events.actions import WantedPart
from events.models import Session
from tests.factories.events import SessionFactory
from tests.factories.instants import NOW, START

FORTNIGHT = timedelta(days=14)
HOUR = timedelta(hours=1)


def later(weeks=2, *, hours=1, row=None, title=""):
    """Return a date some weeks after the first, from 09:30 in London on."""
    starts_at = START + timedelta(weeks=weeks)
    return WantedPart(starts_at, starts_at + hours * HOUR, title, row)


def make_two_part(*, session: Session | None = None, at=NOW, **fields) -> Session:
    """A session of two dates, the second a fortnight after the first."""
    session = session or SessionFactory(**fields)
    actions.set_parts(session.pk, [later()], at=at)
    session.refresh_from_db()
    return session

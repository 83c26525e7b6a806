"""Who keeps the register of a session: its organisers always, and whoever delivers it on its day."""

from datetime import datetime

from events.models import Session
from events.models.session_part import parts_of
from people.models import User


def organises(actor: User, session: Session, *, at: datetime) -> bool:
    """Say whether somebody organises for a host of a session; one query."""
    own = Session.objects.hosted_within(actor, at=at).order_by()
    return bool(own.filter(pk=session.pk).exists())


def trains_today(actor: User, session: Session, *, at: datetime) -> bool:
    """Say whether somebody delivers a session, and it is a day of it by its clock; one query on that day."""
    day = at.astimezone(session.tzinfo).date()
    is_today = any(part.local_day == day for part in parts_of(session))
    return is_today and bool(session.session_trainers.filter(trainer__user=actor).exists())


def keeps_register(actor: User, session: Session, *, at: datetime) -> bool:
    """Say whether somebody may read and mark the register of a session; to others it is not there."""
    return organises(actor, session, at=at) or trains_today(actor, session, at=at)

"""What falls silent when nobody is reminded any more: which reminders, and how many that wait would not be sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from bookings.models import SessionPolicy, WeekPolicy
from bookings.models.policy import LEAD_FIRST
from bookings.policy import Policy
from events.models import PracticeWeek, Session, SessionHost
from notifications.kinds import REMINDERS, Kind
from notifications.models import Message
from people.models import Partnership

OWN: Final = "reminders"  # the key by which a week or a session has rules of its own


@dataclass(frozen=True)
class Silence:
    """What would not be sent any more: in words, and how many of it wait."""

    what: str
    count: int

    @property
    def sentence(self) -> str:
        """Return how many will not be sent."""
        if not self.count:
            return "No reminder is waiting to go now. None will be sent from now on."
        waits = "1 reminder is" if self.count == 1 else f"{self.count:,} reminders are"
        return f"{waits} waiting to go, and will not be sent."


def silence_of(before: Policy, after: Policy, sessions: QuerySet[Session], *, at: datetime) -> Silence | None:
    """Return what falls silent in some sessions when one policy takes the place of another; one query.

    None where people are reminded before the start and after the end as far as they were: then no query is made.
    """
    of_start = bool(before.reminder_rules) and not after.reminder_rules
    of_questions = bool(before.question_rules) and not after.question_rules
    kinds = [*(REMINDERS if of_start else ()), *([Kind.QUESTIONS_REMINDER] if of_questions else [])]
    if not kinds:
        return None
    waiting = Message.objects.filter(
        kind__in=kinds,
        status=Message.Status.PENDING,
        tries=0,
        due_at__gt=at,
        booking__session__in=sessions.order_by().values("pk"),
    )
    side = "before the session" if of_start else "of the questions after the session"
    return Silence("reminders" if not after.reminders else f"reminders {side}", waiting.count())


def led_by(partnership: Partnership, week: PracticeWeek | None = None) -> QuerySet[Session]:
    """Return the sessions that follow a partnership's rules for reminders, or those that it has for one week.

    Sessions with rules of their own are left out, and without a week those of weeks that have some.
    """
    leader = SessionHost.objects.filter(session=OuterRef("pk")).order_by(*LEAD_FIRST).values("partnership")[:1]
    own = SessionPolicy.objects.filter(session=OuterRef("pk"), values__has_key=OWN)
    led = Session.objects.alias(leader=Subquery(leader)).filter(~Exists(own), leader=partnership.pk)
    if week:
        return led.filter(week=week)
    weekly = WeekPolicy.objects.filter(partnership=partnership, week=OuterRef("week"), values__has_key=OWN)
    return led.filter(~Exists(weekly))

"""The outbox as a whole in words: how many messages stand where, and what nobody will send by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Min, QuerySet

from notifications.kinds import RANKS
from notifications.log import MAY_GO_AGAIN, log
from notifications.models import Message

Status = Message.Status

# How each state is called where many messages stand in it, and what that means.
MEANINGS: Final[dict[str, tuple[str, str]]] = {
    Status.PENDING: ("Waiting", "They go by themselves when they are due."),
    Status.CLAIMED: ("Being built", "A worker has them in hand; nothing has gone yet."),
    Status.SENDING: ("Being sent", "A worker hands them over this moment."),
    Status.SENT: ("Sent", "The mail server has taken them."),
    Status.FAILED: ("Refused", "Nobody sends them unless you ask for it."),
    Status.UNKNOWN: ("Perhaps sent", "Two tries had no known end, or they were set aside. Ask for them to go again."),
    Status.CANCELLED: ("No longer true", "What they were to say is no longer so, and they did not go."),
    Status.EXPIRED: ("Too late", "They did not go in time."),
}


@dataclass(frozen=True)
class StateLine:
    """One state and how many messages stand in it."""

    name: str
    count: int
    meaning: str


@dataclass(frozen=True)
class Counts:
    """All states, how many are due now by urgency, where any are, and since when the oldest of these has waited."""

    lines: Sequence[StateLine]
    due: Sequence[tuple[str, int]]
    since: datetime | None


def counts(*, at: datetime) -> Counts:
    """Return how many messages stand where: three queries."""
    found = dict(Message.objects.order_by().values_list("status").annotate(Count("pk")))
    lines = [StateLine(name, found.get(status, 0), meaning) for status, (name, meaning) in MEANINGS.items()]
    waiting = Message.objects.order_by().filter(status=Status.PENDING, due_at__lte=at)
    by_rank = dict(waiting.values_list("rank").annotate(Count("pk")))
    due = [(urgency, by_rank[rank]) for urgency, rank in RANKS.items() if rank in by_rank]
    return Counts(lines, due, waiting.aggregate(oldest=Min("due_at"))["oldest"])


def ended_badly() -> QuerySet[Message]:
    """Return what nobody sends unless somebody asks for it, the latest first, with all that a line says."""
    return log(Message.objects.filter(status__in=MAY_GO_AGAIN))

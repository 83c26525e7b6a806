"""How each session went, and what the partnerships did in a week, a month or a year."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncDate

from bookings.feedback_summary import NOTHING, response_counts, scores
from bookings.models import Stage
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.feedback import shown, together
from bookings.reports.figures import booking_counts
from bookings.reports.groups import GROUPS
from bookings.reports.report import Report
from bookings.reports.table import Column, Table, average, percent
from bookings.states import Status
from events.models import Session
from events.wall_time import LONDON

DELIVERY: Final = (
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("capacity", "Places", "number"),
    Column("expected", "Expected", "count"),
    Column("fill", "Filled", "percent", needs=("expected",)),
    Column("attended", "Attended", "count"),
    Column("rate", "Attendance rate", "percent", needs=("attended", "walked_in", "expected")),
    Column("walked_in", "Walked in", "count"),
    Column("not_marked", "Not marked", "count"),
    Column("waiting", "Still waiting at the start", "count"),
)
ANSWERS: Final = (
    Column("response_rate", "Response rate", "percent"),
    Column("score", "Mean score", "number"),
)
SUMMED: Final = ("expected", "attended", "walked_in", "not_marked", "waiting")


def delivery(asked: Asked) -> Table:
    """Return one row a session that was held, in order of start: four queries.

    What was answered afterwards is not kept with who said it, so it is left out where the people are narrowed.
    """
    names = ("expected", "attended", "walked_in", "not_marked")
    counts = {name: count for name, count in booking_counts().items() if name in names}
    counts["waiting"] = Count("pk", filter=Q(status=Status.WAITLISTED))
    found = asked.bookings().order_by().values("session").annotate(**counts)
    numbers = {one["session"]: one for one in found}
    empty = dict.fromkeys(SUMMED, 0)
    held = list(asked.held())
    rows = [_delivered(session, numbers.get(session.pk, empty)) for session in held]
    summed: dict[str, Any] = {name: sum(row[name] for row in rows) for name in SUMMED}
    limited = [row for row in rows if row["capacity"] is not None]
    places = sum(row["capacity"] for row in limited)
    total = {
        "session": "Total",
        "capacity": places,
        "fill": percent(sum(row["expected"] for row in limited), places),
        "rate": percent(summed["attended"] - summed["walked_in"], summed["expected"]),
        **summed,
    }
    if asked.is_of_some_people:
        return Table(DELIVERY, rows, total)
    answers = _answers(asked, held, [*rows, total])
    *rows, total = [{**row, **more} for row, more in zip([*rows, total], answers, strict=True)]
    return Table([*DELIVERY, *ANSWERS], rows, total)


def _answers(asked: Asked, held: list[Session], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return for each session, and last for all, how many of those who came gave feedback, and their mean score."""
    within = asked.held().order_by().values("pk")
    given, means = response_counts(within, Stage.POST), scores(within)
    counts = [*(given.get(one.pk, 0) for one in held), sum(given.values())]
    shares = [percent(count, row["attended"]) for count, row in zip(counts, rows, strict=True)]
    several = [*(shown(means.get(one.pk, NOTHING)) for one in held), together(means.values())]
    return [{"response_rate": share, "score": score} for share, score in zip(shares, several, strict=True)]


def _delivered(session: Session, found: Any) -> dict[str, Any]:
    """Return what one session comes to."""
    return {
        "session": session.title,
        "date": session.local_start.date(),
        "capacity": session.capacity,
        "fill": percent(found["expected"], session.capacity or 0),
        "rate": percent(found["attended"] - found["walked_in"], found["expected"]),
        **{name: found[name] for name in SUMMED},
    }


SUMMARY: Final = (
    Column("weeks", "Weeks", "number"),
    Column("sessions", "Sessions held", "number"),
    Column("cancelled", "Sessions cancelled", "number"),
    Column("days", "Days with sessions", "number"),
    Column("hours", "Hours", "number"),
    Column("attended", "Attendances", "count"),
    Column("people", "People", "count"),
    Column("average", "Attendances per session", "number", needs=("attended",)),
)
DAY: Final = TruncDate("starts_at", tzinfo=LONDON)
LENGTH: Final = ExpressionWrapper(F("ends_at") - F("starts_at") + F("further_time"), output_field=DurationField())


def summary(asked: Asked) -> Table:
    """Return what was run and who came, by span of time, week, partnership or topic: four queries."""
    grouping = GROUPS[asked.group]
    begun = asked.sessions().filter(starts_at__lte=asked.at)
    counts = {name: booking_counts()[name] for name in ("attended", "people")}
    by_group = {_key(one): one for one in grouping.of(asked.bookings(), asked).annotate(**counts)}
    rows = []
    for one in grouping.of(begun, asked, sessions=True).annotate(**session_counts()):
        numbers = by_group.get(_key(one), {"attended": 0, "people": 0})
        rows.append(_summed({"group": grouping.words(one["group"])}, one, numbers))
    total = _summed({"group": "Total"}, begun.aggregate(**session_counts()), asked.bookings().aggregate(**counts))
    return Table([*grouping.columns, *SUMMARY], rows, total)


def session_counts() -> dict[str, Any]:
    """Return how sessions are counted."""
    held = Q(state=Session.State.PUBLISHED)
    return {
        "weeks": Count("week", filter=held, distinct=True),
        "sessions": Count("pk", filter=held),
        "cancelled": Count("pk", filter=Q(state=Session.State.CANCELLED)),
        "days": Count(DAY, filter=held, distinct=True),
        "length": Sum(LENGTH, filter=held),
    }


def _key(found: Any) -> tuple[Any, Any]:
    """Return what a group is told apart by."""
    return found["group"], found.get("rank")


def _summed(name: dict[str, Any], sessions: Any, people: Any) -> dict[str, Any]:
    """Return a row of the summary."""
    numbers = {key: sessions[key] for key in ("weeks", "sessions", "cancelled", "days")}
    mean = average(people["attended"], sessions["sessions"])
    return {**name, **numbers, "hours": hours(sessions["length"]), **people_of(people), "average": mean}


def people_of(found: Any) -> dict[str, int]:
    """Return attendances beside people."""
    return {"attended": found["attended"], "people": found["people"]}


def hours(length: timedelta | None) -> Decimal:
    """Return a length in hours with two decimals, half rounded up."""
    seconds = Decimal((length or timedelta()).total_seconds())
    return (seconds / 3600).quantize(Decimal("0.01"), ROUND_HALF_UP)


SAID: Final = (d.RESPONSES, d.SCORE, d.FEW_ANSWERS)
DELIVERED: Final = Report(
    slug="sessions",
    title="Session delivery",
    about="How full each session was, who came and who was still waiting.",
    make=delivery,
    definitions=(d.SCOPE, d.EXPECTED, d.FILL, d.ATTENDED, d.WALK_IN, d.RATE, d.WAITING, *SAID, d.TEAM),
    bars="attended",
)
SUMMARISED: Final = Report(
    slug="summary",
    title="Partnership summary",
    about="Weeks, sessions, hours, attendances and people, with the trend over months, quarters or years.",
    make=summary,
    definitions=(d.SCOPE, d.CANCELLED_SESSIONS, d.HOURS, d.ATTENDED, d.PEOPLE, d.SMALL),
    groups=("week", "month", "quarter", "year", "partnership", "theme"),
    bars="attended",
    hides_small=True,
)

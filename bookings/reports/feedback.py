"""What people said after each session, and how it differs from what they had said before; nobody's words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import Count

from bookings.feedback_summary import ENOUGH, NOTHING, Mean, Measured, measured, one_decimal, response_counts
from bookings.models import EvaluationAnswer, Stage
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.figures import booking_counts
from bookings.reports.report import Report
from bookings.reports.suppression import HIDDEN
from bookings.reports.table import Column, Table, percent
from events.models import Session

BOTH_TIMES: Final = {"knowledge": "Knowledge", "skills": "Skills", "confidence": "Confidence"}
AFTER_ONLY: Final = {"relevance": "Relevance", "recommend": "Would recommend"}
PARTS: Final = ("before", "after", "change")
MEANS: Final = {
    **{f"{measure}_{part}": (measure, part) for measure in BOTH_TIMES for part in PARTS},
    **{measure: (measure, "after") for measure in AFTER_ONLY},
}
COLUMNS: Final = (
    Column("session", "Session"),
    Column("date", "Date", "date"),
    Column("came", "Attended", "count"),
    Column("responses", "Responses", "count"),
    Column("rate", "Response rate", "percent"),
    *(
        Column(f"{measure}_{part}", f"{label}, {part}", "number")
        for measure, label in BOTH_TIMES.items()
        for part in PARTS
    ),
    *(Column(measure, label, "number") for measure, label in AFTER_ONLY.items()),
    Column("comments", "Comments", "count"),
)
SUMMED: Final = ("came", "responses", "comments")


def feedback(asked: Asked) -> Table:
    """Return one row a session that was held, in order of start: seven queries.

    What nobody was asked before any of them has no column.
    """
    held = list(asked.held())
    within = asked.held().order_by().values("pk")
    said = measured(within)
    numbers = {
        "came": _came(asked),
        "responses": response_counts(within, Stage.POST),
        "comments": _comments(within),
    }
    rows = [_row(one, {name: numbers[name].get(one.pk, 0) for name in SUMMED}, said.get(one.pk, {})) for one in held]
    total = {"session": "Total", **{name: sum(row[name] for row in rows) for name in SUMMED}}
    total["rate"] = percent(total["responses"], total["came"])
    for name, (measure, part) in MEANS.items():
        total[name] = together(_mean(said.get(one.pk, {}), measure, part) for one in held)
    missing = {name for name, (_, part) in MEANS.items() if part != "after" and all(row[name] is None for row in rows)}
    return Table([column for column in COLUMNS if column.name not in missing], rows, total)


def _row(session: Session, numbers: Mapping[str, int], said: Mapping[str, Measured]) -> dict[str, Any]:
    """Return what was said about one session."""
    return {
        "session": session.title,
        "date": session.local_start.date(),
        **numbers,
        "rate": percent(numbers["responses"], numbers["came"]),
        **{name: shown(_mean(said, measure, part)) for name, (measure, part) in MEANS.items()},
    }


def _came(asked: Asked) -> dict[int, int]:
    """Return by session how many attended."""
    rows = asked.bookings().order_by().values_list("session")
    return dict(rows.annotate(came=booking_counts()["attended"]))


def _comments(sessions: Any) -> dict[int, int]:
    """Return by session how many texts were written afterwards and are still there."""
    texts = EvaluationAnswer.objects.filter(response__session__in=sessions, response__stage=Stage.POST)
    return dict(texts.exclude(text="").order_by().values_list("response__session").annotate(Count("pk")))


def _mean(said: Mapping[str, Measured], measure: str, part: str) -> Mean:
    """Return one of the means of a session."""
    found: Mean = getattr(said[measure], part) if measure in said else NOTHING
    return found


def shown(mean: Mean) -> Any:
    """Return a mean as it is shown: hidden where it is of a few, None where nobody was asked or answered."""
    return mean.rounded if not mean.people or mean.people >= ENOUGH else HIDDEN


def together(means: Iterable[Mean]) -> Any:
    """Return the mean of all people of those means that are shown; what is hidden must not be worked out of it."""
    several = [(one.value, one.people) for one in means if one.value is not None and one.people >= ENOUGH]
    people = sum(count for _, count in several)
    return one_decimal(sum(value * count for value, count in several) / people) if people else None


FEEDBACK: Final = Report(
    slug="feedback",
    title="Feedback after sessions",
    about="How many gave feedback, and what knowledge, skills and confidence were before and after.",
    make=feedback,
    definitions=(d.SCOPE, d.ATTENDED, d.RESPONSES, d.MEANS, d.CHANGE, d.FEW_ANSWERS, d.COMMENTS, d.TEAM),
    bars="responses",
    of_people=False,
)

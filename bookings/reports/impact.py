"""What people said some weeks after a session: whether they use it, where, and what stands in the way."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, F

from bookings.feedback_summary import response_counts
from bookings.models import EvaluationAnswer, EvaluationForm, Stage
from bookings.policy import Policy
from bookings.question_sets import shipped
from bookings.reports import definitions as d
from bookings.reports.asked import Asked
from bookings.reports.figures import came
from bookings.reports.groups import UNKNOWN
from bookings.reports.report import Report
from bookings.reports.table import Column, Table, percent
from events.models import Session

ASKED: Final = (
    Column("asked", "Asked", "count"),
    Column("answered", "Answered", "count"),
    Column("rate", "Response rate", "percent", needs=("asked", "answered")),
)
CHOSEN: Final = {"applied": "Used it", "example": "Difference", "manager": "Line manager", "barrier": "In the way"}
ONE_OF: Final = ("applied", "manager")  # of these one answer is chosen: they add up to those who answered
Figures = Counter[str]


def impact(asked: Asked) -> Table:
    """Return a row for each session that was held, or for each topic: six queries, and one more for topics.

    Answers of one's own that a partnership offers have columns of their own, behind those that come with the site.
    """
    sessions = list(asked.held().select_related("topic").prefetch_related("topic__themes"))
    within = asked.held().order_by().values("pk")
    found = _figures(sessions, within, asked)
    columns = _columns(within)
    names = ["asked", "answered", *(column.name for column in columns)]
    make = _by_theme if asked.group == "theme" else _by_session
    rows = [{**row, **_shown(names, figures)} for row, figures in make(sessions, found)]
    total: Figures = sum((found[one.pk] for one in sessions), Counter())
    sums = [("answered", *(n for n in names if n.startswith(f"{measure}_"))) for measure in ONE_OF]
    beside = [] if asked.group == "theme" else [Column("date", "Date", "date"), Column("themes", "Topics")]
    head = [Column("group", "Topic" if asked.group == "theme" else "Session"), *beside]
    return Table([*head, *ASKED, *columns], rows, {"group": "Total", **_shown(names, total)}, sums)


def _figures(sessions: Iterable[Session], within: Any, asked: Asked) -> dict[int, Figures]:
    """Return by session how many were asked, how many answered, and how often each answer was chosen."""
    found: dict[int, Figures] = defaultdict(Counter)
    ends = {one.pk: one.ends_at for one in sessions}
    weeks = F("policy__questions_impact_weeks")
    there = asked.bookings().filter(came()).order_by().values_list("session", weeks).annotate(Count("pk"))
    for session, number, count in there:
        policy = Policy.of({} if number is None else {"questions_impact_weeks": number})
        if ends[session] + timedelta(weeks=policy.questions_impact_weeks) <= asked.at:
            found[session]["asked"] += count
    for session, count in response_counts(within, Stage.IMPACT).items():
        found[session]["answered"] = count
    chosen = EvaluationAnswer.objects.filter(response__session__in=within, response__stage=Stage.IMPACT)
    chosen = chosen.filter(measure__in=list(CHOSEN)).exclude(choice="").order_by()
    rows = chosen.values_list("response__session", "measure", "choice").annotate(Count("response", distinct=True))
    for session, measure, choice, count in rows:
        found[session][f"{measure}_{choice}"] = count
    return found


def _columns(within: Any) -> list[Column]:
    """Return a column for each answer that could be chosen: in the site's words, or in a partnership's own."""
    words: dict[str, dict[str, str]] = {measure: {} for measure in CHOSEN}
    forms = EvaluationForm.objects.filter(stage=Stage.IMPACT, responses__session__in=within).distinct()
    for question in (*shipped(Stage.IMPACT), *(one for form in forms.order_by("pk") for one in form.asks)):
        if question.measure in words:
            for key, label in question.choices.items():
                words[question.measure].setdefault(key, label)
    return [
        Column(f"{measure}_{key}", f"{CHOSEN[measure]}: {label}", "count")
        for measure in CHOSEN
        for key, label in words[measure].items()
    ]


def _by_session(sessions: Iterable[Session], found: Mapping[int, Figures]) -> list[tuple[dict[str, Any], Figures]]:
    """Return what a session's row is called, and its figures."""
    return [
        (
            {
                "group": one.title,
                "date": one.local_start.date(),
                "themes": ", ".join(theme.name for theme in one.topic.themes.all()),
            },
            found[one.pk],
        )
        for one in sessions
    ]


def _by_theme(sessions: Iterable[Session], found: Mapping[int, Figures]) -> list[tuple[dict[str, Any], Figures]]:
    """Return the figures by topic, by name; a session of two topics is in both."""
    parted: dict[str, Figures] = defaultdict(Counter)
    for one in sessions:
        for name in [theme.name for theme in one.topic.themes.all()] or [UNKNOWN]:
            parted[name].update(found[one.pk])
    return [({"group": name}, parted[name]) for name in sorted(parted, key=lambda one: (one == UNKNOWN, one))]


def _shown(names: Iterable[str], figures: Figures) -> dict[str, Any]:
    """Return the figures of a row by the names of the columns."""
    return {**{name: figures[name] for name in names}, "rate": percent(figures["answered"], figures["asked"])}


IMPACT: Final = Report(
    slug="impact",
    title="What sessions changed",
    about="How many use what they learnt, where it made a difference, and what stood in the way, some weeks later.",
    make=impact,
    definitions=(d.SCOPE, d.ASKED, d.CHOSEN, d.SMALL),
    groups=("session", "theme"),
    bars="answered",
    hides_small=True,
    of_people=False,
)

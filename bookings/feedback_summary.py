"""What people said about sessions, added up: for trainers once enough have answered, for organisers with comments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery

from bookings.case_details import KINDS
from bookings.models import CAME, Attendance, EvaluationAnswer, EvaluationForm, EvaluationResponse, Stage
from bookings.question_sets import MEASURES
from bookings.states import Status
from events.models import Session

ENOUGH: Final = 5  # fewer would let a trainer guess who said what
SCALES: Final = ("knowledge", "skills", "confidence", "relevance", "recommend", "other")


@dataclass(frozen=True)
class Mean:
    """A mean of numbers from 1 to 5, or of their differences, and how many people it is of; ``value`` None of none."""

    value: float | None = None
    people: int = 0

    @property
    def rounded(self) -> Decimal | None:
        """Return it with one decimal, half rounded up."""
        return None if self.value is None else one_decimal(self.value)


NOTHING: Final = Mean()
Means = Mapping[str, Mean]


def one_decimal(mean: float) -> Decimal:
    """Return a number with one decimal, half rounded away from nought."""
    return Decimal(repr(float(mean))).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Measured:
    """What was said on one scale: the mean after, and before where that was asked.

    ``change`` is the mean of the differences of those who answered both times.
    """

    measure: str
    after: Mean = NOTHING
    before: Mean = NOTHING
    change: Mean = NOTHING

    @property
    def label(self) -> str:
        """Return what was measured."""
        return MEASURES[self.measure]

    @property
    def after_words(self) -> str:
        """Return the mean after, of five."""
        return _number(self.after)

    @property
    def before_words(self) -> str:
        """Return the mean before, of five."""
        return _number(self.before)

    @property
    def change_words(self) -> str:
        """Return what changed for those who answered both times."""
        change = self.change.rounded
        return "Not known" if change is None else f"{change:+}".replace("-", "\u2212")


def _number(mean: Mean) -> str:
    return "No answers" if mean.rounded is None else str(mean.rounded)


@dataclass(frozen=True)
class TrainerSummary:
    """What a trainer reads of a session: means of scales, and nothing while fewer than `ENOUGH` have answered."""

    responses: int = 0
    means: Means = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """Return each scale that enough people answered, such as ``Relevance: 4.2 of 5``."""
        shown = [one for one in SCALES if one in self.means and self.means[one].people >= ENOUGH]
        return [f"{MEASURES[one]}: {self.means[one].rounded} of 5" for one in shown]

    @property
    def sentence(self) -> str:
        """Return how many answered, or that they are too few; empty where nobody has."""
        if not self.responses:
            return ""
        if self.responses < ENOUGH:
            return f"Feedback: shown once {ENOUGH} people have answered."
        return f"Feedback of {self.responses} people"


def trainer_summaries(sessions: Iterable[Session]) -> dict[int, TrainerSummary]:
    """Return by session what its trainers read, in two queries for any number of sessions."""
    keys = [session.pk for session in sessions]
    counts, means = response_counts(keys, Stage.POST), _means(_scales(keys, Stage.POST), Avg("value"))
    return {pk: TrainerSummary(count, means.get(pk, {})) for pk, count in counts.items()}


def response_counts(sessions: Any, stage: str) -> dict[int, int]:
    """Return by session how many answered at a stage; ``sessions`` are numbers or a query for them, as below."""
    rows = EvaluationResponse.objects.filter(session__in=sessions, stage=stage).order_by()
    return dict(rows.values_list("session").annotate(Count("pk")))


def measured(sessions: Any) -> dict[int, dict[str, Measured]]:
    """Return by session and measure what was said on scales: three queries for any number of sessions."""
    after = _means(_scales(sessions, Stage.POST), Avg("value"))
    before = _means(_scales(sessions, Stage.PRE), Avg("value"))
    changes = _means(_with_before(sessions), Avg(F("value") - F("before")))
    found: dict[int, dict[str, Measured]] = defaultdict(dict)
    for session, measure in sorted({(one, name) for part in (after, before) for one in part for name in part[one]}):
        parts = [part.get(session, {}).get(measure, NOTHING) for part in (after, before, changes)]
        found[session][measure] = Measured(measure, *parts)
    return found


def scores(sessions: Any) -> dict[int, Mean]:
    """Return by session the mean of everything that was said on scales afterwards, in one query."""
    rows = _scales(sessions, Stage.POST).values_list("response__session")
    found = rows.annotate(Avg("value"), Count("response", distinct=True))
    return {session: Mean(mean, people) for session, mean, people in found}


def _scales(sessions: Any, stage: str) -> QuerySet[EvaluationAnswer]:
    """Return the numbers that were given at a stage."""
    rows = EvaluationAnswer.objects.filter(response__session__in=sessions, response__stage=stage, value__isnull=False)
    found: QuerySet[EvaluationAnswer] = rows.order_by()
    return found


def _with_before(sessions: Any) -> QuerySet[EvaluationAnswer]:
    """Return what was given afterwards beside what the same person had said ``before``, where they had."""
    then = EvaluationAnswer.objects.filter(response__thread=OuterRef("response__thread"), response__stage=Stage.PRE)
    same = Avg("value", filter=Q(measure=OuterRef("measure")))  # not in WHERE: databases would begin with all of these
    mean = then.order_by().values("response__thread").annotate(mean=same).values("mean")
    return _scales(sessions, Stage.POST).annotate(before=Subquery(mean)).filter(before__isnull=False)


def _means(rows: QuerySet[EvaluationAnswer], mean: Avg) -> dict[int, dict[str, Mean]]:
    """Return means by session and measure; somebody who was asked twice for one measure is one of the people."""
    found: dict[int, dict[str, Mean]] = defaultdict(dict)
    grouped = rows.values("response__session", "measure").annotate(mean=mean, people=Count("response", distinct=True))
    for one in grouped:
        found[one["response__session"]][one["measure"]] = Mean(one["mean"], one["people"])
    return found


@dataclass(frozen=True)
class Chosen:
    """How often each answer of a question with several was chosen."""

    label: str
    counts: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Comment:
    """A text, without who wrote it."""

    answer: EvaluationAnswer

    @property
    def warning(self) -> str:
        """Return what in it looks like details of a case; empty where nothing does."""
        kinds = [KINDS[kind] for kind in self.answer.signs.split(", ") if kind in KINDS]
        return f"Sent although it looks like {', '.join(kinds)}" if kinds else ""


@dataclass(frozen=True)
class OrganiserSummary:
    """What organisers read of a session. ``came`` is how many could have answered afterwards."""

    came: int
    responses: Mapping[str, int]
    measured: Sequence[Measured]
    impact: Sequence[Chosen]
    comments: Sequence[Comment]

    @property
    def rate(self) -> str:
        """Return how many of those who came have answered."""
        given = self.responses.get(Stage.POST, 0)
        share = f" ({round(100 * given / self.came)}%)" if self.came else ""
        return f"{given} of {self.came} who came have given feedback{share}."

    @property
    def before(self) -> int:
        """Return how many answered before."""
        return self.responses.get(Stage.PRE, 0)

    @property
    def later(self) -> int:
        """Return how many answered some weeks later."""
        return self.responses.get(Stage.IMPACT, 0)


def organiser_summary(session: Session) -> OrganiserSummary:
    """Return what organisers read of a session: seven queries, however many answered."""
    counts = EvaluationResponse.objects.filter(session=session).order_by().values_list("stage").annotate(Count("pk"))
    of = EvaluationAnswer.objects.filter(response__session=session)
    texts = of.filter(choice="", value__isnull=True).select_related("redacted_by").order_by("-signs", "pk")
    said = measured([session.pk]).get(session.pk, {})
    here = Attendance.objects.filter(booking__session=session, booking__status=Status.CONFIRMED, state__in=CAME)
    return OrganiserSummary(
        came=here.count(),
        responses=dict(counts),
        measured=[said[one] for one in SCALES if one in said],
        impact=_chosen(of, session),
        comments=[Comment(answer) for answer in texts],
    )


def _chosen(answers: QuerySet[EvaluationAnswer], session: Session) -> list[Chosen]:
    """Return how often each choice was made, in the words and the order of the newest form that was answered."""
    rows = answers.exclude(choice="").order_by().values_list("response__stage", "question", "choice")
    counts = {(stage, question, choice): count for stage, question, choice, count in rows.annotate(Count("pk"))}
    asked = EvaluationForm.objects.filter(responses__session=session).distinct().order_by("version")
    questions = {(form.stage, one.key): one for form in asked for one in form.asks if one.choices}
    found = []
    for (stage, key), question in questions.items():
        several = [(words, counts.get((stage, key, choice), 0)) for choice, words in question.choices.items()]
        found.append(Chosen(question.label, several))
    return found

"""What people said about sessions, added up: for trainers once enough have answered, for organisers with comments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Avg, Count, QuerySet

from bookings.case_details import KINDS
from bookings.models import CAME, Attendance, EvaluationAnswer, EvaluationForm, EvaluationResponse, Stage
from bookings.question_sets import MEASURES
from events.models import Session

ENOUGH: Final = 5  # fewer would let a trainer guess who said what
SCALES: Final = ("knowledge", "skills", "confidence", "relevance", "recommend", "other")


@dataclass(frozen=True)
class Measured:
    """What was said on one scale: the mean after, and before where that was asked, each with how many said it.

    ``change`` is the mean of the differences of those who answered both times, and ``both`` how many they are.
    """

    measure: str
    after: float | None
    said_after: int
    before: float | None = None
    said_before: int = 0
    change: float | None = None
    both: int = 0

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
        return "Not known" if self.change is None else f"{self.change:+.1f}".replace("-", "\u2212")


def _number(mean: float | None) -> str:
    return "No answers" if mean is None else f"{mean:.1f}"


@dataclass(frozen=True)
class TrainerSummary:
    """What a trainer reads of a session: means of scales, and nothing while fewer than `ENOUGH` have answered."""

    responses: int = 0
    means: Mapping[str, tuple[float, int]] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """Return each scale that enough people answered, such as ``Relevance: 4.2 of 5``."""
        shown = [(one, *self.means[one]) for one in SCALES if one in self.means]
        return [f"{MEASURES[one]}: {mean:.1f} of 5" for one, mean, count in shown if count >= ENOUGH]

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
    after = EvaluationResponse.objects.filter(session__in=keys, stage=Stage.POST).order_by()
    counts = dict(after.values_list("session").annotate(Count("pk")))
    scales = EvaluationAnswer.objects.filter(response__in=after.values("pk"), value__isnull=False).order_by()
    means: dict[int, dict[str, tuple[float, int]]] = defaultdict(dict)
    grouped = scales.values_list("response__session", "measure").annotate(Avg("value"), Count("pk"))
    for session, measure, mean, count in grouped:
        means[session][measure] = (mean, count)
    return {pk: TrainerSummary(count, means[pk]) for pk, count in counts.items()}


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
    """Return what organisers read of a session: five queries, however many answered."""
    counts = EvaluationResponse.objects.filter(session=session).order_by().values_list("stage").annotate(Count("pk"))
    of = EvaluationAnswer.objects.filter(response__session=session)
    texts = of.filter(choice="", value__isnull=True).select_related("redacted_by").order_by("-signs", "pk")
    return OrganiserSummary(
        came=Attendance.objects.filter(booking__session=session, state__in=CAME).count(),
        responses=dict(counts),
        measured=_measured(of),
        impact=_chosen(of, session),
        comments=[Comment(answer) for answer in texts],
    )


def _measured(answers: QuerySet[EvaluationAnswer]) -> list[Measured]:
    """Return what was said on each scale, before and after, in the order of `SCALES`."""
    said: dict[str, dict[str, dict[UUID, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = answers.filter(value__isnull=False).order_by("pk")
    for thread, stage, measure, value in rows.values_list("response__thread", "response__stage", "measure", "value"):
        if value is not None:
            said[measure][stage][thread] = value
    return [_measure(one, said[one]) for one in SCALES if said[one][Stage.POST] or said[one][Stage.PRE]]


def _measure(measure: str, said: Mapping[str, Mapping[UUID, int]]) -> Measured:
    before, after = said.get(Stage.PRE, {}), said.get(Stage.POST, {})
    changes = [after[thread] - before[thread] for thread in before.keys() & after.keys()]
    return Measured(
        measure, _mean(after.values()), len(after), _mean(before.values()), len(before), _mean(changes), len(changes)
    )


def _mean(values: Iterable[int]) -> float | None:
    """Return the mean; None of nothing."""
    several = list(values)
    return sum(several) / len(several) if several else None


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

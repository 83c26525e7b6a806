"""What people are asked about a session, and what they answered: one row a form, a response and an answer."""

import uuid
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from bookings import question_sets
from bookings.models.booking import Booking, WrittenByActionsOnly
from bookings.models.policy import LEAD_FIRST
from bookings.querysets import ReadOnlyQuerySet
from bookings.question_sets import Question
from events.models import Session, SessionHost
from people.fields import LineField, ParagraphsField
from people.models import Partnership


class Stage(models.TextChoices):
    """When people are asked."""

    PRE = "pre", "Before the session"
    POST = "post", "After the session"
    IMPACT = "impact", "Some weeks later"


ONE_TO_FIVE: Final = Q(value__gte=question_sets.LOWEST, value__lte=question_sets.HIGHEST)


class EvaluationForm(WrittenByActionsOnly):
    """One version of what a partnership asks at a stage; a new one is added, and an old one is never changed.

    Without a partnership it is what the site asks where a partnership has decided nothing.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluation_forms"
    )
    stage = models.CharField(max_length=8, choices=Stage.choices)
    version = models.PositiveSmallIntegerField()
    questions = models.JSONField(help_text="As bookings.question_sets reads them.")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["partnership", "stage", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "stage", "version"],
                name="evaluation_form_version_once",
                violation_error_message="There is this version already.",
            ),
            models.UniqueConstraint(
                fields=["stage", "version"],
                condition=Q(partnership__isnull=True),
                name="evaluation_form_of_all_version_once",
                violation_error_message="There is this version already.",
            ),
            models.CheckConstraint(
                name="evaluation_form_stage_known",
                condition=Q(stage__in=Stage.values),
                violation_error_message="People are asked before, after, or some weeks later.",
            ),
        ]

    def __str__(self) -> str:
        whose = self.partnership.short_name if self.partnership else "Everybody"
        return f"{whose}: {self.get_stage_display().lower()}, version {self.version}"

    @property
    def asks(self) -> tuple[Question, ...]:
        """Return the questions in order."""
        return question_sets.questions_of(self.questions)


class EvaluationResponse(WrittenByActionsOnly):
    """That somebody answered at a stage. ``thread`` joins what one person said at each stage of one booking.

    The booking is forgotten some months later, as the policy says; the thread, the session and the answers stay.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="evaluation_responses")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluation_responses"
    )
    stage = models.CharField(max_length=8, choices=Stage.choices)
    form = models.ForeignKey(EvaluationForm, on_delete=models.PROTECT, related_name="responses")
    thread = models.UUIDField(default=uuid.uuid4, db_index=True)
    given_at = models.DateTimeField()

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["given_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["booking", "stage"],
                name="evaluation_answered_once",
                violation_error_message="This has been answered already.",
            ),
            models.UniqueConstraint(
                fields=["thread", "stage"],
                name="evaluation_thread_answered_once",
                violation_error_message="This has been answered already.",
            ),
            models.CheckConstraint(
                name="evaluation_response_stage_known",
                condition=Q(stage__in=Stage.values),
                violation_error_message="People are asked before, after, or some weeks later.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["session", "stage"], name="evaluation_by_session_stage")]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.session}"  # nobody's name


class EvaluationAnswer(WrittenByActionsOnly):
    """One answer: a number on a scale, one choice, or a text; several choices of one question are several rows."""

    response = models.ForeignKey(EvaluationResponse, on_delete=models.PROTECT, related_name="answers")
    question = models.SlugField(max_length=40, help_text="The key of the question in the form.")
    measure = models.CharField(max_length=20, choices=list(question_sets.MEASURES.items()))
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    choice = models.SlugField(max_length=40, blank=True)
    text = ParagraphsField(blank=True, max_length=question_sets.LONGEST_TEXT)
    signs = LineField(blank=True, help_text="What in the text looked like details of a case, and was sent as it is.")
    redacted_at = models.DateTimeField(null=True, blank=True)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    redaction_reason = LineField(blank=True, max_length=400)

    objects: ClassVar = ReadOnlyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["response", "question", "choice"],
                name="evaluation_answer_once",
                violation_error_message="This question has this answer already.",
            ),
            models.CheckConstraint(
                name="evaluation_answer_says_one_thing",
                condition=(Q(value__isnull=False, choice="", text="", redacted_at__isnull=True) & ONE_TO_FIVE)
                | (Q(value__isnull=True, text="", redacted_at__isnull=True) & ~Q(choice=""))
                | (Q(value__isnull=True, choice="", redacted_at__isnull=True) & ~Q(text=""))
                | Q(value__isnull=True, choice="", text="", redacted_at__isnull=False),
                violation_error_message="An answer is a number from 1 to 5, a choice or a text.",
            ),
            models.CheckConstraint(
                name="evaluation_answer_redacted_with_a_reason",
                condition=Q(redacted_at__isnull=True, redaction_reason="")
                | (Q(redacted_at__isnull=False) & ~Q(redaction_reason="")),
                violation_error_message="Say why the text is taken out.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["measure", "value"], name="evaluation_by_measure_value")]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}: {self.value or self.choice or 'a text'}"


def form_for(session: Session, stage: str) -> EvaluationForm:
    """Return what is asked about a session at a stage: the newest version of the partnership that leads it, or ours.

    Ours is not stored before it is first answered, and is returned unsaved until then; one query.
    """
    leader = SessionHost.objects.filter(session=session.pk).order_by(*LEAD_FIRST).values("partnership")[:1]
    found = EvaluationForm.objects.filter(stage=stage, partnership__in=leader).order_by("-version").first()
    return found or EvaluationForm(stage=stage, version=0, questions=[one.as_dict() for one in shipped(stage)])


def shipped(stage: str) -> tuple[Question, ...]:
    """Return what the site asks at a stage."""
    return question_sets.shipped(stage)

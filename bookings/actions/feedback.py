"""What people say about a session: given once at each stage, taken out where it speaks of a case, and made nameless."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bookings import afterwards, errors
from bookings.actions.certificates import issue_due
from bookings.actions.keeping import by_term
from bookings.case_details import kinds_in
from bookings.models import (
    Attendance,
    Booking,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationResponse,
    RegisterClosing,
    Stage,
)
from bookings.question_sets import LONGEST_TEXT, Question, faults_of, in_order, shipped
from events.contention import once_more
from events.errors import ChangedSince
from events.models.session_part import not_over
from people.models import Partnership, User

Answers = Mapping[str, int | str | list[str]]


@once_more
def give_feedback(booking: Booking, *, stage: str, form: EvaluationForm, answers: Answers, at: datetime) -> None:
    """Keep what somebody answered at a stage, by the keys of the form's questions; what is empty is no answer.

    It is kept once: whoever sends it again, or from two windows at once, is told so. What in a text looks like
    details of a case is noted beside it. A certificate that waited for it is issued. ``at`` is aware. Raises why
    they cannot answer (`afterwards.why_not_answer`), FeedbackGiven, and ValidationError for an answer that the
    question does not have.
    """
    session = booking.session
    attendance = Attendance.objects.filter(booking=booking).first()
    is_closed = RegisterClosing.objects.filter(session=session, reopened_at__isnull=True).exists()
    refusal = afterwards.why_not_answer(stage, booking, session, attendance=attendance, is_closed=is_closed, at=at)
    if refusal:
        raise refusal
    rows = [row for question in form.asks for row in _rows(question, answers.get(question.key, ""))]
    with transaction.atomic():
        before = EvaluationResponse.objects.filter(booking=booking).first()
        thread = {"thread": before.thread} if before else {}
        kept = _kept(form, at=at)
        try:
            with transaction.atomic():
                response = EvaluationResponse.written.add(
                    session=session, booking=booking, stage=stage, form=kept, given_at=at, **thread
                )
        except IntegrityError as error:
            raise errors.FeedbackGiven from error
        for row in rows:
            row.response = response
        EvaluationAnswer.written.bulk_create(rows)
        if stage == Stage.POST:
            issue_due(Booking.objects.filter(pk=booking.pk), at=at)


def _kept(form: EvaluationForm, *, at: datetime) -> EvaluationForm:
    """Return the stored version of a form: the site's own questions are stored when they are first answered."""
    if form.pk:
        return form
    ours: EvaluationForm | None = (
        EvaluationForm.objects.filter(partnership__isnull=True, stage=form.stage).order_by("-version").first()
    )
    questions = in_order(form.questions)
    if ours and ours.questions == questions:
        return ours
    row = {"stage": form.stage, "version": ours.version + 1 if ours else 1}
    try:
        with transaction.atomic():
            kept: EvaluationForm = EvaluationForm.written.add(**row, questions=questions, made_at=at)
    except IntegrityError:  # somebody else answered first, at the same moment
        kept = EvaluationForm.objects.get(partnership__isnull=True, **row)
    return kept


def _rows(question: Question, answer: int | str | list[str]) -> Iterable[EvaluationAnswer]:
    """Return the rows of one answer, which may be none; raises ValidationError."""
    if answer in ("", []):
        if question.required:
            raise ValidationError({question.key: "Answer this question."})
        return
    of = {"question": question.key, "measure": question.measure}
    match question.kind, answer:
        case "scale", int() if 1 <= answer <= 5:
            yield EvaluationAnswer(**of, value=answer)
        case "choice", str() if answer in question.choices:
            yield EvaluationAnswer(**of, choice=answer)
        case "choices", list() if set(answer) <= question.choices.keys():
            for choice in question.choices:
                if choice in answer:
                    yield EvaluationAnswer(**of, choice=choice)
        case "text", str() if len(answer) <= LONGEST_TEXT:
            row = EvaluationAnswer(**of, text=answer, signs=", ".join(kinds_in(answer)))
            row.clean_fields(exclude={"response"})
            yield row
        case "text", _:
            raise ValidationError({question.key: f"Write at most {LONGEST_TEXT} characters."})
        case _:
            raise ValidationError({question.key: "Choose one of the answers there are."})


def redact(answer: EvaluationAnswer, *, reason: str, actor: User, at: datetime) -> None:
    """Take a text out for good, with who did it, when and why; the first time stays. Raises ValidationError."""
    answer.redaction_reason = reason
    answer.clean_fields(exclude={"response", "redacted_by", "text"})
    if not reason:
        raise ValidationError({"reason": "Say why the text is taken out."})
    still = EvaluationAnswer.written.filter(pk=answer.pk, redacted_at__isnull=True).exclude(text="")
    still.update(text="", signs="", redacted_at=at, redacted_by=actor, redaction_reason=reason)


def forget_who_answered(*, at: datetime) -> int:
    """Take the name off answers as long after the session as each booking's policy says; return how many.

    What was said stays, joined by its thread. ``at`` is aware.
    """
    named = EvaluationResponse.objects.filter(~not_over("session__", at=at), booking__isnull=False)
    count = 0
    for months, rows in by_term(named, "keep_answers_months"):
        found = rows.filter(~not_over("session__", at=afterwards.months_after(at, -months)))
        keys = list(found.order_by().values_list("pk", flat=True))
        count += EvaluationResponse.written.filter(pk__in=keys).update(booking=None)
    return count


@once_more
def set_questions(  # noqa: PLR0913 - what is asked, by whom, when, by whom it was changed, and what they had seen
    partnership: Partnership, stage: str, stored: list[Any], *, actor: User, at: datetime, as_of: int
) -> EvaluationForm | None:
    """Add a version to what a partnership asks at a stage; questions that are asked already add none.

    ``as_of`` is the version that whoever asks has seen, 0 for none. Versions before stay with their answers. Returns
    the version that holds then. Raises ChangedSince, ValidationError for questions that cannot be asked, and Busy.
    """
    if faults := faults_of(stored):
        raise ValidationError(faults)
    with transaction.atomic():
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        versions = EvaluationForm.objects.filter(partnership=partnership, stage=stage)
        newest: EvaluationForm | None = versions.order_by("-version").first()
        last = newest.version if newest else 0
        if as_of != last:
            raise ChangedSince
        asked = newest.questions if newest else [one.as_dict() for one in shipped(stage)]
        if in_order(stored) == in_order(asked):
            return newest
        row: EvaluationForm = EvaluationForm.written.add(
            partnership=partnership,
            stage=stage,
            version=last + 1,
            questions=in_order(stored),
            made_at=at,
            made_by=actor,
        )
    return row

"""What becomes of a crowd's sessions beside the register: answers, certificates, charges, needs and trainers."""

import uuid
from datetime import timedelta

from bookings.models import (
    AccessNeed,
    Certificate,
    Charge,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationResponse,
)
from bookings.question_sets import shipped
from events.models import SessionHost, SessionTrainer
from tests.factories import NOW, TrainerFactory

CAME = {"present", "late", "left_early"}
OWN = [
    {"key": "applied", "measure": "applied", "kind": "choice", "label": "Used?", "choices": {"yes": "Yes", "no": "No"}},
    {
        "key": "example",
        "measure": "example",
        "kind": "choices",
        "label": "Where?",
        "choices": {"tool": "A tool", "court": "In court"},
    },
]


def follow(bookings, ends, dice, *, own):
    """Let those who came answer, be certified, be charged and have needs; ``own`` is a partnership with questions.

    On one session in three hardly anybody answers. Of some answers it is not known any more who gave them.
    """
    forms = {stage: _form(stage) for stage in ("pre", "post", "impact")}
    own_form = EvaluationForm.written.add(partnership=own, stage="impact", version=1, questions=OWN)
    leads = dict(SessionHost.objects.filter(is_lead=True).values_list("session", "partnership"))
    responses, answers, certificates, charges, needs = [], [], [], [], []
    for booking, (end, mark) in zip(bookings, ends, strict=True):
        session = booking.session
        if mark in CAME and session.state == "published":
            own_or_ours = own_form if leads[session.pk] == own.pk else forms["impact"]
            given = list(_given(booking, {**forms, "impact": own_or_ours}, dice))
            responses += given
            answers += [answer for one in given for answer in _answers(one, dice)]
            if any(one.stage == "post" for one in given):
                certificates.append(_certificate(booking, len(certificates)))
        if end == "cancelled late" or (mark == "did_not_attend" and dice.random() < 0.5):
            charges.append(_charge(booking, end, leads[session.pk], dice))
        if session.ends_at > NOW and end in {"confirmed", "waitlisted"} and dice.random() < 0.3:
            is_done = dice.random() < 0.3
            needs.append(AccessNeed(booking=booking, text="A quiet seat", done_at=NOW if is_done else None))
    EvaluationResponse.written.bulk_create(responses, batch_size=5000)
    EvaluationAnswer.written.bulk_create(answers, batch_size=5000)
    for model, rows in ((Certificate, certificates), (Charge, charges), (AccessNeed, needs)):
        model.written.bulk_create(rows, batch_size=5000)


def lend_trainers(sessions):
    """Name one or two of three trainers for each session of the past; no two of these are at one time."""
    trainers = [
        TrainerFactory(slug=f"trainer-{n}", organisation_name=name)
        for n, name in enumerate(["Example Trust", "Example Trust", "", "Other School"])
    ]
    for n, session in enumerate(one for one in sessions if one.ends_at < NOW):
        for trainer in trainers[n % 4 : n % 4 + 1 + (n % 5 == 0)]:
            SessionTrainer.objects.create(session=session, trainer=trainer)


def _form(stage):
    return EvaluationForm.written.add(stage=stage, version=1, questions=[one.as_dict() for one in shipped(stage)])


def _given(booking, forms, dice):
    """Return the responses of somebody who came."""
    ended, thread = booking.session.ends_at, uuid.UUID(int=dice.getrandbits(128), version=4)
    share = 0.15 if booking.session_id % 3 == 0 else 0.7
    is_named = dice.random() < 0.8
    stages = ["pre", "post", "impact"] if ended < NOW - timedelta(weeks=12) else ["pre", "post"]
    for stage in stages:
        if dice.random() < share:
            yield EvaluationResponse(
                session=booking.session,
                booking=booking if is_named else None,
                stage=stage,
                form=forms[stage],
                thread=thread,
                given_at=ended,
            )


def _answers(response, dice):
    """Return what somebody answered: most of the questions, some of the choices, a text now and then."""
    for question in response.form.asks:
        row = {"response": response, "question": question.key, "measure": question.measure}
        if not question.required and dice.random() < 0.3:
            continue
        match question.kind:
            case "scale":
                yield EvaluationAnswer(**row, value=dice.randint(1, 5))
            case "choice":
                yield EvaluationAnswer(**row, choice=dice.choice(list(question.choices)))
            case "choices":
                for choice in dice.sample(list(question.choices), dice.randint(0, 2)):
                    yield EvaluationAnswer(**row, choice=choice)
            case "text" if dice.random() < 0.2:
                yield EvaluationAnswer(**row, redacted_at=NOW, redaction_reason="Names a family.")
            case "text":
                yield EvaluationAnswer(**row, text="More time, please.")


def _certificate(booking, number):
    session = booking.session
    return Certificate(
        booking=booking,
        code=f"{number:012}",
        name=booking.name,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        issued_at=NOW,
        revoked_at=NOW if number % 10 == 0 else None,
        revoked_for="corrected" if number % 10 == 0 else "",
    )


def _charge(booking, end, partnership, dice):
    is_waived = dice.random() < 0.3
    return Charge(
        booking=booking,
        partnership_id=partnership,
        reason="late_cancellation" if end == "cancelled late" else "absence",
        pence=dice.choice([1500, 2550]),
        organisation=booking.organisation,
        organisation_name=booking.organisation_name,
        made_at=NOW,
        waived_at=NOW if is_waived else None,
        waiver_reason="=Waived" if is_waived else "",
    )

"""Feedback: once at each stage, by those who were there, joined by a thread; taken out, and made nameless."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from bookings import actions, errors
from bookings.afterwards import months_after
from bookings.models import EvaluationAnswer, EvaluationForm, EvaluationResponse, form_for
from events.actions import cancel_session
from tests.bookings.desk import set_policy
from tests.bookings.feedback import came, give
from tests.factories import NOW, START, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
WEEKS = timedelta(weeks=1)


def said():
    return sorted(EvaluationAnswer.objects.values_list("response__stage", "measure", "value", "choice", "text"))


def test_feedback_when_given_then_one_row_an_answer_and_what_is_empty_is_none():
    booking = make_booking()
    came(booking)

    give(booking, comment="More time.", recommend="")

    assert said() == [
        ("post", "comment", None, "", "More time."),
        ("post", "confidence", 5, "", ""),
        ("post", "knowledge", 4, "", ""),
        ("post", "relevance", 3, "", ""),
        ("post", "skills", 4, "", ""),
    ]


def test_feedback_of_three_stages_then_joined_by_one_thread():
    booking, other = make_booking(), make_booking()

    give(booking, stage="pre", at=NOW)
    give(booking)
    give(booking, stage="impact", at=END + 8 * WEEKS, example=["tool", "conversation"], barrier=[])
    give(other)

    rows = EvaluationResponse.objects.order_by("pk")
    assert [row.stage for row in rows] == ["pre", "post", "impact", "post"]
    assert len({row.thread for row in rows}) == 2
    assert rows[3].thread != rows[0].thread
    examples = EvaluationAnswer.objects.filter(measure="example").values_list("choice", flat=True)
    assert list(examples) == ["conversation", "tool"]  # in the order of the form


def test_feedback_when_sent_twice_then_kept_once():
    booking = make_booking()
    give(booking)

    with pytest.raises(errors.FeedbackGiven):
        give(booking, knowledge=1)

    assert EvaluationAnswer.objects.get(measure="knowledge").value == 4


@pytest.mark.parametrize(
    ("stage", "at", "refusal"),
    [
        ("pre", START, errors.FeedbackClosed),
        ("pre", START - timedelta(seconds=1), None),
        ("post", END - timedelta(minutes=15, seconds=1), errors.FeedbackNotOpen),
        ("post", END - timedelta(minutes=15), None),
        ("post", months_after(END, 12), errors.FeedbackClosed),
        ("impact", END + 8 * WEEKS - timedelta(seconds=1), errors.FeedbackNotOpen),
        ("impact", END + 8 * WEEKS, None),
        ("impact", months_after(END, 12), errors.FeedbackClosed),
    ],
)
def test_feedback_when_it_is_time_then_taken(stage, at, refusal):
    booking = make_booking()

    if refusal is None:
        give(booking, stage=stage, at=at)
    else:
        with pytest.raises(refusal):
            give(booking, stage=stage, at=at)

    assert EvaluationResponse.objects.exists() is (refusal is None)


def test_feedback_before_when_the_policy_asks_nothing_then_refused():
    set_policy(questions_before="not_asked")

    with pytest.raises(errors.FeedbackClosed):
        give(make_booking(), stage="pre", at=NOW)


@pytest.mark.parametrize("state", ["did_not_attend", "excused"])
def test_feedback_of_somebody_who_was_not_there_then_refused(state):
    booking = make_booking()
    came(booking, state)

    with pytest.raises(errors.NotThere):
        give(booking)


@pytest.mark.parametrize("state", ["present", "late", "left_early", ""])
def test_feedback_of_somebody_who_was_there_or_is_not_marked_yet_then_taken(state):
    booking = make_booking()
    if state:
        came(booking, state)

    give(booking)

    assert EvaluationResponse.objects.count() == 1


def test_feedback_of_somebody_not_marked_in_a_closed_register_then_refused_until_it_is_corrected():
    booking = make_booking()
    actions.close_register(booking.session, at=END, actor=None)
    with pytest.raises(errors.NotThere):
        give(booking)

    actions.reopen_register(booking.session, reason="Wrong list.", at=END, actor=None)
    came(booking)
    actions.close_register(booking.session, at=END, actor=None)

    give(booking)
    assert EvaluationResponse.objects.count() == 1


def test_feedback_about_what_was_cancelled_then_refused():
    booking, other = make_booking(), make_booking()
    booking = actions.cancel(booking, at=NOW)
    with pytest.raises(errors.BookingEnded):
        give(booking)
    cancel_session(other.session.pk, actor=None, at=NOW, reason="Ferry.")
    other.session.refresh_from_db()
    with pytest.raises(errors.SessionCancelled):
        give(other)


@pytest.mark.parametrize(
    ("stage", "at", "answers"),
    [
        ("post", END, {"knowledge": 0}),
        ("post", END, {"knowledge": 6}),
        ("post", END, {"knowledge": "4"}),
        ("post", END, {"knowledge": ""}),
        ("post", END, {"comment": "x" * 601}),
        ("post", END, {"comment": "a\x00b"}),
        ("impact", END + 9 * WEEKS, {"applied": "perhaps"}),
        ("impact", END + 9 * WEEKS, {"example": ["tool", "perhaps"]}),
        ("impact", END + 9 * WEEKS, {"example": "tool"}),
    ],
)
def test_answer_that_the_question_does_not_have_then_nothing_is_written(stage, at, answers):
    with pytest.raises(ValidationError):
        give(make_booking(), stage=stage, at=at, **answers)

    assert not EvaluationResponse.objects.exists()


def test_form_of_the_site_then_stored_once_and_again_when_its_words_change():
    give(make_booking())
    give(make_booking())
    assert EvaluationForm.objects.get().version == 1

    booking = make_booking()
    changed = EvaluationForm(stage="post", version=0, questions=form_for(booking.session, "post").questions[:1])
    actions.give_feedback(booking, stage="post", form=changed, answers={"knowledge": 2}, at=END)

    assert list(EvaluationForm.objects.values_list("version", flat=True)) == [2, 1]


def test_form_then_the_newest_of_the_partnership_that_leads():
    session = SessionFactory()
    one = {"key": "q", "kind": "scale", "label": "Q?"}
    others = PartnershipFactory(slug="isle-of-wight")
    EvaluationForm.written.add(partnership=others, stage="post", version=9, questions=[one])
    assert form_for(session, "post").pk is None
    leader = session.hosts.get()
    for version in (1, 2):
        EvaluationForm.written.add(partnership=leader, stage="post", version=version, questions=[one])

    assert form_for(session, "post").version == 2
    assert form_for(session, "pre").pk is None


def test_text_that_looks_like_a_case_then_noted_and_taken_out_for_good():
    booking, actor = make_booking(), UserFactory()
    give(booking, comment="Leo's mum liked it, PO30 1UD.")
    answer = EvaluationAnswer.objects.get(measure="comment")
    assert answer.signs == "postcode, name"

    with pytest.raises(ValidationError):
        actions.redact(answer, reason="", actor=actor, at=END)
    actions.redact(answer, reason="Names a family.", actor=actor, at=END)
    actions.redact(answer, reason="Again.", actor=UserFactory(), at=END + WEEKS)

    answer.refresh_from_db()
    assert (answer.text, answer.signs, answer.redacted_at) == ("", "", END)
    assert (answer.redacted_by, answer.redaction_reason) == (actor, "Names a family.")


def test_names_when_the_months_are_over_then_forgotten_and_the_answers_stay_joined():
    booking = make_booking()
    set_policy(keep_answers_months=6)
    sooner = make_booking()
    for one in (booking, sooner):
        give(one, stage="pre", at=NOW)
        give(one)

    assert actions.forget_who_answered(at=months_after(END, 6) - timedelta(seconds=1)) == 0
    assert actions.forget_who_answered(at=months_after(END, 6)) == 2
    assert set(EvaluationResponse.objects.values_list("booking", flat=True)) == {booking.pk, None}
    assert actions.forget_who_answered(at=months_after(END, 12)) == 2
    assert actions.forget_who_answered(at=months_after(END, 13)) == 0
    assert EvaluationResponse.objects.values("thread").distinct().count() == 2
    assert len(said()) == 12


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [("2027-01-31", 1, "2027-02-28"), ("2027-03-31", -1, "2027-02-28"), ("2027-12-05", 13, "2029-01-05")],
)
def test_months_after_a_day_then_never_past_the_month(day, months, there):
    moment = START.fromisoformat(f"{day}T10:00+00:00")

    assert months_after(moment, months) == START.fromisoformat(f"{there}T10:00+00:00")

"""The feedback page: asked when it is time, thanked once, and asked to look again at what looks like a case."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bookings.links import FEEDBACK, OFFER, feedback_path, path_of
from bookings.models import EvaluationAnswer, EvaluationResponse
from tests.bookings.feedback import came, give
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking
from tests.pages import words

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
WEEKS = timedelta(weeks=1)
ANSWERS = {"knowledge": "4", "skills": "4", "confidence": "5", "relevance": "3", "recommend": ""}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(END, tick=False) as traveller:
        yield traveller


@pytest.fixture
def booking():
    return make_booking(practitioner=UserFactory(email="pat@example.org"))


def test_page_after_the_session_then_asks_and_says_thank_you_once(client, booking):
    page = client.get(feedback_path(booking))
    assert "How was the session?" in words(page)
    assert booking.session.title in words(page)
    assert "once five people have answered" in words(page)
    assert page.headers["Cache-Control"] == "no-store, private"
    assert not EvaluationResponse.objects.exists()

    sent = client.post(feedback_path(booking), {**ANSWERS, "comment": "More time."})

    assert (sent.status_code, sent["Location"]) == (302, feedback_path(booking, "post"))
    thanks = words(client.get(sent["Location"]))
    assert "Thank you for your answers" in thanks
    assert "You answered on Tuesday 22 June 2027 at 11:00." in thanks
    assert EvaluationAnswer.objects.filter(measure="comment").get().text == "More time."
    again = client.post(feedback_path(booking), {**ANSWERS, "knowledge": "1"})
    assert again.status_code == 302
    assert EvaluationAnswer.objects.get(measure="knowledge").value == 4


def test_page_when_sent_from_another_browser_then_needs_no_sign_in_and_no_token(booking):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(feedback_path(booking), ANSWERS).status_code == 302


@pytest.mark.parametrize(
    ("at", "stage", "status", "said"),
    [
        (NOW, "", 200, "Before the session: two questions"),
        (NOW, "post", 200, "These questions open on Tuesday 22 June 2027 at 10:45."),
        (START, "", 200, "These questions open on Tuesday 22 June 2027 at 10:45."),
        (START, "pre", 200, "These questions were for the time before the session."),
        (END, "impact", 200, "These questions open on Tuesday 17 August 2027 at 11:00."),
        (END + 8 * WEEKS, "", 200, "How was the session?"),
        (END + 8 * WEEKS, "impact", 200, "What has it changed?"),
        (END + 60 * WEEKS, "", 200, "It is too late for this"),
        (END, "later", 404, ""),
    ],
)
def test_page_then_says_what_is_due(client, clock, booking, at, stage, status, said):
    clock.move_to(at)

    answer = client.get(feedback_path(booking, stage))

    assert answer.status_code == status
    assert said in words(answer)


def test_page_some_weeks_later_when_feedback_was_given_then_asks_what_it_changed(client, clock, booking):
    give(booking)
    clock.move_to(END + 8 * WEEKS)

    assert "What has it changed?" in words(client.get(feedback_path(booking)))
    client.post(feedback_path(booking), {"applied": "partly", "example": ["tool", "other"]})

    answers = EvaluationAnswer.objects.filter(response__stage="impact").values_list("measure", "choice")
    assert sorted(answers) == [("applied", "partly"), ("example", "other"), ("example", "tool")]


def test_page_of_somebody_who_was_not_there_then_says_whom_to_tell(client, booking):
    came(booking, "did_not_attend")

    answer = client.post(feedback_path(booking), ANSWERS)

    assert answer.status_code == 409
    assert "You were not marked as there" in words(answer)
    assert "tell the organisers" in words(answer)
    assert "Send my answers" not in words(answer)
    assert not EvaluationResponse.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"knowledge": ""}, "Answer this question: How much do you know about the subject now?"),
        ({"knowledge": "6"}, "Select a valid choice"),
        ({"comment": "x" * 601}, "at most 600 characters"),
        ({"comment": "a\x0bb"}, "Remove control characters"),
    ],
)
def test_answers_that_are_wrong_then_said_at_the_question_and_nothing_is_lost(client, booking, changed, said):
    answer = client.post(feedback_path(booking), {**ANSWERS, "comment": "Typed already.", **changed})

    assert answer.status_code == 400
    assert said in words(answer)
    assert "There is a problem" in words(answer)
    assert "checked" in answer.content.decode()
    assert not EvaluationResponse.objects.exists()


def test_text_that_looks_like_a_case_then_shown_again_and_sent_when_changed(client, booking):
    comment = "I used it with the Sample family, NHS number 943 476 5919."

    warned = client.post(feedback_path(booking), {**ANSWERS, "comment": comment})

    text = words(warned)
    assert warned.status_code == 400
    assert "Please look again before you send this" in text
    assert "an NHS number (“943 476 5919”)" in text
    assert "somebody's name (“the Sample family”)" in text
    assert "There is a problem" not in text
    assert not EvaluationResponse.objects.exists()
    assert client.post(feedback_path(booking), {**ANSWERS, "comment": "I used it."}).status_code == 302
    assert EvaluationAnswer.objects.get(measure="comment").signs == ""


def test_text_that_looks_like_a_case_then_can_be_sent_as_it_is_and_something_new_is_shown_again(client, booking):
    first = {**ANSWERS, "comment": "Leo's mum wrote the film."}
    mark = client.post(feedback_path(booking), first).context["form"].mark

    assert "Send as it is" in words(client.post(feedback_path(booking), {**first, "anyway": "guessed"}))
    new = client.post(feedback_path(booking), {**first, "comment": "Leo's mum, PO30 1UD.", "anyway": mark})
    assert "a postcode (“PO30 1UD”)" in words(new)
    assert not EvaluationResponse.objects.exists()

    assert client.post(feedback_path(booking), {**first, "anyway": mark}).status_code == 302
    assert EvaluationAnswer.objects.get(measure="comment").signs == "name"


def test_link_that_was_not_made_for_this_then_not_there(client, booking):
    other = path_of(OFFER, booking).strip("/").split("/")[1]
    for token in (str(booking.pk), other, "x", f"{booking.pk}:x"):
        assert client.get(f"/feedback/{token}/").status_code == 404
    assert client.get(path_of(FEEDBACK, booking)).status_code == 200


def test_my_booking_then_leads_to_what_is_due_and_no_further_once_it_is_given(client, clock, booking):
    client.force_login(booking.practitioner)
    clock.move_to(NOW)
    assert "Answer two questions" in words(client.get(booking.get_absolute_url()))
    give(booking, stage="pre", at=NOW)
    assert "Answer two questions" not in words(client.get(booking.get_absolute_url()))
    clock.move_to(END)
    assert "Give feedback" in words(client.get(booking.get_absolute_url()))
    came(booking, "did_not_attend")
    assert "Give feedback" not in words(client.get(booking.get_absolute_url()))


def test_page_then_six_queries(client, booking, django_assert_num_queries):
    client.get(feedback_path(booking))

    with django_assert_num_queries(6):  # the booking, what was given, the mark, the closing, the form; numbers to call
        client.get(feedback_path(booking))


def test_session_that_is_somebody_elses_then_answers_stay_with_their_own_booking(client):
    session = SessionFactory()
    first, second = make_booking(session=session), make_booking(session=session)

    client.post(feedback_path(first), ANSWERS)

    assert EvaluationResponse.objects.get().booking == first
    assert "How was the session?" in words(client.get(feedback_path(second)))

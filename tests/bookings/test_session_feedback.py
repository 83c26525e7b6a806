"""What was said about a session: added up for trainers once enough answered, with comments for organisers alone."""

from datetime import timedelta

import pytest
import time_machine

from bookings.models import EvaluationAnswer, EvaluationForm
from bookings.question_sets import shipped
from tests.bookings.feedback import came, give
from tests.bookings.needs import make_trainer
from tests.factories import NOW, START, SessionFactory, UserFactory, make_booking
from tests.pages import words

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(END, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=None)


def answered(session, number=1, **answers):
    """Let people come and answer."""
    bookings = [make_booking(session=session) for _ in range(number)]
    for booking in bookings:
        came(booking)
        give(booking, **answers)
    return bookings


def page(client, session):
    return words(client.get(f"/organise/sessions/{session.pk}/feedback/"))


def test_organisers_then_read_rate_means_change_and_comments_without_names(organiser, session):
    both = make_booking(session=session, practitioner=UserFactory(name="Pat Sample"))
    give(both, stage="pre", at=NOW, knowledge=2, confidence=4)
    before_only = make_booking(session=session)
    give(before_only, stage="pre", at=NOW, knowledge=5)
    came(before_only)
    came(both)
    give(both, knowledge=4, confidence=3, comment="More time.")
    answered(session, knowledge=3)

    text = page(organiser, session)

    assert "2 of 3 who came have given feedback (67%)." in text
    assert "2 answered before the session, and 0 some weeks later." in text
    assert "Knowledge 3.5 (2) 3.5 (2) +2.0 (1 answered both times)" in text
    assert "Confidence 3.5 (2) 4.0 (2) \u22121.0 (1 answered both times)" in text
    assert "Skills No answers 4.0 (2) Not known" in text
    assert "More time." in text
    assert "Pat Sample" not in text
    assert both.email not in text


def test_organisers_some_weeks_later_then_read_how_often_each_was_chosen(organiser, session, clock):
    first, second = answered(session, 2)
    later = END + timedelta(weeks=8)
    give(first, stage="impact", at=later, applied="yes", example=["tool", "supervision"])
    give(second, stage="impact", at=later, applied="no", barrier=["workload"], example=["tool"])

    text = page(organiser, session)

    assert "Have you used what you learnt? Yes 1 In part 0 Not yet 1" in text
    assert "In supervision 1 A tool from the session is in use 2" in text


def test_comment_that_looks_like_a_case_then_first_marked_and_can_be_taken_out_with_a_reason(organiser, session):
    answered(session, comment="Good.")
    answered(session, comment="Leo's mum liked it.")
    text = page(organiser, session)
    assert text.index("Leo's mum") < text.index("Good.")
    assert "Sent although it looks like somebody's name" in text
    answer = EvaluationAnswer.objects.get(signs="name")
    address = f"/organise/feedback/{answer.pk}/redact/"
    assert "Leo's mum liked it." in words(organiser.get(address))

    assert organiser.post(address, {"reason": " "}).status_code == 400
    assert organiser.post(address, {"reason": "Names a family."}).status_code == 302

    text = page(organiser, session)
    assert "Leo's mum" not in text
    assert "Taken out by" in text
    assert "Names a family." in text
    answer.refresh_from_db()
    assert (answer.text, answer.redacted_by, answer.redacted_at) == ("", organiser.person, END)
    assert organiser.get(address).status_code == 404


def test_everybody_else_then_no_such_page(client, islander, session):
    booking = answered(session, comment="Good.")[0]
    answer = EvaluationAnswer.objects.get(measure="comment")
    trainer = make_trainer(session)
    pages = [f"/organise/sessions/{session.pk}/feedback/", f"/organise/feedback/{answer.pk}/redact/"]
    for address in pages:
        assert client.get(address).status_code == 302
    client.force_login(booking.practitioner)
    for who in (client, islander):
        for address in pages:
            assert who.get(address).status_code == 404
            assert who.post(address, {"reason": "x"}).status_code in {404, 405}
    client.force_login(trainer.user)
    for address in pages:
        assert client.get(address).status_code == 404
    answer.refresh_from_db()
    assert answer.text == "Good."


@pytest.mark.parametrize(("number", "shown"), [(0, False), (4, False), (5, True)])
def test_trainer_then_reads_means_once_five_have_answered_and_no_comment(client, session, clock, number, shown):
    trainer = make_trainer(session)
    answered(session, number, relevance=3, comment="A comment.")
    client.force_login(trainer.user)
    clock.move_to(END + timedelta(hours=1))

    text = words(client.get("/training/"))

    assert ("Feedback of 5 people: Knowledge: 4.0 of 5, Skills: 4.0 of 5" in text) is shown
    assert ("Relevance: 3.0 of 5" in text) is shown
    assert ("shown once 5 people have answered" in text) is (number == 4)
    assert "A comment." not in text


def test_trainer_then_no_scale_that_fewer_than_five_answered(client, session, clock):
    trainer = make_trainer(session)
    answered(session, 4, recommend=5)
    answered(session, 1)
    client.force_login(trainer.user)

    text = words(client.get("/training/"))

    assert "Feedback of 5 people" in text
    assert "Would recommend it" not in text


def test_trainer_on_the_day_then_opens_the_register_from_their_page_and_not_the_day_after(client, session, clock):
    client.force_login(make_trainer(session).user)
    for moment, there in (
        (START, True),
        (END, True),
        (START - timedelta(days=1), False),
        (END + timedelta(days=1), False),
    ):
        clock.move_to(moment)
        assert (f"/organise/sessions/{session.pk}/register/" in client.get("/training/").content.decode()) is there


def test_summary_of_many_then_as_many_queries_as_of_one(organiser, session, django_assert_max_num_queries):
    def taken():
        with django_assert_max_num_queries(40) as queries:
            page(organiser, session)
        return len(queries)

    answered(session, comment="One.")
    page(organiser, session)
    one = taken()
    answered(session, 3, comment="Two.")

    assert taken() == one


def test_trainer_when_two_questions_measure_one_thing_then_people_are_counted_and_not_answers(
    client, session, hampshire, clock
):
    trainer = make_trainer(session)
    ours = [one.as_dict() for one in shipped("post")]
    more = [{"key": key, "measure": "other", "kind": "scale", "label": "The room?"} for key in ("room", "sound")]
    EvaluationForm.written.add(partnership=hampshire, stage="post", version=1, questions=[*ours, *more])
    answered(session, 4, room=5, sound=4)
    answered(session, 1)
    client.force_login(trainer.user)

    assert "Something else" not in words(client.get("/training/"))

    answered(session, 1, room=5, sound=4)
    assert "Something else: 4.5 of 5" in words(client.get("/training/"))

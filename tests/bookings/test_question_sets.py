"""Sets of questions: those that come with the site, and what cannot be asked."""

import pytest

from bookings import question_sets
from bookings.question_sets import MEASURES, STAGES, Question, faults_of, questions_of, shipped

SCALE = {"key": "confidence", "kind": "scale", "label": "How confident are you?"}
CHOICE = {"key": "used", "kind": "choice", "label": "Used?", "choices": {"yes": "Yes", "no": "No"}}


@pytest.mark.parametrize("stage", STAGES)
def test_shipped_set_then_can_be_asked_and_is_the_same_when_stored(stage):
    stored = [one.as_dict() for one in shipped(stage)]

    assert faults_of(stored) == []
    assert questions_of(stored) == shipped(stage)
    assert {one.measure for one in shipped(stage)} <= MEASURES.keys()


def test_shipped_sets_then_ask_as_much_as_was_promised():
    assert len(shipped("pre")) == 2
    assert not any(one.required for one in shipped("pre"))
    assert {"knowledge", "skills", "confidence", "relevance"} <= {one.measure for one in shipped("post")}
    assert {one.measure for one in shipped("pre")} <= {one.measure for one in shipped("post")}  # to be compared


def test_question_when_stored_by_a_later_version_then_what_is_unknown_is_left_out():
    assert Question.of({**SCALE, "colour": "red"}) == Question("confidence", "scale", "How confident are you?")


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        ([], "at least one"),
        ("x", "at least one"),
        ([SCALE] * 13, "at most 12"),
        (["x"], "Question 1: write its key"),
        ([SCALE, SCALE], "Question 2: the key “confidence” is there already."),
        ([{**SCALE, "colour": "red"}], "there is no “colour”"),
        ([{**SCALE, "key": "Not a key"}], "the key is a short word"),
        ([{**SCALE, "key": 3}], "the key is a short word"),
        ([{**SCALE, "kind": "slider"}], "the kind is one of scale"),
        ([{**SCALE, "kind": []}], "the kind is one of scale"),
        ([{**SCALE, "measure": "mood"}], "what it measures is one of"),
        ([{**SCALE, "required": "yes"}], "required is true or false"),
        ([{**SCALE, "label": ""}], "write what is asked"),
        ([{**SCALE, "label": "x" * 201}], "at most 200 characters"),
        ([{**SCALE, "low": "a\nb"}], "remove line breaks"),
        ([{**SCALE, "high": 5}], "a text of at most 40"),
        ([{**SCALE, "choices": {"a": "A", "b": "B"}}], "has choices"),
        ([{**CHOICE, "choices": {"a": "A"}}], "offer 2 to 12"),
        ([{**CHOICE, "choices": ["a", "b"]}], "offer 2 to 12"),
        ([{**CHOICE, "choices": {True: "Yes", "no": "No"}}], "“True” is no key of a choice: put it in quotation marks"),
        ([{**CHOICE, "choices": {"yes": "", "no": "No"}}], "at most 120 characters"),
    ],
)
def test_set_that_cannot_be_asked_then_says_why(stored, why):
    assert any(why in fault for fault in faults_of(stored))


def test_set_with_every_kind_then_can_be_asked():
    every = [{**CHOICE, "key": f"q{n}", "kind": kind} for n, kind in enumerate(("choice", "choices"))]
    every += [SCALE, {**SCALE, "key": "words", "kind": "text"}]

    assert faults_of(every) == []
    assert {one["kind"] for one in every} == question_sets.KINDS.keys()

"""What in a text looks like details of a person or a case, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.case_details import KINDS, kinds_in, signs_in


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("I rang about 943 476 5919 and it helped", "nhs_number", "943 476 5919"),
        ("number 943-476-5919", "nhs_number", "943-476-5919"),
        ("NHS 9434765919.", "nhs_number", "9434765919"),
        ("their NI is ab 12 34 56 c", "insurance_number", "ab 12 34 56 c"),
        ("born on 3 May 2014", "date_of_birth", "born on 3 May 2014"),
        ("DOB: 03/05/14", "date_of_birth", "DOB: 03/05/14"),
        ("d.o.b. 2014-05-03", "date_of_birth", "d.o.b. 2014-05-03"),
        ("it happened 3.5.2014", "date", "3.5.2014"),
        ("it happened on May 3rd, 2014", "date", "May 3rd, 2014"),
        ("a 7-year-old", "age", "7-year-old"),
        ("he is aged 7 now", "age", "aged 7"),
        ("they live at PO30 1UD", "postcode", "PO30 1UD"),
        ("they live at so23 8uj", "postcode", "so23 8uj"),
        ("seen at 12b High Street", "street", "12b High Street"),
        ("ring 01329 225379", "telephone", "01329 225379"),
        ("ring +44 7700 900123", "telephone", "+44 7700 900123"),
        ("write to mum@example.org", "email", "mum@example.org"),
        ("see case no. AB/12345", "reference", "case no. AB/12345"),
        ("URN 44/2024/113", "reference", "URN 44/2024/113"),
        ("the Sample family", "name", "the Sample family"),
        ("a boy called Leo", "name", "boy called Leo"),
        ("mum is Siân", "name", "mum is Siân"),
        ("the child, Żółć, came", "name", "child, Żółć"),
        ("dad Ŵyn", "name", "dad Ŵyn"),
        ("Jamie's mother", "name", "Jamie's mother"),
        ("Jamie’s social worker and Jamie’s mother", "name", "Jamie’s mother"),
        ("Mrs O'Sample asked", "name", "Mrs O'Sample"),
    ],
)
def test_text_with_details_then_says_which_and_where(text, kind, words):
    assert [(sign.kind, sign.words) for sign in signs_in(text)] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you. More time for the exercise, please.",
        "Sam was a good trainer and Hampshire children need this.",
        "The session on the Isle of Wight was good. Working Together 2023, chapter 2, helped.",
        "Level 3 training, 2 hours, 80% of it new to me, 10:30 to 12:00, room B12",
        "I will call the MASH. The child protection plan, the Monday session and case study 2.",
        "My son liked the film too, and the family exercise is for 30 people.",
        "A child A and a child B in the exercise",
        "Fewer than 1,000 words and 5 x 10 cards",
    ],
)
def test_text_without_details_then_nothing(text):
    assert signs_in(text) == []


def test_text_with_several_then_in_order_and_each_once():
    text = "Leo's mum, PO30 1UD, born 3 May 2014. Leo's mum again."

    assert [sign.kind for sign in signs_in(text)] == ["name", "postcode", "date_of_birth"]
    assert kinds_in(text) == ["date_of_birth", "postcode", "name"]


@given(st.text(max_size=600))
def test_any_text_then_what_is_found_stands_in_it(text):
    flat = " ".join(text.split())
    for sign in signs_in(text):
        assert sign.kind in KINDS
        assert sign.words in flat


@pytest.mark.parametrize("unit", ["1 A ", "12 High ", "a@b.", "born ", "0 1", "the A ", "case ", "child, "])
def test_text_that_repeats_itself_then_read_in_no_time(unit):
    text = (unit * 600)[:600]
    found = [signs_in(text) for _ in range(20)]  # a pattern that tried every way would not come back
    assert found == [found[0]] * 20

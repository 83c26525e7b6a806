"""Pasted lists of people: every form of a line, and every fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.bulk_lines import read_lines

PAT = ("Pat Sample", "pat@example.org", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pat Sample <Pat@Example.org>", PAT),
        ('"Pat Sample" <pat@example.org>;', PAT),
        ("Sample, Pat <pat@example.org>", PAT),
        ('"Sample, Pat" <pat@example.org>', PAT),
        ("Pat Sample, MBE <pat@example.org>", ("Pat Sample, MBE", "pat@example.org", "")),
        ("Pat Sample, pat@example.org", PAT),
        ("pat@example.org", ("", "pat@example.org", "")),
        ("Pat Sample\tpat@example.org", PAT),
        ("Pat\tSample\tpat@example.org", PAT),
        ("Pat Sample\tpat@example.org\tTeacher", ("Pat Sample", "pat@example.org", "Teacher")),
        ("Pat Sample, pat@example.org, Teacher, Year 3", ("Pat Sample", "pat@example.org", "Teacher, Year 3")),
        ("Sample, Pat, pat@example.org", PAT),
        ("Pat Sample, MBE, pat@example.org", ("Pat Sample, MBE", "pat@example.org", "")),
        ("Pat Sample <pat@example.org>, Teacher", ("Pat Sample", "pat@example.org", "Teacher")),
        ("pat@example.org, Pat Sample, Teacher", ("Pat Sample", "pat@example.org", "Teacher")),
    ],
)
def test_line_when_it_is_written_in_a_known_form_then_is_read(text, expected):
    (line,) = read_lines(text)
    assert ((line.name, line.email, line.job_role), line.fault) == (expected, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Pat Sample", "There is no address in this line."),
        ("Pat, pat@@example", "This is not an address that mail can be sent to."),
        ("Pat\x07, pat@example.org", "Remove line breaks and control characters from this text."),
        ("x" * 201 + ", pat@example.org", "A name or job role has at most 200 characters, an address 254."),
    ],
)
def test_line_when_it_cannot_be_used_then_says_why(text, fault):
    assert [line.fault for line in read_lines(text)] == [fault]


def test_lines_when_an_address_comes_twice_then_the_second_names_the_first():
    lines = read_lines("\npat@example.org\r\n\n PAT@example.org \nlee@example.org")
    assert [(line.number, line.fault) for line in lines] == [
        (2, ""),
        (4, "This address stands in line 2 already."),
        (5, ""),
    ]


def test_line_when_recipients_were_copied_from_a_mail_then_each_is_a_person_of_that_line():
    text = '\nSample, Pat <pat@example.org>; Doe, Jo <jo@example.org>; "Roe, Ann (CS)" <ann@example.org>; '
    assert [(line.number, line.name, line.email, line.fault) for line in read_lines(text)] == [
        (2, "Pat Sample", "pat@example.org", ""),
        (2, "Jo Doe", "jo@example.org", ""),
        (2, "Ann Roe (CS)", "ann@example.org", ""),
    ]


def test_cell_when_it_holds_two_addresses_then_is_a_fault_and_nobody_is_guessed():
    (line,) = read_lines("Pat Sample\tpat@example.org; p.sample@example.org\tTeacher")
    assert line.fault == "This is not an address that mail can be sent to."


def test_lines_when_two_addresses_are_one_persons_then_the_second_says_why():
    _, second = read_lines("Pat Sample <office+pat@example.org>\nJo Doe <office+jo@example.org>")
    assert second.fault == (
        "This address stands in line 1 already, but for what stands after its plus sign: both are one person's."
    )


@given(st.text())
def test_lines_when_anything_is_pasted_then_each_has_an_address_or_a_fault(text):
    lines = read_lines(text)
    good = [line.email for line in lines if not line.fault]
    assert len(good) == len(set(good))
    assert all(good)
    assert [line.number for line in lines] == sorted(line.number for line in lines)


NAMES = st.from_regex(r"[A-Z][a-z]{1,9} [A-Z][a-z]{1,9}", fullmatch=True)


@given(NAMES, st.integers(0, 10**6), NAMES, st.sampled_from(["{0} <{1}>, {2}", "{0}, {1}, {2}", "{0}\t{1}\t{2}"]))
def test_line_when_written_in_any_form_then_says_the_same(name, number, role, form):
    (line,) = read_lines(form.format(name, f"person{number}@example.org", role))
    assert (line.name, line.email, line.job_role, line.fault) == (name, f"person{number}@example.org", role, "")

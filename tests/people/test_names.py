"""How people are spoken to, by a name that is one text."""

import pytest

from people.names import given_name, turned_round


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Pat Sample", "Pat"),
        ("Pat", "Pat"),
        ("Jo O'Neil", "Jo"),
        ("Zoë 日本 😀", "Zoë"),
        ("PAT SAMPLE", "PAT"),
        ("Pat Sample, MBE", "Pat"),
        ("Sample, Pat", "Pat"),
        ("ROE, Ann", "Ann"),
        ("De La Cruz, Maria", "Maria"),
        ("Roe, Ann (CS)", "Ann"),
        ("Ann Roe (CS)", "Ann"),
        ("Dr Pat Sample", ""),
        ("dr. Pat Sample", ""),
        ("Mrs Pat Sample", ""),
        ("Cllr Jo Doe", ""),
        ("PC 1234 Sample", ""),
        ("DS Kim Roe", ""),
        ("Sample, Dr Pat", ""),
        ("De La Cruz Maria", ""),
        ("J Smith", ""),
        ("P. Sample", ""),
        ("SAMPLE Pat", ""),
        ("1234", ""),
        ("Pat Sample, Teacher", ""),
        ('"Pat", pat@elsewhere.example.org', ""),
        ("", ""),
    ],
)
def test_given_name_when_it_can_be_told_then_that_and_else_nothing(name, given):
    assert given_name(name) == given


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sample, Pat", "Pat Sample"),
        ("Sample, Dr Pat", "Dr Pat Sample"),
        ("Roe, Ann (CS)", "Ann Roe (CS)"),
        ("Ann Roe, Teacher (CS)", "Ann Roe, Teacher (CS)"),
        ("Roe, (CS)", "Roe, (CS)"),
        ("Pat Sample, MBE", "Pat Sample, MBE"),
        ("Sample, Pat, Social worker", "Sample, Pat, Social worker"),
        ("Pat Sample, Teacher", "Pat Sample, Teacher"),
        ("De La Cruz, Maria", "Maria De La Cruz"),
        ('"Pat", pat@elsewhere.example.org', '"Pat", pat@elsewhere.example.org'),
        ("Sample,", "Sample,"),
        ("Pat Sample", "Pat Sample"),
    ],
)
def test_name_when_its_surname_comes_first_with_a_comma_then_turned_round(name, said):
    assert turned_round(name) == said

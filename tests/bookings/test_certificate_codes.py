"""Codes of certificates: made well, read forgivingly, and every slip noticed."""

import pytest

from bookings.certificate_codes import ALPHABET, LENGTH, grouped, is_code, new_code, plain


def test_new_codes_then_each_another_and_every_one_of_the_form():
    codes = {new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert all(is_code(code) and len(code) == LENGTH for code in codes)
    assert {sign for code in codes for sign in code[:-1]} == set(ALPHABET)


def test_code_with_one_sign_wrong_or_two_swapped_then_noticed():
    code = new_code()
    for at in range(LENGTH):
        wrong = [code[:at] + sign + code[at + 1 :] for sign in ALPHABET if sign != code[at]]
        assert not any(is_code(one) for one in wrong)
    for at in range(LENGTH - 1):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        assert is_code(swapped) is (swapped == code)


def test_code_as_people_write_it_then_the_same():
    code = new_code()

    for written in (
        grouped(code),
        grouped(code).lower(),
        f" {code[:4]} {code[4:]} ",
        grouped(code).replace("-", "\u2013"),
    ):
        assert plain(written) == code


@pytest.mark.parametrize("text", ["", "K7MP", "K7MP-2XQ9-HV4T-", "AEIOU0011223", "K" * 13, "\u0130" * 12])
def test_text_of_another_form_then_no_code(text):
    assert not is_code(text)

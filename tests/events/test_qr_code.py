import re

import segno

from events.qr_code import qr_code


def test_code_when_drawn_then_its_dark_modules_are_those_of_the_address_within_a_quiet_border():
    address = "https://weeks.example.org/weeks/2027-06-learning-from-reviews/"
    code = qr_code(address)

    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", code.path)}
    rows = segno.make_qr(address, error="q").matrix
    assert code.size == len(rows) + 8
    assert dark == {(x + 4, y + 4) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    assert dark

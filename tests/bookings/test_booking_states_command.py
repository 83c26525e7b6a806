"""The diagram in the docs is the table in the code."""

from pathlib import Path

from bookings.management.commands.booking_states import diagram
from bookings.states import MOVES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "booking-states.md"


def test_the_diagram_in_the_docs_is_drawn_from_the_table_as_it_is():
    assert PAGE.read_text() == diagram()


def test_the_diagram_has_a_line_for_every_move():
    assert sum("-->" in line and ": " in line for line in diagram().splitlines()) == len(MOVES)

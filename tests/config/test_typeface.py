"""The web font: our letters in every weight, small, and found by its name alone."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from config import typeface


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    target = tmp_path_factory.mktemp("type") / "font.woff2"
    typeface.make(target)
    return target


def test_font_when_made_then_has_our_letters_in_every_weight_and_is_small(made):
    with TTFont(made, lazy=False) as font:
        letters, axes = font.getBestCmap().keys(), [axis.axisTag for axis in font["fvar"].axes]

    assert {ord(letter) for letter in "AZaz09’–éŵŷŁ"} <= letters
    assert 0x0416 not in letters
    assert axes == ["wght"]
    assert made.stat().st_size < 60_000


def test_font_when_made_then_carries_its_licence_and_not_the_name_that_is_reserved(made):
    with TTFont(made, lazy=False) as font:
        names = {record.nameID: str(record) for record in font["name"].names}

    assert "Open Font License" in names[13]
    assert {1, 4, 6, 16}.isdisjoint(names)


def test_finder_when_asked_then_makes_the_font_once_and_finds_nothing_else(settings, tmp_path):
    settings.VAR = tmp_path
    finder = typeface.TypefaceFinder()

    found = Path(finder.find(typeface.NAME))
    written = found.stat().st_mtime_ns

    assert finder.find("css/tokens.css") is None
    assert finder.find("css/tokens.css", find_all=True) == []
    assert finder.find(typeface.NAME, find_all=True) == [str(found)]
    assert [name for name, _ in finder.list(None)] == [typeface.NAME]
    assert found.stat().st_mtime_ns == written

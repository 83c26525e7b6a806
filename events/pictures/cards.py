"""The pictures that go with a link: one for each week, and one for the rest of the site."""

import io
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

from PIL import Image, ImageDraw

from events.pictures.mark import BAND, BRIGHT, FINER, QUIET, WHITE, put_mark
from events.pictures.type import LINE, REGULAR, STRONG, Fitted, face, fit

WIDTH: Final = 1200
HEIGHT: Final = 630
MARGIN: Final = 72
STRIPE: Final = 18
TEXT_WIDTH: Final = WIDTH - 2 * MARGIN
TEXT_TOP: Final = 150
TITLE_HEIGHT: Final = 270
GAP: Final = 26
DAY_HEIGHTS: Final = (110, 170, 240, 170, 110)  # of the five pale bars that rise from the foot
DAY_WIDTH: Final = 72
PALE: Final = 0.13
TITLE_SIZES: Final = range(92, 35, -4)
DAYS_SIZES: Final = range(40, 23, -2)
HOSTS_SIZES: Final = range(32, 21, -2)
SITE_NAME: Final = "Practice Weeks"
SITE_COLOURS: Final = ("#7fd6cf",)

_one_at_a_time = Lock()  # the type's faces are shared, and two threads must not use one at once


@dataclass(frozen=True)
class CardWords:
    """What a card says, and the colours of the stripe at its foot."""

    title: str
    days: str
    hosts: str = ""
    colours: tuple[str, ...] = SITE_COLOURS


SITE_WORDS: Final = CardWords(
    title="Sessions and toolkits for everyone who works with children", days="Monday to Friday, online and in person"
)


def week_card(words: CardWords) -> bytes:
    """Return a card as a PNG of 1200 by 630; drawn once for the same words in this process."""
    with _one_at_a_time:
        return _drawn(words)


def site_card() -> bytes:
    """Return the card of the whole site."""
    return week_card(SITE_WORDS)


@lru_cache(maxsize=64)
def _drawn(words: CardWords) -> bytes:
    """Draw a card."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), BAND)
    _rising_days(picture)
    _stripe(picture, words.colours or SITE_COLOURS)
    put_mark(picture, (MARGIN, 60), 58)
    draw = ImageDraw.Draw(picture)
    draw.text((MARGIN + 78, 89), SITE_NAME, font=face(42, STRONG), fill=WHITE, anchor="lm")
    title = fit(words.title, weight=STRONG, width=TEXT_WIDTH, height=TITLE_HEIGHT, sizes=TITLE_SIZES)
    days = fit(words.days, weight=REGULAR, width=TEXT_WIDTH, height=56, sizes=DAYS_SIZES)
    hosts = fit(words.hosts, weight=REGULAR, width=TEXT_WIDTH, height=80, sizes=HOSTS_SIZES)
    room = HEIGHT - STRIPE - TEXT_TOP - title.height - days.height - hosts.height - 2 * GAP
    below = _write(draw, title, TEXT_TOP + max(0, room // 2), weight=STRONG, colour=WHITE) + GAP
    below = _write(draw, days, below, weight=REGULAR, colour=WHITE) + GAP // 3
    _write(draw, hosts, below, weight=REGULAR, colour=QUIET)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _rising_days(picture: Image.Image) -> None:
    """Paint five pale bars that rise from the foot on the right, the middle one highest."""
    large = Image.new("L", (WIDTH * FINER, HEIGHT * FINER))
    draw = ImageDraw.Draw(large)
    for number, height in enumerate(reversed(DAY_HEIGHTS)):
        right = (WIDTH - MARGIN - number * DAY_WIDTH * 4 // 3) * FINER
        corners = [right - DAY_WIDTH * FINER, (HEIGHT - STRIPE - height) * FINER, right, (HEIGHT + 40) * FINER]
        draw.rounded_rectangle(corners, radius=14 * FINER, fill=round(255 * PALE))
    mask = large.resize(picture.size, Image.Resampling.LANCZOS)
    picture.paste(Image.new("RGB", picture.size, BRIGHT), (0, 0), mask)


def _stripe(picture: Image.Image, colours: tuple[str, ...]) -> None:
    """Paint the colours side by side along the foot, each as wide as the others."""
    draw = ImageDraw.Draw(picture)
    for number, colour in enumerate(colours):
        left, right = WIDTH * number // len(colours), WIDTH * (number + 1) // len(colours) - 1
        draw.rectangle([left, HEIGHT - STRIPE, right, HEIGHT - 1], fill=colour)


def _write(draw: ImageDraw.ImageDraw, words: Fitted, top: int, *, weight: int, colour: str) -> int:
    """Write lines from a height down, and return the height at which they end."""
    font = face(words.size, weight)
    for number, line in enumerate(words.lines):
        draw.text((MARGIN, top + round(number * words.size * LINE)), line, font=font, fill=colour)
    return top + words.height

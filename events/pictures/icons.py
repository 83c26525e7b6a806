"""The site's icon in the forms that ask for pixels."""

import io
from functools import cache
from typing import Final

from PIL import Image, ImageDraw

from events.pictures.mark import BAND, FINER, put_mark

MARK_SHARE: Final = 0.72
ROUNDING_SHARE: Final = 0.19
FAVICON_SIDES: Final = (16, 32)
TOUCH_SIDE: Final = 180


def icon(side: int, *, is_round: bool) -> Image.Image:
    """Return the icon of a side in pixels; devices that round the corners themselves get square ones."""
    large = Image.new("L", (side * FINER, side * FINER), 0 if is_round else 255)
    if is_round:
        edge = side * FINER - 1
        ImageDraw.Draw(large).rounded_rectangle([0, 0, edge, edge], radius=edge * ROUNDING_SHARE, fill=255)
    picture = Image.new("RGB", (side, side), BAND)
    inner = round(side * MARK_SHARE)
    put_mark(picture, ((side - inner) // 2, (side - inner) // 2), inner)
    picture.putalpha(large.resize((side, side), Image.Resampling.LANCZOS))
    return picture


@cache
def favicon() -> bytes:
    """Return the icon as an ICO file of 16 and 32 pixels."""
    smallest, largest = FAVICON_SIDES
    file = io.BytesIO()
    icon(largest, is_round=True).save(
        file, "ICO", sizes=[(side, side) for side in FAVICON_SIDES], append_images=[icon(smallest, is_round=True)]
    )
    return file.getvalue()


@cache
def touch_icon() -> bytes:
    """Return the icon as a PNG for a phone's home screen."""
    file = io.BytesIO()
    icon(TOUCH_SIDE, is_round=False).convert("RGB").save(file, "PNG", optimize=True)
    return file.getvalue()

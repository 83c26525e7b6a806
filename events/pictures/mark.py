"""The mark of the site: five bars, one for each day of a week."""

from typing import Final

from PIL import Image, ImageDraw

BAND: Final = "#14284b"
BRIGHT: Final = "#7fd6cf"
WHITE: Final = "#ffffff"
QUIET: Final = "#cfdaea"

FINER: Final = 4  # drawn this many times larger and made smaller, so that round corners are smooth
SIDE: Final = 40
BARS: Final = ((1, 9, 6, 22), (9, 5, 6, 30), (17, 1, 6, 38), (25, 5, 6, 30), (33, 9, 6, 22))  # x, y, width, height
ROUNDING: Final = 2


def mark(side: int) -> Image.Image:
    """Return the mark as a mask of a side in pixels: white where a bar is."""
    scale = side * FINER / SIDE
    large = Image.new("L", (side * FINER, side * FINER))
    draw = ImageDraw.Draw(large)
    for x, y, width, height in BARS:
        corners = [x * scale, y * scale, (x + width) * scale - 1, (y + height) * scale - 1]
        draw.rounded_rectangle(corners, radius=ROUNDING * scale, fill=255)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def put_mark(picture: Image.Image, at: tuple[int, int], side: int) -> None:
    """Paint the mark onto a picture with its upper left corner at a point."""
    picture.paste(Image.new("RGB", (side, side), BRIGHT), at, mark(side))

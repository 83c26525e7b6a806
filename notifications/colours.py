"""Which colour can be read on which: the contrast of WCAG 2.2, relative luminance and all."""

from typing import Final

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
READABLE: Final = 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours written as ``#rrggbb``: 1 for the same, 21 for black and white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """Return white where it can be read on a colour, else black, which then can: one of the two has 4.58 at least."""
    return WHITE if contrast(WHITE, colour) >= READABLE else BLACK


def _luminance(colour: str) -> float:
    """Return how light a colour is, from 0 to 1."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    """Return a part of a colour without the curve of screens."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

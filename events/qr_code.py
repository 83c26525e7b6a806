"""An address as a QR code that a template can draw."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """A square of ``size`` modules a side, the quiet border of four with it; ``path`` draws the dark ones in SVG."""

    size: int
    path: str


def qr_code(address: str) -> QrCode:
    """Return the code of an address; a quarter of it may be covered or torn and it can still be read."""
    code = segno.make_qr(address, error="q")
    rows = list(code.matrix_iter(border=code.default_border_size))
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module]
    return QrCode(len(rows), "".join(dark))

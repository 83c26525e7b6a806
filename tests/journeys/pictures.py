"""Pictures of what tests look at, kept by `SCREENS=1 make test PYTEST=tests/journeys`.

They go to var/screens, which git does not keep; those that README.md shows are renewed in docs/screens.
"""

import io
import os

from django.conf import settings
from PIL import Image

KEPT = settings.ROOT / "var" / "screens"
SHOWN = settings.ROOT / "docs" / "screens"
IN_README = {"week-1280", "builder-1280"}
TALLEST = 3200  # pixels; a picture of a long page ends here


def are_wanted():
    """Say whether this run keeps pictures."""
    return os.environ.get("SCREENS", "") == "1"


def keep(name, page, *, whole=True):
    """Store what a page shows, the whole of it or its window, in few colours, so that the file is small."""
    if not are_wanted():
        return
    image = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    folder = SHOWN if name in IN_README else KEPT
    folder.mkdir(parents=True, exist_ok=True)
    image.quantize(128).save(folder / f"{name}.png", optimize=True)

"""Rules about signing in: pure, told all they need to know."""

from collections.abc import Collection
from typing import Literal

Step = Literal["", "set up", "use"]


def missing_step(*, has: Collection[int], used: Collection[int]) -> Step:
    """Return what somebody who needs a second factor has still to do; empty when this visit has used one.

    ``has`` are the ids of what the person can prove themselves with now, ``used`` of what was used in this visit:
    one that has been taken away since counts no more.
    """
    if not has:
        return "set up"
    return "" if set(has) & set(used) else "use"

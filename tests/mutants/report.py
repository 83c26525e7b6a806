"""What the verdicts come to: a score, and every survivor with the reason why it may live, if there is one."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.core import CORE
from tests.mutants.judging import Verdict

REASONS = Path(__file__).with_name("survivors.toml")
KILLED = {"killed", "endless"}


@dataclass(frozen=True)
class Reason:
    """Why no test can, or need, notice a change."""

    where: str
    change: str
    why: str
    same: bool = False  # it does the same as the original, and is not judged

    @property
    def id(self) -> str:
        """Return what names the change."""
        return f"{self.where}:{self.change}"


def reasons(path: Path = REASONS) -> dict[str, Reason]:
    """Read the reasons that are written down, by the id of the change."""
    read = [Reason(**one) for one in tomllib.loads(path.read_text()).get("survivor", [])]
    return {one.id: one for one in read}


def judged(verdicts: list[Verdict], known: dict[str, Reason]) -> list[Verdict]:
    """Leave out what does the same as the original."""
    return [one for one in verdicts if one.state in KILLED or one.id not in known or not known[one.id].same]


def score(verdicts: list[Verdict]) -> str:
    """Return how many of the judged changes were noticed."""
    killed = sum(one.state in KILLED for one in verdicts)
    return f"{killed} of {len(verdicts)} = {100 * killed / max(1, len(verdicts)):.1f} %"


def page(verdicts: list[Verdict], known: dict[str, Reason], *, how: str) -> str:
    """Return the verdicts as a page: a score for each area and file, then the survivors."""
    counted = judged(verdicts, known)
    lines = [
        "# Small changes that the tests notice",
        "",
        "Written by `make mutants`; see `tests/mutants`.",
        "",
        how,
        "",
    ]
    lines += ["| area | file | noticed | judged |", "|---|---|---|---|"]
    by_path = Counter(one.path for one in counted)
    killed = Counter(one.path for one in counted if one.state in KILLED)
    for area, paths in CORE.items():
        lines += [f"| {area} | `{path}` | {killed[path]} | {by_path[path]} |" for path in paths if by_path[path]]
    lines += ["", f"Together: **{score(counted)}**, {len(verdicts) - len(counted)} more do the same as the original."]
    lines += ["", "## What no test noticed", ""]
    lines += ["| where | change | tests asked | why it may live |", "|---|---|---|---|"]
    for one in sorted((one for one in verdicts if one.state not in KILLED), key=lambda one: (one.path, one.line)):
        reason = known.get(one.id)
        said = ("the same: " if reason.same else "") + reason.why if reason else "not looked at"
        change = one.change.replace("|", "\\|")
        lines.append(f"| `{one.path}` {one.function} | `{change}` | {one.asked} of {one.of} | {said} |")
    return "\n".join(lines) + "\n"

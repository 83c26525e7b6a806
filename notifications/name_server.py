"""Asking DNS with the tools that a machine has, for whoever sets the site up."""

import re
import shutil
import subprocess
from typing import Final

from notifications.sending_domains import Type

SECONDS: Final = 15
NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,250}[a-z0-9])?", re.IGNORECASE)
QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


class CannotAsk(Exception):
    """DNS could not be asked; the text says why."""


def look_up(name: str, kind: Type) -> list[str]:
    """Return the values that DNS has for a name, none where there are none; raises CannotAsk."""
    tool = shutil.which("dig")
    if tool is None:
        raise CannotAsk("there is no dig on this machine")
    if NAME.fullmatch(name) is None:
        raise CannotAsk(f"{name!r} is no name that DNS can know")
    command = [tool, "+noall", "+answer", "+comments", "+time=3", "+tries=2", name, kind]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - dig, and a name that was looked at
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotAsk(f"dig did not answer: {error}") from error
    status = re.search(r"status: (\w+)", done.stdout)
    if done.returncode or status is None or status[1] not in {"NOERROR", "NXDOMAIN"}:
        raise CannotAsk(f"dig says {status[1] if status else done.returncode}")
    return values_of(done.stdout, kind)


def values_of(answer: str, kind: Type) -> list[str]:
    """Return the values in what dig prints; the strings of a text are put together."""
    rows = [line.split(None, 4) for line in answer.splitlines() if line and not line.startswith(";")]
    values = [row[4] for row in rows if len(row) == 5 and row[3] == kind]  # name, time, class, type, value
    return ["".join(QUOTED.findall(value)) for value in values] if kind == "TXT" else values

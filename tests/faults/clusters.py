"""A PostgreSQL of its own, in a folder of its own, that may be stopped as hard as a test likes."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests import services
from tests.faults.patience import PATIENCE
from tests.faults.sites import free_port

KEEPER = "postgres"  # PostgreSQL refuses to run as root


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL's own programs."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    on_path = shutil.which("initdb")
    newest = max(found, key=lambda path: int(path.parent.name), default=None)
    return newest or (Path(on_path).resolve().parent if on_path else None)


def why_impossible() -> str:
    """Return why this machine cannot have a cluster of its own, or nothing."""
    if programs() is None:
        return "there is no initdb on this machine"
    if os.geteuid() != 0:
        return ""
    if shutil.which("setpriv") is None:
        return "there is no setpriv, and PostgreSQL does not run as root"
    return "" if KEEPER in {user.pw_name for user in pwd.getpwall()} else f"there is no user {KEEPER}"


class Cluster:
    """A PostgreSQL server on a port of its own; what it has acknowledged is on the disk (fsync is on)."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
        self.port = free_port()
        self.as_keeper: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, KEEPER, KEEPER)
            self.as_keeper = ["setpriv", "--reuid", KEEPER, "--regid", KEEPER, "--clear-groups"]
        self.url = f"postgres://desk@127.0.0.1:{self.port}/postgres"
        self.run("initdb", "-U", "desk", "--auth", "trust", "--encoding", "UTF8", "--no-locale")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs on its folder."""
        self._run(program, "-D", str(self.folder / "data"), *arguments)

    def program(self, program: str, *arguments: str) -> None:
        """Run one of the clients' programs, on the server's own database unless the arguments name another."""
        self._run(program, "-h", "127.0.0.1", "-p", str(self.port), "-U", "desk", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as whom it allows; what it says is in the failure."""
        done = subprocess.run(
            [*self.as_keeper, str(programs() / program), *arguments],
            env={**os.environ, "PGDATABASE": "postgres"},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}{self.log()}"

    def start(self) -> None:
        """Start it, and return once it lets people in."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=on"
        self.run("pg_ctl", "-w", "-t", str(PATIENCE), "-l", str(self.folder / "log"), "-o", options, "start")

    def stop_hard(self) -> None:
        """Stop it as if the power had gone: no connection is ended, nothing is written down."""
        self.run("pg_ctl", "-w", "-t", str(PATIENCE), "-m", "immediate", "stop")

    def log(self) -> str:
        """Return what the server said."""
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""

    def remove(self) -> None:
        """Stop it where it runs, and take its folder away."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop_hard()
        shutil.rmtree(self.folder)


@pytest.fixture
def cluster():
    """A running cluster; skipped where there can be none."""
    if reason := why_impossible():
        pytest.skip(reason)
    made = None
    try:
        made = Cluster()
        made.start()
    except (AssertionError, OSError) as error:
        (pytest.fail if services.in_ci() else pytest.skip)(f"a PostgreSQL of its own does not start: {error}")
    try:
        yield made
    finally:
        made.remove()

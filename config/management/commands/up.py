"""The whole site with one command: web, worker and scheduler together, on this machine."""

import errno
import fcntl
import http.client
import os
import socket
from argparse import ArgumentParser
from contextlib import closing
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import processes
from config.sample import SIGN_IN_AS, load_sample


class Command(BaseCommand):
    """Prepare the database, load the sample weeks once, start everything, and stop it all together."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port."""
        parser.add_argument("--port", type=int, default=settings.PORT, help="the port on this machine (8000)")

    def handle(self, *_: Any, port: int, **__: Any) -> None:
        """Run until a signal comes (exit code 0) or one of the processes cannot be kept running (exit code 1)."""
        if settings.SETTINGS_MODULE == "config.settings.production":
            raise CommandError("This is for looking around. In production each process is started by itself.")
        refuse_taken_port(port)
        with only_one():
            try:
                self._prepare()
                code = self._run(port)
            except KeyboardInterrupt:
                self.stdout.write("stopped before anything was started")
                return
        raise SystemExit(code)

    def _prepare(self) -> None:
        """Bring the database up to date and put the sample in, if it is not there."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        load_sample(at=timezone.now())

    def _run(self, port: int) -> int:
        """Start web, worker and scheduler, watch them, and return the exit code."""
        environment = {"PORT": str(port), "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
        commands = {
            "web": processes.web_command(port),
            "worker": processes.worker_command(),
            "scheduler": processes.scheduler_command(),
        }
        supervisor = processes.Supervisor(self._say)
        supervisor.listen_for_signals()
        for name, command in commands.items():
            supervisor.start(name, command, folder=settings.ROOT, environment=environment)
        return supervisor.watch(is_ready=lambda: answers(port), announce=lambda: self._announce(port))

    def _announce(self, port: int) -> None:
        """Print where the site is, whom to sign in as, and where the mail is."""
        address = f"http://localhost:{port}"
        people = "\n".join(f"    {email:<34} {what}" for email, what in SIGN_IN_AS)
        mail = f"{address}/dev/mail/" if settings.LOCAL_INBOX else f"at the mail server {settings.EMAIL_HOST}"
        self._say(
            f"\n  Practice Weeks is ready: open {address}\n\n"
            f"  Sign in as one of the sample people; the code comes by mail:\n{people}\n\n"
            f"  Read the mail: {mail}\n"
            f"  Stop everything: Ctrl-C\n"
        )

    def _say(self, line: str) -> None:
        """Print a line at once."""
        self.stdout.write(line)
        self.stdout.flush()


def refuse_taken_port(port: int) -> None:
    """Raise CommandError when something listens on the port already, or when it cannot be had."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise CommandError(f"{port} is not a port: choose a number from 1 to 65535.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is taken by another program. Stop it, or choose another port: make run PORT=8001."
                ) from error
            raise CommandError(f"Port {port} cannot be used: {error.strerror}.") from error


def only_one() -> IO[str]:
    """Return a lock on the data folder, held until it is closed; raises CommandError when another has it."""
    lock = (settings.VAR / "up.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise CommandError(
            f"Practice Weeks is running from {settings.VAR} already. Stop it first, or set DATA_FOLDER."
        ) from error
    os.set_inheritable(lock.fileno(), False)  # noqa: FBT003 - the name of the function says what is false
    return lock


def answers(port: int) -> bool:
    """Say whether the web server answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=1)) as connection:
        try:
            connection.request("GET", "/health/live")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False

"""Many processes, each with Django loaded and a connection of its own, that do one thing in the same instant."""

import multiprocessing
from collections.abc import Callable, Iterable
from multiprocessing.synchronize import Barrier
from typing import Any
from urllib.parse import quote

import environ
from django.db import connection, connections

from tests.faults.patience import PATIENCE

# One server forks them all, so that Django is loaded once and not by each of them.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.loaded"])


def database_url() -> str:
    """Return the address of the database the tests are using."""
    s = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{s['NAME']}"
    host = quote(s["HOST"] or "127.0.0.1", safe="")
    return f"postgres://{s['USER']}:{s['PASSWORD']}@{host}:{s['PORT'] or 5432}/{s['NAME']}"


def at_once(verb: Callable[..., Callable[[], str]], each: Iterable[tuple[Any, ...]], url: str = "") -> list[str]:
    """Let each tuple's process prepare ``verb(*tuple)`` and, once all have, call what it returned.

    Returns what the calls gave, or the names of the errors they raised, in the order in which they ended. ``verb`` is
    a function of a module.
    """
    jobs = list(each)
    gate, answers = FORKS.Barrier(len(jobs)), FORKS.Queue()
    processes = [FORKS.Process(target=_run, args=(verb, job, url or database_url(), gate, answers)) for job in jobs]
    for process in processes:
        process.start()
    try:
        return [answers.get(timeout=PATIENCE) for _ in processes]
    finally:
        for process in processes:
            process.join(timeout=5)
            process.kill()  # what hangs would hold its locks against the next test


def _run(verb: Callable[..., Callable[[], str]], job: tuple[Any, ...], url: str, gate: Barrier, answers: Any) -> None:
    connections.settings["default"].update(environ.Env.db_url_config(url))
    go = verb(*job)
    gate.wait(timeout=PATIENCE)
    try:
        answers.put(go())
    except Exception as error:
        answers.put(type(error).__name__)
    finally:
        connections.close_all()

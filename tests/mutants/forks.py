"""Processes that begin with everything that this one has loaded, and leave nothing behind in it."""

import gc
import json
import os
import resource
import select
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 900  # seconds of the clock until a process that uses no processor time is given up


def share(jobs: Sequence[Any], work: Callable[[Any], None], *, at_once: int) -> None:
    """Work through jobs in several processes; each takes the next one that nobody has taken."""
    gc.collect()
    gc.freeze()  # what is loaded stays shared with the forks
    ours, theirs = os.pipe()
    workers = []
    for _ in range(max(1, min(at_once, len(jobs)))):
        if pid := os.fork():
            workers.append(pid)
            continue
        os.close(theirs)
        _end_after(lambda: _take(ours, jobs, work))
    os.close(ours)
    for number in range(len(jobs)):
        os.write(theirs, struct.pack("I", number))
    os.close(theirs)
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers]
    if any(ends):
        raise RuntimeError(f"a process that should judge ended with {max(ends, key=abs)}")


def _take(pipe: int, jobs: Sequence[Any], work: Callable[[Any], None]) -> None:
    while number := os.read(pipe, 4):
        work(jobs[struct.unpack("I", number)[0]])


def _end_after(work: Callable[[], None]) -> None:
    """Work and end this process, without what it would do at its end."""
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)


def ask(question: Callable[[], Any], *, cpu_seconds: float) -> Any:
    """Return what a function answers in a process of its own; None where it took too long or died of it."""
    ours, theirs = os.pipe()
    if not (pid := os.fork()):
        os.close(ours)
        _end_after(lambda: _answer(theirs, question, cpu_seconds))
    os.close(theirs)
    said = b""
    while select.select([ours], [], [], PATIENCE)[0] and (more := os.read(ours, 65536)):
        said += more
    os.close(ours)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return json.loads(said) if said else None


def _answer(pipe: int, question: Callable[[], Any], cpu_seconds: float) -> None:
    most = int(cpu_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    said = json.dumps(question()).encode()
    while said:
        said = said[os.write(pipe, said) :]

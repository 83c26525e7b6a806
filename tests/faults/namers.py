"""Organisers in processes of their own, who all name one trainer in the same instant."""

import multiprocessing
import os
from multiprocessing.synchronize import Barrier


def name_at_once(url: str, sessions: list[int], trainer: int, *, guarded: bool = True) -> list[str]:
    """Let each session get the trainer from a process of its own; return what each organiser was told."""
    spawn = multiprocessing.get_context("spawn")
    gate, answers = spawn.Barrier(len(sessions)), spawn.Queue()
    namers = [spawn.Process(target=_name, args=(url, pk, trainer, guarded, gate, answers)) for pk in sessions]
    for namer in namers:
        namer.start()
    told = [answers.get(timeout=60) for _ in namers]
    for namer in namers:
        namer.join(timeout=30)
    return told


def _name(url: str, session_id: int, trainer_id: int, guarded: bool, gate: Barrier, answers) -> None:
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    import django  # noqa: PLC0415 - a new process sets Django up first

    django.setup()
    from events import actions  # noqa: PLC0415
    from events.models import SessionTrainer, Trainer  # noqa: PLC0415
    from tests.factories.instants import NOW  # noqa: PLC0415

    if not guarded:
        SessionTrainer.validate_constraints = lambda *_, **__: None
    trainer = Trainer.objects.get(pk=trainer_id)
    gate.wait(timeout=60)
    try:
        actions.name_trainers(session_id, [trainer], at=NOW)
        answers.put("named")
    except Exception as error:
        answers.put(type(error).__name__)

"""Organisers in processes of their own, who all name one trainer in the same instant."""

from events import actions
from events.models import SessionTrainer, Trainer
from tests.factories.instants import NOW
from tests.faults.at_once import at_once


def name_at_once(url: str, sessions: list[int], trainer: int, *, guarded: bool = True) -> list[str]:
    """Let each session get the trainer from a process of its own; return what each organiser was told."""
    return at_once(_name, [(pk, trainer, guarded) for pk in sessions], url)


def _name(session_id, trainer_id, guarded):
    if not guarded:
        SessionTrainer.validate_constraints = lambda *_, **__: None
    trainer = Trainer.objects.get(pk=trainer_id)

    def name():
        actions.name_trainers(session_id, [trainer], at=NOW)
        return "named"

    return name

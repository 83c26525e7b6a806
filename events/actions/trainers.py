"""Make and change trainers, link them with accounts, and name who delivers a session."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from events.actions.naming import insert_named
from events.contention import once_more
from events.models import Session, SessionTrainer, Trainer
from events.revision import one_revision
from people.actions import end_role, grant_role, person_with
from people.models import RoleGrant, User


@once_more
def create_trainer(*, at: datetime, email: str = "", **fields: Any) -> Trainer:
    """Make a trainer from model fields by name; their slug comes from their name.

    With an address, the person of that address, made if they are new, is linked and given the role of a trainer.
    Raises ValidationError from the models, also where the account is another trainer's, and Busy.
    """
    with one_revision():
        trainer = Trainer(**fields)
        insert_named(trainer)
        _link(trainer, email, at=at)
    return trainer


@once_more
def revise_trainer(trainer: Trainer, *, at: datetime, email: str | None = None, **changes: Any) -> Trainer:
    """Change fields of a trainer, and which account is theirs: an empty address links none, None leaves it.

    The role goes with the account: whoever is no longer linked loses it. Returns the trainer as stored. Raises
    ValidationError from the models, also where the account is another trainer's, and Busy.
    """
    with one_revision():
        trainer = Trainer.objects.select_for_update(no_key=True).get(pk=trainer.pk)
        changed = [name for name, value in changes.items() if getattr(trainer, name) != value]
        for name in changed:
            setattr(trainer, name, changes[name])
        if changed:
            trainer.full_clean()
            trainer.save(update_fields=changed)
        if email is not None:
            _link(trainer, email, at=at)
    return trainer


def _link(trainer: Trainer, email: str, *, at: datetime) -> None:
    """Link a stored trainer with the person of an address, or with nobody for an empty one."""
    before = trainer.user
    person = _person_of(trainer, email) if email else None
    if person == before:
        return
    trainer.user = person
    try:
        trainer.full_clean()
    except ValidationError as error:
        raise ValidationError({"email": "This account is another trainer's already."}) from error
    trainer.save(update_fields=["user"])
    if before is not None:
        end_role(before, RoleGrant.Role.TRAINER, at=at)
    if person is not None:
        grant_role(person, RoleGrant.Role.TRAINER, at=at)


def _person_of(trainer: Trainer, email: str) -> User:
    """Return the person of an address; what is wrong with it is said of the address."""
    try:
        return person_with(email, details={"name": trainer.name})
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error


@once_more
def name_trainers(session_id: int, trainers: Sequence[Trainer], *, at: datetime) -> Session:
    """Let these trainers, in this order, deliver a session, and nobody else; none is allowed too.

    The session's row is locked first, so that it neither moves nor is published between look and word. Raises
    ValidationError by the trainer's slug, where somebody is in another session that takes place then or named
    twice, and Busy when the row could not be had; nothing is written then. Repeating it does nothing.
    """
    with one_revision():
        session: Session = Session.objects.locked(session_id)
        if list(session.session_trainers.values_list("trainer", flat=True)) == [trainer.pk for trainer in trainers]:
            return session
        session.session_trainers.all().delete()
        faults: dict[str, Any] = {}
        for position, trainer in enumerate(trainers):
            part = SessionTrainer(session=session, trainer=trainer, position=position)
            try:
                part.full_clean()
            except ValidationError as error:
                faults[trainer.slug] = error.messages
            else:
                part.save()
        if faults:
            raise ValidationError(faults)
        session.revised_at = max(session.revised_at, at)
        session.save(update_fields=["revised_at"])
    return session

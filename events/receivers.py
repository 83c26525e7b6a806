"""Every change of the programme raises its revision, in the transaction of the change; a file goes with its row."""

from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from events.models import CalendarFault, ProgrammeRevision, Resource
from events.revision import note_change
from people.models import Area, Partnership


def connect() -> None:
    """Listen to every model that a page, feed or API answer about the programme reads."""
    unseen = {ProgrammeRevision, CalendarFault}
    watched: list[type[Model]] = [model for model in apps.get_app_config("events").get_models() if model not in unseen]
    watched += [Partnership, Area]
    for model in watched:
        for signal in (post_save, post_delete):
            signal.connect(on_change, sender=model, dispatch_uid=f"programme-revision-{signal}-{model._meta.label}")
        for relation in model._meta.many_to_many:
            through = relation.remote_field.through
            m2m_changed.connect(on_change, sender=through, dispatch_uid=f"programme-revision-{relation}")
    pre_save.connect(on_new_file, sender=Resource, dispatch_uid="resource-file-replaced")
    post_delete.connect(on_gone, sender=Resource, dispatch_uid="resource-file-deleted")


def on_change(**_: Any) -> None:
    """A row of the programme was stored, deleted or linked."""
    note_change()


def on_new_file(instance: Resource, **_: Any) -> None:
    """Remove the file that a resource had before, once its new one, or none, is committed."""
    before = Resource.objects.filter(pk=instance.pk).first() if instance.pk else None
    if before is not None and before.file and before.file.name != instance.file.name:
        transaction.on_commit(partial(before.file.storage.delete, str(before.file.name)))


def on_gone(instance: Resource, **_: Any) -> None:
    """Remove the file of a resource once its deletion is committed."""
    if instance.file:
        transaction.on_commit(partial(instance.file.storage.delete, str(instance.file.name)))

"""Every change of the programme raises its revision, in the transaction of the change."""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from events.models import ProgrammeRevision
from events.revision import note_change
from people.models import Area, Partnership


def connect() -> None:
    """Listen to every model that a page, feed or API answer about the programme reads."""
    watched: list[type[Model]] = [
        model for model in apps.get_app_config("events").get_models() if model is not ProgrammeRevision
    ]
    watched += [Partnership, Area]
    for model in watched:
        for signal in (post_save, post_delete):
            signal.connect(on_change, sender=model, dispatch_uid=f"programme-revision-{signal}-{model._meta.label}")
        for relation in model._meta.many_to_many:
            through = relation.remote_field.through
            m2m_changed.connect(on_change, sender=through, dispatch_uid=f"programme-revision-{relation}")


def on_change(**_: Any) -> None:
    """A row of the programme was stored, deleted or linked."""
    note_change()

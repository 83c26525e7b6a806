"""Every change of the programme raises its revision, in the transaction of the change."""

from typing import Any

from django.apps import apps
from django.db.models import F, Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from events.models import ProgrammeRevision
from people.models import Area, Partnership


def connect() -> None:
    """Listen to every model that a page, feed or API answer about the programme reads."""
    watched: list[type[Model]] = [
        model for model in apps.get_app_config("events").get_models() if model is not ProgrammeRevision
    ]
    watched += [Partnership, Area]
    for model in watched:
        for signal in (post_save, post_delete):
            signal.connect(
                raise_revision, sender=model, dispatch_uid=f"programme-revision-{signal}-{model._meta.label}"
            )
        for relation in model._meta.many_to_many:
            through = relation.remote_field.through
            m2m_changed.connect(raise_revision, sender=through, dispatch_uid=f"programme-revision-{relation}")


def raise_revision(**_: Any) -> None:
    """Count one more change; the first is number 1, so that it differs from no change at all."""
    row = ProgrammeRevision.objects.filter(pk=1)
    if not row.update(number=F("number") + 1):
        is_first = ProgrammeRevision.objects.get_or_create(pk=1, defaults={"number": 1})[1]
        if not is_first:  # somebody else was first in the meantime
            row.update(number=F("number") + 1)

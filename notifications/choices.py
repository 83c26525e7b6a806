"""What a person wants to be sent: every kind they may switch off, and whether they did."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from notifications.kinds import RULES, Kind
from notifications.models import SwitchedOff
from people.models import User
from people.models.access import unexpired


def stoppable() -> list[Kind]:
    """Return the kinds that may be switched off, in the order of the table."""
    return [kind for kind, rule in RULES.items() if rule.may_stop]


def offered(person: User, *, at: datetime) -> list[Kind]:
    """Return the kinds that a person may choose of: what goes to organisers is asked of nobody else."""
    organises = person.role_grants.filter(unexpired(at), role="organiser").exists()
    return [kind for kind in stoppable() if organises or RULES[kind].to != "organiser"]


def switched_off(person: User) -> frozenset[Kind]:
    """Return the kinds that a person has switched off."""
    rows = SwitchedOff.objects.filter(person=person, kind__in=stoppable()).values_list("kind", flat=True)
    return frozenset(Kind(kind) for kind in rows)


def is_switched_off(person_id: int, kind: Kind) -> bool:
    """Say whether a message of a kind is not wanted; what may not be switched off always is."""
    return RULES[kind].may_stop and SwitchedOff.objects.filter(person=person_id, kind=kind).exists()


def who_switched_off(kind: Kind) -> frozenset[int]:
    """Return the ids of those who do not want messages of a kind."""
    rows = SwitchedOff.objects.filter(kind=kind) if RULES[kind].may_stop else SwitchedOff.objects.none()
    return frozenset(rows.values_list("person", flat=True))


def switch_off(person_id: int, kind: Kind, *, at: datetime) -> None:
    """Send a person no more messages of a kind; the same again does nothing."""
    SwitchedOff.objects.bulk_create([SwitchedOff(person_id=person_id, kind=kind, since=at)], ignore_conflicts=True)


def choose(person: User, *, wanted: Collection[Kind], at: datetime) -> None:
    """Send a person these kinds from now on, and no other of those offered to them; the same again does nothing.

    What is not offered to them stays as it is. What waits to be sent is asked when it goes, so that switching on
    again brings it back.
    """
    kinds = offered(person, at=at)
    off = [kind for kind in kinds if kind not in wanted]
    with transaction.atomic():
        SwitchedOff.objects.filter(person=person, kind__in=kinds).exclude(kind__in=off).delete()
        rows = [SwitchedOff(person=person, kind=kind, since=at) for kind in off]
        SwitchedOff.objects.bulk_create(rows, ignore_conflicts=True)

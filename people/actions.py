"""Changing who is known and what they may do."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from people import organisations
from people.models import Organisation, User


def person_with(email: str, *, details: Mapping[str, str], organisation: Organisation | None = None) -> User:
    """Return the person of an address, made if they are new; what is not known of them yet is filled in.

    ``details`` may hold ``name``, ``organisation`` (a name or alias as somebody wrote it) and ``job_role``; what
    is known already stays as it is, because only the person may correct it. ``organisation`` is taken where no
    name was written. Raises ValidationError from the model, and then nothing is written.
    """
    written = details.get("organisation", "")
    matched = organisations.named(written) if written else organisation
    known = {
        "name": details.get("name", ""),
        "job_role": details.get("job_role", ""),
        "organisation_name": written or (organisation.name if organisation else ""),
    }
    person = User.objects.select_related("organisation").filter(email=email).first()
    if person is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(email, organisation=matched, **known)
        except (IntegrityError, ValidationError):
            person = User.objects.select_related("organisation").filter(email=email).first()
            if person is None:
                raise
    _fill_in(person, known, matched)
    return person


def _fill_in(person: User, known: Mapping[str, str], organisation: Organisation | None) -> None:
    """Store what was empty."""
    new = {name: value for name, value in known.items() if value and not getattr(person, name)}
    if not new:
        return
    for name, value in new.items():
        setattr(person, name, value)
    if "organisation_name" in new and person.organisation is None:
        person.organisation = organisation
    person.full_clean()
    person.save(update_fields=[*new, "organisation"])

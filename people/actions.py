"""Changing who is known and what they may do."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from people import organisations
from people.addresses import placeholder_address
from people.models import Organisation, Partnership, RetentionRun, RoleGrant, User
from people.models.access import unexpired
from people.permissions import ADMIN_GROUPS, admin_permissions


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
    person = User.objects.known_as(email)
    if person is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(email, organisation=matched, **known)
        except (IntegrityError, ValidationError):
            person = User.objects.known_as(email)
            if person is None:
                raise
    _fill_in(person, known, matched)
    return person


def person_without_address(name: str, organisation: str = "", job_role: str = "") -> User:
    """Make somebody who has no address, so that organisers can book them; nobody can sign in as them.

    ``organisation`` is a name or alias as somebody wrote it. Two calls make two people: a name alone is nobody's
    proof. Raises ValidationError for no name and for what cannot be stored, and then nothing is written.
    """
    if not name.strip():
        raise ValidationError({"name": "Write the name of somebody who has no email address."})
    return User.objects.create_user(
        placeholder_address(),
        name=name.strip(),
        organisation=organisations.named(organisation) if organisation else None,
        organisation_name=organisation,
        job_role=job_role,
    )


def _fill_in(person: User, known: Mapping[str, str], organisation: Organisation | None) -> None:
    """Store what was empty."""
    new = {name: value for name, value in known.items() if value and not getattr(person, name)}
    if not new:
        return
    for name, value in new.items():
        setattr(person, name, value)
    if "organisation_name" in new and person.organisation is None:
        person.organisation = organisation
    person.clean_fields(exclude={field.name for field in User._meta.fields} - set(new))
    person.save(update_fields=[*new, "organisation"])


def grant_role(
    user: User,
    role: str,
    *,
    at: datetime,
    partnership: Partnership | None = None,
    organisation: Organisation | None = None,
) -> bool:
    """Give somebody a role without an end, and the way into the admin that goes with it.

    A role that had run out is held anew from the instant on; one that still runs has been held since it was given.
    Returns whether anything changed. Raises ValidationError when the role does not fit what it is for.
    """
    with transaction.atomic():
        scope = {"user": user, "role": role, "partnership": partnership, "organisation": organisation}
        grant = RoleGrant.objects.filter(**scope).first()
        is_new = grant is None or grant.expires_at is not None
        grant = grant or RoleGrant(**scope, granted_at=at)
        if grant.expires_at is not None and grant.expires_at <= at:
            grant.granted_at = at
        grant.expires_at = None
        grant.full_clean(validate_unique=is_new)
        if is_new:
            grant.save()
        follow_grants(user, at=at)
    return is_new


def end_role(
    user: User,
    role: str,
    *,
    at: datetime,
    partnership: Partnership | None = None,
    organisation: Organisation | None = None,
) -> bool:
    """Take a role from somebody at an instant, and the way into the admin that goes with it; say if they had it."""
    with transaction.atomic():
        held = user.role_grants.filter(unexpired(at), role=role, partnership=partnership, organisation=organisation)
        ended = held.update(expires_at=at)
        follow_grants(user, at=at)
    return bool(ended)


def follow_grants(user: User, *, at: datetime) -> None:
    """Let somebody into the admin if a role that is live says so, with that role's permissions, and else not.

    What was given by hand (another group, a permission, the right to do everything) stays. The groups'
    permissions are brought into step with the code as well.
    """
    held = set(user.role_grants.filter(unexpired(at)).values_list("role", flat=True))
    for role, name in ADMIN_GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        if role in held:
            group.permissions.set(admin_permissions(role))
            user.groups.add(group)
        else:
            user.groups.remove(group)
    may_enter = user.is_superuser or user.groups.exists() or user.user_permissions.exists()
    if user.is_staff != may_enter:
        user.is_staff = may_enter
        user.save(update_fields=["is_staff"])


def follow_lapsed_grants(*, at: datetime) -> int:
    """Bring everybody into step whose way into the admin is not what their live roles say; return how many."""
    out_of_step = Q(pk__in=[])
    for role, name in ADMIN_GROUPS.items():
        holds = Exists(RoleGrant.objects.filter(unexpired(at), user=OuterRef("pk"), role=role))
        belongs = Exists(User.groups.through.objects.filter(user=OuterRef("pk"), group__name=name))
        out_of_step |= (Q(holds) & ~Q(belongs)) | (~Q(holds) & Q(belongs))
    with transaction.atomic():
        people = list(User.objects.filter(out_of_step))
        for person in people:
            follow_grants(person, at=at)
    return len(people)


def note_retention(what: str, rows: int, *, at: datetime) -> None:
    """Note that so many rows were deleted, or lost their names, because their time was over."""
    RetentionRun.objects.create(what=what, rows=rows, ran_at=at)

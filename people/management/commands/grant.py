"""Give somebody a role from the shell."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from people.actions import grant_role, person_with
from people.models import Organisation, Partnership, RoleGrant
from people.text import normal_email

M = TypeVar("M", bound=Model)


class Command(BaseCommand):
    """Grants a role; run twice, it changes nothing the second time."""

    help = "Give somebody a role, and make the person where there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role, the address and what the role is for."""
        parser.add_argument("role", choices=RoleGrant.Role.values)
        parser.add_argument("email")
        parser.add_argument(
            "--partnership", metavar="SLUG", help="Needed for an organiser or analyst; never for an administrator."
        )
        parser.add_argument("--organisation", metavar="SLUG", help="Needed for an agency lead.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Grant it; raises CommandError that names what is wrong, and then nothing is written."""
        role, email = options["role"], normal_email(options["email"])
        partnership = _with_slug(Partnership.objects.all(), options["partnership"], what="partnership")
        organisation = _with_slug(Organisation.objects.all(), options["organisation"], what="organisation")
        try:
            with transaction.atomic():
                user = person_with(email, details={})
                is_new = grant_role(user, role, partnership=partnership, organisation=organisation, at=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        scope = partnership or organisation or "everywhere"
        what = f"{RoleGrant.Role(role).label} ({scope})"
        self.stdout.write(f"{email}: {what}." if is_new else f"{email}: {what} already; nothing changed.")


def _with_slug(rows: QuerySet[M], slug: str | None, *, what: str) -> M | None:
    """Return the row of a slug, None where none was given; raises CommandError that names those there are."""
    if slug is None:
        return None
    row = rows.filter(slug=slug).first()
    if row is None:
        known = ", ".join(rows.order_by("slug").values_list("slug", flat=True)[:50]) or "none yet"
        raise CommandError(f"There is no {what} {slug}. There are: {known}.")
    return row

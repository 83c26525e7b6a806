"""Make an API token from the shell."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.models import ApiToken, User
from people.text import normal_email


class Command(BaseCommand):
    """Prints a new token alone on a line; it is shown this once."""

    help = "Make an API token for a person and print it, alone on a line. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address and the scope."""
        parser.add_argument("email", help="The person the token acts for.")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.WRITE)
        parser.add_argument("--name", default="", help="What to call it in lists.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make it; raises CommandError for an address nobody active has and a name that is none."""
        email = normal_email(options["email"])
        user = User.objects.known_as(email)
        if user is None or not user.is_active:
            raise CommandError(f"Nobody has the address {email}. Give them a role first: manage.py grant ROLE {email}")
        try:
            ApiToken(user=user, name=options["name"]).clean_fields(exclude={"digest"})
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(ApiToken.issue(user, scope=options["scope"], name=options["name"]))

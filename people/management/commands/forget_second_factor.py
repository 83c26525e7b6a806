"""Take away what somebody signs in with beside the code, once they have lost it."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.models import User


class Command(BaseCommand):
    """Forget somebody's passkeys, app and recovery codes."""

    help = "Take away somebody's passkeys, app and recovery codes, so that they can set up new ones. Be sure who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email", help="Who has lost theirs.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Delete them; raises CommandError for an address that nobody has."""
        person = User.objects.known_as(options["email"])
        if person is None:
            raise CommandError("Nobody has this address.")
        count, _counts = Authenticator.objects.filter(user=person).delete()
        self.stdout.write(f"Taken away from {person.email}: {count}.")

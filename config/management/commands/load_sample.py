"""Put the sample weeks and people into the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.sample import SIGN_IN_AS, load_sample


class Command(BaseCommand):
    """Load the sample once; a second time changes nothing."""

    help = "Loads both sample weeks, a copied week to book, and people to sign in as, unless they are there."

    def handle(self, **_: Any) -> None:
        """Load, and say whom to sign in as."""
        load_sample(at=timezone.now())
        for email, what in SIGN_IN_AS:
            self.stdout.write(f"{email:<34} {what}")

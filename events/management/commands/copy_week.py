"""Run a week again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from events import actions
from events.errors import Busy, Refusal
from events.models import PracticeWeek
from events.programme_files.cells import day_of


class Command(BaseCommand):
    """Copy a week, weekday by weekday, as a draft."""

    help = "Copies a week, weekday by weekday and at the same times, as a draft."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the week, its new Monday, and whether to publish it."""
        parser.add_argument("slug")
        parser.add_argument("--starts", required=True, help="the Monday it starts on, such as 2027-06-21")
        parser.add_argument("--publish", action="store_true", help="let the public see it at once")

    def handle(self, *, slug: str, starts: str, publish: bool, **_: Any) -> None:
        """Copy the week; raises CommandError with the reason where it cannot be."""
        source = PracticeWeek.objects.filter(slug=slug).first()
        if source is None:
            raise CommandError(f"There is no week {slug}.")
        try:
            copy = actions.copy_week(source, starts_on=day_of(starts), at=timezone.now(), publish=publish)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Busy as busy:
            raise CommandError(str(busy)) from busy
        self.stdout.write(f"{copy.slug} is there, as {'published' if publish else 'a draft'}.")

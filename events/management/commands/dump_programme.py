"""Write a week as a programme file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events import programme_files
from events.models import PracticeWeek


class Command(BaseCommand):
    """Write a week with all that it names, so that loading the file again changes nothing."""

    help = "Writes a week as a programme file: YAML to the screen unless told otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the week, the format and where to write."""
        parser.add_argument("slug")
        parser.add_argument("--format", choices=sorted(programme_files.FORMATS), default="yaml", dest="form")
        parser.add_argument("--output", type=Path, help="the file to write; a spreadsheet needs one")

    def handle(self, *, slug: str, form: str, output: Path | None, **_: Any) -> None:
        """Write the week; raises CommandError where there is none."""
        week = PracticeWeek.objects.filter(slug=slug).first()
        if week is None:
            raise CommandError(f"There is no week {slug}.")
        if output is None and form == "xlsx":
            raise CommandError("Name the file to write a spreadsheet to: --output FILE.xlsx")
        content = programme_files.dump(week, form=form)
        if output:
            output.write_bytes(content)
        else:
            self.stdout.write(content.decode("utf-8-sig"), ending="")

"""Read a programme file into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from events import programme_files
from events.errors import Busy


class Command(BaseCommand):
    """Create and update what a programme file says; every fault is named, and then nothing is written."""

    help = "Reads a programme from a YAML, XLSX or CSV file; creates or updates, and never deletes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether to only say what would change."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")

    def handle(self, *, file: Path, dry_run: bool, **_: Any) -> None:
        """Load the file and say what changed; raises CommandError with every fault."""
        try:
            changes = programme_files.load(programme_files.read(file), at=timezone.now(), dry_run=dry_run)
        except programme_files.FaultyProgramme as faulty:
            count = len(faulty.faults)
            words = "There is 1 fault" if count == 1 else f"There are {count} faults"
            raise CommandError(f"{faulty}\n{words} in {file.name}. Nothing was written.") from faulty
        except Busy as busy:
            raise CommandError(str(busy)) from busy
        difference = programme_files.Difference(changes)
        for line in difference.lines(with_cells=dry_run):
            self.stdout.write(line)
        self.stdout.write(difference.summary(would=" would be" if dry_run else ""))

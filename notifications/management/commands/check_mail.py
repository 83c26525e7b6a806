"""Say what DNS should hold so that our mail is trusted, and compare it with what is there."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from notifications.name_server import CannotAsk, look_up
from notifications.sending_domains import Record, Type, faults, records, senders
from people.addresses import is_on_our_domain


class Command(BaseCommand):
    """The records of each sending domain to copy; ends with 1 where something does not agree."""

    help = __doc__

    def __init__(self, *args: Any, look_up: Callable[[str, Type], list[str]] = look_up, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._look_up = look_up

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to ask DNS."""
        parser.add_argument("--dns", action="store_true", help="compare with what DNS says, asked with dig")

    def handle(self, *_: Any, dns: bool, **__: Any) -> None:
        """Print senders and records; raises CommandError where a sender or a record is wrong."""
        addresses = senders()
        wrong = 0
        self.stdout.write(f"Mail comes from {', '.join(addresses)}; replies go to {settings.REPLY_DOMAIN}.")
        for address in addresses:
            if not is_on_our_domain(address):
                wrong += 1
                self.stdout.write(f"WRONG: {address} is on no domain of ours.")
        for record in records(addresses):
            self.stdout.write(f"\n{record.purpose} of {record.name}\n  {record.line}")
            wrong += self._compare(record) if dns else 0
        if not settings.MAIL_DKIM_KEY:
            self.stdout.write("\nMAIL_DKIM_KEY is not set: copy the public key from whoever signs the mail.")
        if wrong:
            raise CommandError(f"{wrong} {'thing does' if wrong == 1 else 'things do'} not agree.")

    def _compare(self, record: Record) -> int:
        """Print what DNS says of a record and return how much is wrong; nothing where it cannot be asked."""
        try:
            said = faults(record, self._look_up(record.name, record.type))
        except CannotAsk as reason:
            self.stdout.write(f"  not compared: {reason}")
            return 0
        for fault in said or ["agrees with DNS"]:
            self.stdout.write(f"  {'WRONG: ' if said else ''}{fault}")
        return len(said)

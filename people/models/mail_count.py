"""How many mails went that somebody may have sent for: counted by the day, and forgotten soon."""

from typing import ClassVar

from django.db import models


class MailCount(models.Model):
    """How many mails of a kind went on a day to an address or for a sender, whom it does not name: see `mail_caps`."""

    class Kind(models.TextChoices):
        """What is counted, and by whom."""

        CODE_TO = "code_to", "Codes to an address"
        CODE_FOR = "code_for", "Codes asked for by a client"
        COLLEAGUE_TO = "colleague_to", "Questions to a colleague"
        COLLEAGUE_FOR = "colleague_for", "Colleagues asked by a person"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    whose = models.CharField(max_length=64, help_text="A keyed digest of the address, client or person.")
    day = models.DateField(help_text="By the clock of UTC.")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["day", "kind", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "whose", "day"],
                name="mail_count_one_per_day",
                violation_error_message="These mails are counted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.day}: {self.count}"

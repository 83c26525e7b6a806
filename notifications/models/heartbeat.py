"""When each process of the site was last alive."""

from django.db import models


class Heartbeat(models.Model):
    """When a kind of process was last alive, by the database's clock."""

    class Process(models.TextChoices):
        """What beats."""

        WORKER = "worker", "Worker"
        SCHEDULER = "scheduler", "Scheduler"

    process = models.CharField(max_length=20, primary_key=True, choices=Process.choices)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process

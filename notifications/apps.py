"""What people are told."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The outbox, reminders and invitations."""

    name = "notifications"

    def ready(self) -> None:
        """Listen to what happens to bookings."""
        from notifications import checks, receivers  # noqa: F401, PLC0415 - models are not there before ready; checks register themselves

        receivers.connect()

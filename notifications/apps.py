"""What people are told."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The outbox, reminders and invitations."""

    name = "notifications"

    def ready(self) -> None:
        """Listen to what happens to bookings."""
        from notifications import receivers  # noqa: PLC0415 - models are not there before ready

        receivers.connect()

"""What people are told."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The outbox, reminders and invitations."""

    name = "notifications"

    def ready(self) -> None:
        """Listen to what happens to bookings, and offer the report of messages with those of bookings."""
        from bookings.reports import add_report  # noqa: PLC0415 - models are not there before ready
        from notifications import checks, message_report, receivers  # noqa: F401, PLC0415 - checks register themselves

        receivers.connect()
        add_report(message_report.MESSAGES)

"""Who has a place."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Bookings, the waiting list, and each person's calendar."""

    name = "bookings"

    def ready(self) -> None:
        """Listen to what happens to sessions."""
        from bookings import receivers  # noqa: PLC0415 - models are not there before ready

        receivers.connect()

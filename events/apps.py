"""What is on offer."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Weeks, days, themes, topics, sessions and resources."""

    name = "events"

    def ready(self) -> None:
        """Keep the programme's revision in step with its rows."""
        from events import receivers  # noqa: PLC0415 - models are not there before ready

        receivers.connect()

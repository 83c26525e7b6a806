"""Who is who."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, their organisations, and the partnerships they work with."""

    name = "people"

    def ready(self) -> None:
        """Let the checks of a deployment be known."""
        from people import checks  # noqa: F401, PLC0415 - importing registers them, once the apps are there

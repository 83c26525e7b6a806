"""Who is who."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, their organisations, and the partnerships they work with."""

    name = "people"

"""The site as an application: it holds the commands, templates and files that belong to no app below."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The whole site."""

    name = "config"
    verbose_name = "Site"

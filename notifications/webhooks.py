"""Addresses that one mail provider calls, with what came back and what came in; django-anymail checks the secret."""

from anymail.urls import urlpatterns as of_all_providers
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern


def webhooks_of(provider: str) -> list[URLPattern]:
    """Return the addresses of one provider, named as django-anymail does; those of the others are not there.

    Each would ask for settings of its own, and fail without them. Raises ImproperlyConfigured for an unknown one.
    """
    found = [one for one in of_all_providers if str(one.pattern).lstrip("^").startswith(f"{provider}/")]
    if not found:
        raise ImproperlyConfigured(f"MAIL_PROVIDER is {provider!r}, which django-anymail does not know.")
    return found

"""What every page's frame shows."""

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the frame's values."""
    return {}

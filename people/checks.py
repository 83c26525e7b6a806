"""What is said when the site is deployed with something left open."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags


@checks.register(Tags.security, deploy=True)
def organisers_need_second_factor(**_: Any) -> list[CheckMessage]:
    """Warn where organisers may work with a code from a mail alone."""
    if settings.ORGANISERS_NEED_SECOND_FACTOR:
        return []
    return [
        checks.Warning(
            "ORGANISERS_NEED_SECOND_FACTOR is off: whoever reads an organiser's mail can act as them.",
            hint="Take it out of the environment, or set it to true.",
            id="people.W001",
        )
    ]

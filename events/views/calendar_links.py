"""The two ways into a calendar feed: one that opens a calendar app, one to copy."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class CalendarLinks:
    """A feed as a web address, and as one that makes a calendar app subscribe."""

    address: str

    @property
    def subscribe(self) -> str:
        """Return the address that a calendar app opens."""
        return f"webcal:{self.address.partition(':')[2]}"


def calendar_links(request: HttpRequest, path: str, query: str = "") -> CalendarLinks:
    """Return the links to a feed of this site, narrowed by a query."""
    return CalendarLinks(request.build_absolute_uri(f"{path}?{query}" if query else path))

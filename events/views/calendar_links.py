"""The ways into a calendar feed: an address to copy, one that opens a calendar app, and those of big calendars."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.http import HttpRequest

GOOGLE: Final = "https://calendar.google.com/calendar/r"
OUTLOOK_AT_WORK: Final = "https://outlook.office.com/calendar/0/addfromweb"
OUTLOOK_AT_HOME: Final = "https://outlook.live.com/calendar/0/addfromweb"
END: Final = ".ics"


@dataclass(frozen=True)
class CalendarLinks:
    """A feed as a web address, and as one that makes a calendar app subscribe; ``name`` is what to call it there."""

    address: str
    name: str = "Practice weeks"

    @property
    def subscribe(self) -> str:
        """Return the address that a calendar app opens."""
        return f"webcal:{self.address.partition(':')[2]}"

    @property
    def page(self) -> str:
        """Return the page that says how to subscribe to a public feed: its address without the ending."""
        path, mark, query = self.address.partition("?")
        return f"{path.removesuffix(END)}/{mark}{query}"

    @property
    def google(self) -> str:
        """Return the page of Google Calendar that subscribes; it wants the address as an app does."""
        return f"{GOOGLE}?cid={quote(self.subscribe, safe='')}"

    @property
    def outlook(self) -> str:
        """Return the page of Outlook at work or school that subscribes."""
        return f"{OUTLOOK_AT_WORK}?{self._for_outlook}"

    @property
    def outlook_at_home(self) -> str:
        """Return the page of Outlook.com that subscribes."""
        return f"{OUTLOOK_AT_HOME}?{self._for_outlook}"

    @property
    def _for_outlook(self) -> str:
        """Return the query that Outlook on the web reads."""
        return f"url={quote(self.address, safe='')}&name={quote(self.name, safe='')}"


def calendar_links(request: HttpRequest, path: str, query: str = "", *, name: str = "Practice weeks") -> CalendarLinks:
    """Return the links to a feed of this site, narrowed by a query."""
    return CalendarLinks(request.build_absolute_uri(f"{path}?{query}" if query else path), name)

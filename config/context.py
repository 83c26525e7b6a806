"""What the frame of every page shows: the way around, the contrast, and whom to call about a child."""

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from bookings.views.picks import picked
from people.models import Area, SafeguardingContact

CONTRAST_COOKIE: Final = "contrast"
PLACES: Final[tuple[tuple[str, str], ...]] = (
    ("weeks", "Practice weeks"),
    ("sessions", "Sessions"),
    ("resources", "Resources"),
    ("plan", "My plan"),
    ("my_bookings", "My bookings"),
)
PLACES_OF_TRAINERS: Final = (("training", "My training sessions"),)
PLACES_OF_LEADS: Final = (("agency", "My organisation"),)
PLACES_OF_ORGANISERS: Final = (("organise", "Organise"),)
PLACES_OF_ANALYSTS: Final = (("reports", "Reports"),)


@dataclass(frozen=True)
class Link:
    """An entry of the main navigation; ``is_here`` is ``page``, ``true`` below it, or empty."""

    address: str
    words: str
    is_here: str


@dataclass(frozen=True)
class Contact:
    """A number, as it is read and as it is dialled."""

    audience: str
    phone: str
    note: str

    @property
    def dial(self) -> str:
        """Return the digits of the number."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


@dataclass(frozen=True)
class ContactsOfArea:
    """An area and its numbers."""

    name: str
    contacts: list[Contact]

    @property
    def notes(self) -> list[str]:
        """Return what is to be known about the numbers, each thing once."""
        return list(dict.fromkeys(contact.note for contact in self.contacts if contact.note))


def site(request: HttpRequest) -> dict[str, object]:
    """Return the frame's values; the numbers are read when the footer asks for them, in one query."""
    return {
        "high_contrast": request.COOKIES.get(CONTRAST_COOKIE) == "high",
        "navigation": _navigation(request),
        "safeguarding_areas": cache(_safeguarding_areas),
        "sign_in_next": _way_back(request),
    }


def _navigation(request: HttpRequest) -> list[Link]:
    """Return the main navigation, seen from an address; with the ways to one's own pages.

    What somebody is, is known with who they are; it costs no query.
    """
    path, user = request.path, getattr(request, "user", None)
    places = PLACES
    if user is not None and getattr(user, "is_trainer", False):
        places += PLACES_OF_TRAINERS
    if user is not None and getattr(user, "is_agency_lead", False):
        places += PLACES_OF_LEADS
    if user is not None and user.is_staff:
        places += PLACES_OF_ORGANISERS
    elif user is not None and getattr(user, "is_analyst", False):
        places += PLACES_OF_ANALYSTS
    visit = getattr(request, "session", None)
    count = {"plan": len(picked(visit))} if visit is not None else {}
    links = [(reverse(name), f"{words} ({count[name]})" if count.get(name) else words) for name, words in places]
    return [
        Link(address, words, "page" if path == address else "true" if path.startswith(address) else "")
        for address, words in links
    ]


def _way_back(request: HttpRequest) -> str:
    """Return where somebody who signs in from here wants to be afterwards; empty for the home page's habits."""
    asks_for_page = request.method == "GET" and not request.path.startswith(reverse("account_login"))
    return request.get_full_path() if asks_for_page and request.path != reverse("home") else ""


def _safeguarding_areas() -> list[ContactsOfArea]:
    """Return the numbers to call by area, in one query."""
    rows = SafeguardingContact.objects.select_related("area")
    return [
        ContactsOfArea(area.name, [Contact(row.audience, row.phone, row.note) for row in contacts])
        for area, contacts in groupby(rows, key=_area_of)
    ]


def _area_of(contact: SafeguardingContact) -> Area:
    """Return the area of a number."""
    return contact.area

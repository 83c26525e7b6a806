"""A resource as the library, and whatever else lists it, speaks of it."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.urls import reverse

from events.dates import long_day
from events.models import Resource
from events.presenters import list_words
from events.resource_files import kind_of, size_words
from events.wall_time import LONDON


@dataclass(frozen=True)
class ResourceLine:
    """A resource in a list or on its own page. Needs its themes where they are shown."""

    resource: Resource

    @property
    def title(self) -> str:
        """Return the title."""
        return self.resource.title

    @property
    def address(self) -> str:
        """Return the address of its page."""
        return self.resource.get_absolute_url()

    @property
    def kind(self) -> str:
        """Return what it is, such as a toolkit."""
        return self.resource.get_kind_display()

    @property
    def summary(self) -> str:
        """Return what it is about."""
        return self.resource.summary

    @cached_property
    def file(self) -> str:
        """Return what its file is and how large: ``PDF, 1.2 MB``; empty where there is none."""
        if not self.resource.file:
            return ""
        kind = kind_of(self.resource.file.name or "")
        words = kind.words if kind else "File"
        try:
            return f"{words}, {size_words(self.resource.file.size)}"
        except OSError:  # the row outlived its file
            return ""

    @property
    def file_address(self) -> str:
        """Return where its file is sent from."""
        return reverse("resource_file", args=[self.resource.slug])

    @property
    def link_address(self) -> str:
        """Return where its link is followed from."""
        return reverse("resource_link", args=[self.resource.slug])

    @property
    def link_site(self) -> str:
        """Return the site that its link leads to; empty where there is none."""
        return (urlsplit(self.resource.link).hostname or "").removeprefix("www.")

    @property
    def offers(self) -> str:
        """Return what one gets: a file with its kind and size, a link to another site, both, or nothing yet."""
        link = f"link to {self.link_site}" if self.link_site else ""
        words = list_words([part for part in (self.file, link) if part])
        return f"{words[:1].upper()}{words[1:]}"

    @property
    def released(self) -> str:
        """Return the day of its release."""
        return long_day(self.resource.released_at.astimezone(LONDON).date())

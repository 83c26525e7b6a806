"""Sheets of a session to print: for its organisers, and for its trainers on the day."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from bookings.register_page import RegisterLine, register_of
from bookings.sheets import at_venue, badges_pdf, sign_in_pdf
from bookings.views.certificates import as_file
from bookings.views.register import RegisterMixin
from events.part_words import part_words
from events.presenters import SessionLine

SHEETS: Final = {"sign-in": sign_in_pdf, "badges": badges_pdf}


class Sheet(RegisterMixin):
    """One of the sheets, made anew each time."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, *_: Any, sheet: str, **__: Any) -> HttpResponse:  # noqa: ARG002
        """Return it as a file."""
        rows = register_of(self.session, self.actor, at=self.at).select_related("practitioner", "session")
        people = at_venue([RegisterLine(one, self.session) for one in rows])
        content = SHEETS[sheet](SessionLine(self.session, self.at), people, part_words(self.part))
        return as_file(content, f"{sheet}-{self.session.pk}.pdf", "application/pdf")

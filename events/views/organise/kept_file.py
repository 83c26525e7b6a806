"""An uploaded file between the page that shows what it changes and the click that loads it."""

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpRequest

KEPT_FOR: Final = timedelta(hours=1)
KEY: Final = "programme_file"


@dataclass(frozen=True)
class KeptFile:
    """A file as it was uploaded."""

    name: str
    content: bytes


def keep(request: HttpRequest, file: KeptFile) -> None:
    """Keep a file for whoever is signed in, for an hour; the one they had kept before is forgotten.

    It is kept as a session of its own, beside the sign-in that knows its key: in the database that all web processes
    share, signed, out of the browser's hands, and deleted with the sessions that have ended. The sign-in's own row
    would be read with every page.
    """
    forget(request)
    shelf = type(request.session)()
    shelf["name"], shelf["content"] = file.name, base64.b64encode(file.content).decode()
    shelf.set_expiry(int(KEPT_FOR.total_seconds()))
    shelf.save()
    request.session[KEY] = shelf.session_key


def kept(request: HttpRequest) -> KeptFile | None:
    """Return the file that is kept for whoever is signed in; None once it is forgotten or the hour is over."""
    if not (key := request.session.get(KEY)):
        return None
    shelf = type(request.session)(key)
    if "content" not in shelf:
        return None
    return KeptFile(shelf["name"], base64.b64decode(shelf["content"]))


def forget(request: HttpRequest) -> None:
    """Forget the file that is kept, if there is one."""
    if key := request.session.pop(KEY, None):
        type(request.session)(key).delete()

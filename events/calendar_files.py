"""Calendar files as they are kept and sent: one place for what every feed promises over HTTP."""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

CALENDAR: Final = "text/calendar; charset=utf-8"
PLAIN: Final = "text/plain; charset=utf-8"
SETTLES: Final = timedelta(seconds=5)  # the clocks of several servers may be some apart
STANDING: Final = {"Referrer-Policy", "X-Robots-Tag"}  # said with 304 too, which otherwise repeats a few headers only
# One coding of an Accept-Encoding header, and the weight that forbids it.
CODING = re.compile(r"\s*(?P<name>[\w*.-]+)\s*(?:;\s*q\s*=\s*(?P<weight>[\d.]+)\s*)?\Z", re.ASCII)


class CalendarFile:
    """A calendar as it is sent, plain or compressed; each form has its own strong ETag, made of its bytes.

    ``modified_at`` is when it can last have changed: an instant that never falls for the same address, whatever
    goes from the file. None where there is no such instant.
    """

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        self.modified_at: datetime | None = None

    @cached_property
    def packed(self) -> bytes:
        """Return the file compressed, the same bytes every time."""
        return gzip.compress(self.plain, mtime=0)

    @cached_property
    def plain_etag(self) -> str:
        """Return the ETag of the plain form."""
        return _etag(self.plain)

    @cached_property
    def packed_etag(self) -> str:
        """Return the ETag of the compressed form."""
        return _etag(self.packed)

    @property
    def size(self) -> int:
        """Return how many bytes both forms take."""
        return len(self.plain) + len(self.packed)


class RecentFiles:
    """The files asked for last in this process, up to a number of bytes, each with what it was made for."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._files: OrderedDict[str, tuple[object, CalendarFile]] = OrderedDict()
        self._lock = Lock()

    def get(self, address: str, *, made_for: object) -> CalendarFile | None:
        """Return the file of an address if it was made for the same state of things, else None."""
        with self._lock:
            kept = self._files.get(address)
            if kept is None or kept[0] != made_for:
                return None
            self._files.move_to_end(address)
            return kept[1]

    def keep(self, address: str, file: CalendarFile, *, made_for: object) -> None:
        """Keep a file in place of the one before it; those not asked for longest go when there is no room."""
        with self._lock:
            self._drop(address)
            self._files[address] = (made_for, file)
            self._bytes += file.size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._files)))

    def clear(self) -> None:
        """Forget every file."""
        with self._lock:
            self._files.clear()
            self._bytes = 0

    def _drop(self, address: str) -> None:
        """Forget the file of an address, if there is one."""
        if kept := self._files.pop(address, None):
            self._bytes -= kept[1].size


def answer(request: HttpRequest, file: CalendarFile, headers: Mapping[str, str], *, may_pack: bool) -> HttpResponseBase:
    """Return the file, or 304 without it to a client that says it has it. HEAD is told what GET would send.

    Last-Modified is to the second, so it is left out until a few have passed: what changes within the second in
    which a client fetched would be hidden from it for ever. If-None-Match wins over If-Modified-Since, which counts
    only as the very date that we gave: a client that makes one up has seen nothing of ours. With
    ``may_pack`` the file is compressed for those who take it so; ``headers`` then say that the answer varies.
    """
    is_packed = may_pack and takes_gzip(request.headers.get("Accept-Encoding", ""))
    body, etag = (file.packed, file.packed_etag) if is_packed else (file.plain, file.plain_etag)
    response = HttpResponse(b"" if request.method == "HEAD" else body, content_type=CALENDAR, headers=dict(headers))
    response.headers["ETag"] = etag
    response.headers["Content-Length"] = str(len(body))
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    modified = _settled(file.modified_at)
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    if request.headers.get("If-Modified-Since") != response.headers.get("Last-Modified"):
        request.META.pop("HTTP_IF_MODIFIED_SINCE", None)  # so that nobody after us goes by it either
    found = get_conditional_response(request, etag=etag, last_modified=modified, response=response) or response
    for name in STANDING & headers.keys():
        found.headers[name] = headers[name]
    return found


def _settled(modified_at: datetime | None) -> int | None:
    """Return an instant as whole seconds since 1970, once they are past; None for one that is too near."""
    if modified_at is None or timezone.now() - modified_at < SETTLES:
        return None
    return int(modified_at.timestamp())


def no_calendar(sentence: str, headers: Mapping[str, str]) -> HttpResponseNotFound:
    """Return 404 with a sentence in plain words: whoever asks is a program, and its log is read by somebody."""
    return HttpResponseNotFound(f"{sentence}\n", content_type=PLAIN, headers=dict(headers))


def takes_gzip(accepted: str) -> bool:
    """Say whether an Accept-Encoding header allows gzip: by name, or by ``*`` where it is not named."""
    weights: dict[str, bool] = {}
    for coding in accepted.lower().split(","):
        if found := CODING.match(coding):
            weights[found["name"]] = (found["weight"] or "1").strip("0.") != ""
    return weights.get("gzip", weights.get("*", False))


def _etag(body: bytes) -> str:
    """Return a strong ETag: the same bytes always have the same, and others another."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'

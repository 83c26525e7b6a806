"""Idempotency-Key: a POST to the API that is sent again gives the first answer again."""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.exceptions import APIException

from config.api.errors import away, document, problem, rendered, too_large
from events.contention import is_away, is_lock_failure
from events.errors import Busy
from people.api.authentication import token_of
from people.models import ApiToken, IdempotencyKey, User

logger = logging.getLogger(__name__)

PREFIX: Final = "/api/"
HEADER: Final = "HTTP_IDEMPOTENCY_KEY"
REPLAYED: Final = "Idempotent-Replayed"
PRINTABLE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?\Z")
KEPT_FOR: Final = timedelta(hours=IdempotencyKey.KEPT_HOURS)


class IdempotencyMiddleware:
    """Keeps the answer to a request with a key in the transaction of what the request did.

    The key is written first, so a second request with it waits for the first on the database's unique index,
    and then gets the same answer. Whatever fails or crashes takes the key with it: trying again is clean.
    A request without a key passes untouched.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer once for each key of each person; where the database is lost on the way, ask to send it again."""
        try:
            return self._once(request)
        except (OperationalError, InterfaceError) as error:
            if not is_away(error):
                raise
            logger.exception("the database is away: %s %s", request.method, request.path)
            return away()

    def _once(self, request: HttpRequest) -> HttpResponse:
        """Answer, and where a key came with the request, keep the answer with it."""
        if request.method != "POST" or HEADER not in request.META or not request.path.startswith(PREFIX):
            return self.get_response(request)
        owner = _owner(request)
        if owner is None:  # the view says why not
            return self.get_response(request)
        key = request.META[HEADER]
        if not PRINTABLE.match(key):
            return problem(400, "invalid", "An Idempotency-Key is 1 to 255 printable ASCII characters.")
        try:
            signature = _digest(request)
        except RequestDataTooBig:
            return rendered(too_large())
        return self._answer(request, owner, key, signature)

    def _answer(self, request: HttpRequest, owner: User, key: str, signature: str) -> HttpResponse:
        """Return the first answer, made now or kept; a key that has run out is used again."""
        now = timezone.now()
        for _ in range(2):
            try:
                if (answer := self._first(request, owner, key, signature, at=now)) is not None:
                    return answer
            except OperationalError as error:
                if is_lock_failure(error):
                    return _still_running(error)
                raise
            kept = IdempotencyKey.objects.filter(owner=owner, key=key).first()
            if kept is not None and kept.created_at > now - KEPT_FOR:
                return _again(kept, signature)
            if kept is not None:
                IdempotencyKey.objects.filter(pk=kept.pk, created_at=kept.created_at).delete()
        return problem(409, "idempotency_in_progress", "Another request with this key is being answered.")

    def _first(
        self, request: HttpRequest, owner: User, key: str, signature: str, *, at: datetime
    ) -> HttpResponse | None:
        """Return the answer made now, kept beside what it did; None where the key is there already.

        What cannot be kept (a server's fault, or a sender who is not let in) is rolled back whole.
        """
        row = IdempotencyKey(owner=owner, key=key, request_digest=signature, created_at=at)
        is_new = False
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                is_new = True
                answer = self.get_response(request)
                if _is_kept(answer.status_code):
                    _keep(row, answer)
                else:
                    transaction.set_rollback(True)
        except IntegrityError:
            if is_new:
                raise
            return None
        return answer


def forget_old_keys(*, at: datetime) -> int:
    """Delete the keys that count as absent at an instant, 24 hours after they were first used; return how many."""
    return IdempotencyKey.objects.filter(created_at__lte=at - KEPT_FOR).delete()[0]


def _owner(request: HttpRequest) -> User | None:
    """Return who the key belongs to; None for somebody whom the view will not let write."""
    try:
        token = token_of(request)
    except APIException:
        return None
    if token is not None:
        return token.user if token.scope == ApiToken.Scope.WRITE else None
    return request.user if request.user.is_authenticated else None


def _digest(request: HttpRequest) -> str:
    """Return what tells one request from another: where it goes and its body; raises RequestDataTooBig."""
    return hashlib.sha256(request.get_full_path().encode() + b"\0" + request.body).hexdigest()


def _is_kept(status: int) -> bool:
    """Say whether an answer is given again."""
    return 200 <= status < 300 or (400 <= status <= 422 and status != 401)


def _keep(row: IdempotencyKey, answer: HttpResponse) -> None:
    """Store an answer; a secret that is shown once is not kept, and is null when the answer is given again."""
    row.status = answer.status_code
    row.content_type = answer.headers.get("Content-Type", "")
    row.location = answer.headers.get("Location", "")
    row.body = _without(answer.content.decode(), getattr(answer, "shown_once", ()))
    row.save(update_fields=["status", "content_type", "location", "body"])


def _without(body: str, secrets: Iterable[str]) -> str:
    """Return a body with the named members null."""
    names = list(secrets)
    return json.dumps({**json.loads(body), **dict.fromkeys(names)}) if names else body


def _again(kept: IdempotencyKey, signature: str) -> HttpResponse:
    """Return the kept answer, or a refusal when the key came with another request."""
    if kept.request_digest != signature:
        return problem(422, "idempotency_key_reused", "This Idempotency-Key was used with another body or address.")
    answer = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type or None)
    answer.headers[REPLAYED] = "true"
    answer.headers["Cache-Control"] = "no-store, private"
    if kept.location:
        answer.headers["Location"] = kept.location
    return answer


def _still_running(error: OperationalError) -> HttpResponse:
    """Return the answer to a wait that was too long: for the first request, or on SQLite for anybody who writes."""
    if getattr(error.__cause__, "sqlstate", None):
        return problem(409, "idempotency_in_progress", "The first request with this key is still being answered.")
    busy = document(503, Busy.code, Busy.__doc__ or "")
    return rendered(busy, {"Retry-After": str(Busy.retry_after_seconds)})

"""What every view of the API does alike: who is asked about, what caches may keep, what a query may say."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework import generics
from rest_framework.permissions import SAFE_METHODS, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from people.models import User

M = TypeVar("M", bound=Model)
PAGING = frozenset({"page", "page_size"})


def find(rows: QuerySet[M], what: str, **by: Any) -> M:
    """Return the one row; raises Http404 in words that are the same whether it is absent or not for this person."""
    row = rows.filter(**by).first()
    if row is None:
        raise Http404(f"There is no such {what}.")
    return row


def sender(request: Request) -> User:
    """Return who sends a request that was let in; call it after the permissions were checked."""
    user: User = request.user  # type: ignore[assignment]  # the permissions let nobody else in
    return user


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Raise Http404 for a parameter that the address does not know, rather than answer with everything."""
    if unknown := set(request.query_params) - set(known):
        raise Http404(f"There is no filter called {min(unknown)[:80]}.")


class PrivateView(generics.GenericAPIView[Any]):
    """Answers one person; no cache keeps it."""

    http_method_names = ("get", "head", "post", "put", "patch", "delete")

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Forbid storing."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store, private")
        return answer


class PublicView(PrivateView):
    """Answers everybody alike when it is read. Only then may a cache keep it, and it asks each time whether it holds.

    Who asks is looked at only when a token is sent or something is written, so that reading costs no session.
    """

    permission_classes = (IsAuthenticatedOrReadOnly,)
    is_shared = True

    def perform_authentication(self, request: Request) -> None:
        """Look at who asks, where it matters."""
        if request.method not in SAFE_METHODS or "Authorization" in request.headers:
            super().perform_authentication(request)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Let a cache keep a good answer to everybody, as long as its ETag is the current one."""
        if request.method in SAFE_METHODS and response.status_code == 200 and self.is_shared:
            response.headers.setdefault("Cache-Control", "public, no-cache")
        return super().finalize_response(request, response, *args, **kwargs)

"""Partnerships for everybody, tokens for their owner."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.bases import PAGING, PrivateView, PublicView, find, refuse_unknown, sender
from people.api.serializers import NewTokenAnswer, PartnershipAnswer, TokenAnswer, TokenBody
from people.models import ApiToken, Partnership
from people.models.access import digest


class Partnerships(PublicView, generics.ListAPIView[Partnership]):
    """The partnerships that run the weeks."""

    queryset = Partnership.objects.select_related("area")
    serializer_class = PartnershipAnswer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the partnerships."""
        refuse_unknown(request, PAGING)
        return super().get(request, *args, **kwargs)


BY_BROWSER_ONLY = "A token cannot make another token. Sign in with a browser, or ask who runs the site for one."


class Tokens(PrivateView, generics.ListAPIView[ApiToken]):
    """One's own tokens that have not been revoked."""

    serializer_class = TokenAnswer

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Return the tokens of whoever asks."""
        return ApiToken.objects.filter(user=sender(self.request), revoked_at__isnull=True)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's own tokens, without their secrets."""
        refuse_unknown(request, PAGING)
        return super().get(request, *args, **kwargs)

    @extend_schema(request=TokenBody, responses={201: NewTokenAnswer})
    def post(self, request: Request) -> Response:
        """Make a token, signed in with a browser; its secret is in this answer and in no other.

        A token makes no tokens: whoever found one could otherwise keep what it opens after it is revoked.
        """
        if isinstance(request.auth, ApiToken):
            raise PermissionDenied(BY_BROWSER_ONLY)
        body = TokenBody(data=request.data)
        body.is_valid(raise_exception=True)
        secret = ApiToken.issue(sender(request), **body.validated_data)
        token = ApiToken.objects.get(digest=digest(secret))
        made, where = {**TokenAnswer(token).data, "token": secret}, {"Location": f"{request.path}{token.pk}/"}
        answer = Response(made, status=status.HTTP_201_CREATED, headers=where)
        answer.shown_once = ["token"]  # type: ignore[attr-defined]  # read where answers are kept to be given again
        return answer


class OneToken(PrivateView):
    """One of one's own tokens."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke a token; it is refused from now on, and stays in the records."""
        now = timezone.now()
        token = find(ApiToken.objects.filter(user=sender(request)), "token", pk=token_id, revoked_at__isnull=True)
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=now)
        return Response(status=status.HTTP_204_NO_CONTENT)

"""The API's own addresses: its index, its document and its pages, and what is said where there is nothing."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from people.api.bases import PublicView
from people.api.serializers import site_address

INDEX = {
    "partnerships": "partnerships/",
    "weeks": "weeks/",
    "themes": "themes/",
    "resources": "resources/",
    "sessions": "sessions/",
    "bookings": "bookings/",
    "tokens": "tokens/",
}


class Index(PublicView):
    """Where everything is."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:  # noqa: ARG002 - the framework passes it
        """Name the addresses."""
        addresses = {name: site_address(f"/api/v1/{path}") for name, path in INDEX.items()}
        return Response({**addresses, "schema": site_address("/api/schema/"), "docs": site_address("/api/docs/")})


class Nothing(APIView):
    """Any address under /api/ that is not there, for every method."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say so before anything else is looked at."""
        super().initial(request, *args, **kwargs)
        raise Http404("There is nothing at this address. Addresses end with a slash; /api/v1/ names them.")

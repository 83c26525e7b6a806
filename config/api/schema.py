"""The OpenAPI document, and what every call has in common in it."""

from functools import cache
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

MEBIBYTE_SENTENCE: Final = "Bodies are JSON in UTF-8, of at most 1 MiB; a name that is not known is refused."
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A fault, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "For programs; it does not change."},
        "errors": {
            "type": "object",
            "description": "Sentences by field, with dots between a field and the one it stands in.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "booking": {"$ref": "#/components/schemas/BookingAnswer"},
    },
}
FAULT: Final = {
    "description": "A fault, or a refusal (409) with its own code.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": (
        "Sent again with the same body within 24 hours, it gives the first answer again, with the header "
        "Idempotent-Replayed: true."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library has no types
    """How a token is sent."""

    target_class = "people.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer"}


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library has no types
    """How a browser's session is sent."""

    target_class = "people.api.authentication.SessionAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """Return the scheme; the cookie's name is that of a production site."""
        return {"type": "apiKey", "in": "cookie", "name": "__Host-session"}


def say_what_all_share(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add to the document how faults look, and the key that every POST may carry."""
    result["info"]["description"] += f" {MEBIBYTE_SENTENCE}"
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method, operation in path.items():
            operation["responses"]["default"] = FAULT
            if method == "post":
                operation["parameters"] = [*operation.get("parameters", []), KEY]
    return result


@cache
def document() -> dict[str, Any]:
    """Return the document; it is the same for everybody, so it is made once."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the library has no types
    return made


class Schema(SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON as the header Accept says."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, *_: Any, **__: Any) -> Response:  # noqa: ARG002 - the framework passes it
        """Answer with the document."""
        return Response(document(), headers={"Cache-Control": "public, max-age=300"})


class Docs(SpectacularSwaggerSplitView):
    """The document as pages, with script and style from this site only."""

    authentication_classes = ()
    template_name = "api/docs.html"
    url_name = "api-schema"

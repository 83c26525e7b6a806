"""What programs read and write about partnerships and tokens."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from people.api.fields import Body, Name
from people.models import ApiToken, Partnership


def site_address(path: str) -> str:
    """Return an address of this site as the outside world writes it."""
    return f"{settings.SITE_URL}{path}"


class PartnershipAnswer(serializers.Serializer[Partnership]):
    """A partnership."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    area = serializers.CharField(help_text="The name of the area it works for.")
    website = serializers.URLField(allow_blank=True)
    contact_email = serializers.EmailField()
    calendar_url = serializers.URLField()

    def to_representation(self, instance: Partnership) -> dict[str, Any]:
        """Return plain values; the row comes with its area."""
        return {
            "slug": instance.slug,
            "name": instance.name,
            "short_name": instance.short_name,
            "area": instance.area.name,
            "website": instance.website,
            "contact_email": instance.contact_email,
            "calendar_url": site_address(f"/calendar/partnerships/{instance.slug}.ics"),
        }


class TokenAnswer(serializers.Serializer[ApiToken]):
    """A token, without its secret."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    scope = serializers.ChoiceField(ApiToken.Scope.choices)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class NewTokenAnswer(TokenAnswer):
    """A token just made; the only answer that carries the secret."""

    token = serializers.CharField(
        allow_null=True, help_text="The secret, shown once; null where an answer is given again."
    )


class TokenBody(Body):
    """What a new token should be called and may do."""

    name = Name(max_length=100, required=False, default="", allow_blank=True)
    scope = serializers.ChoiceField(
        ApiToken.Scope.choices,
        required=False,
        default=ApiToken.Scope.WRITE,
        error_messages={"invalid_choice": "A scope is read or write."},
    )

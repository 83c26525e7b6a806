"""The shapes of what programs send: strict about types, unknown names and what no mail or calendar can carry."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import EmailValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from people.text import (
    LONGEST_ADDRESS,
    normal_email,
    validate_address,
    validate_line,
    validate_name,
    validate_paragraphs,
)
from people.web_addresses import INVALID, LONGEST, web_address_in

RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})\Z", re.ASCII | re.IGNORECASE
)
YEARS: Final = range(2000, 2100)
LARGEST_ID: Final = 2**63 - 1
MOST_UNKNOWN_NAMED: Final = 10


class Body(serializers.Serializer[Any]):
    """A JSON object all of whose names are known."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the checked values; raises ValidationError that names every bad and every unknown field."""
        errors: dict[str, Any] = {}
        value: dict[str, Any] = {}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors = dict(error.detail) if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))[:MOST_UNKNOWN_NAMED]
            errors |= {name[:80]: ["There is no field of this name here."] for name in unknown}
        if errors:
            raise serializers.ValidationError(errors)
        return value


class NoBody(Body):
    """Nothing is sent."""


class Line(serializers.CharField):
    """A text of one line, 200 characters unless told."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.validators.append(validate_line)

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raises ValidationError for anything that is no text."""
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class Name(Line):
    """A line that people know something or somebody by: a letter or digit must show."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(validate_name)


class Paragraphs(Line):
    """A text of some paragraphs, 5,000 characters unless told."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 5000)
        super().__init__(**kwargs)
        self.validators.remove(validate_line)
        self.validators.append(validate_paragraphs)


class WebAddress(serializers.URLField):
    """A web address, 2,000 characters unless told."""

    default_error_messages = {"invalid": INVALID}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """Return the address; raises ValidationError for anything that is no text or more than an address."""
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return web_address_in(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class EmailAddress(serializers.EmailField):
    """An address, brought into the one form it is stored in, as in `people.fields.AddressField`."""

    default_error_messages = {"invalid": "Write an address such as name@example.org."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_ADDRESS, **kwargs)
        self.validators = [one for one in self.validators if not isinstance(one, EmailValidator)]  # checked below

    def to_internal_value(self, data: Any) -> str:
        """Return the normal form; raises ValidationError for anything that is no address."""
        if not isinstance(data, str):
            self.fail("invalid")
        address = normal_email(data)
        try:
            validate_address(address)
        except DjangoValidationError:
            self.fail("invalid")
        return address


@extend_schema_field({"type": "string", "format": "date-time"})
class Instant(serializers.Field[datetime, Any, str, Any]):
    """A time in RFC 3339, with its offset from UTC."""

    default_error_messages = {
        "invalid": "Write a time with its offset from UTC, such as 2027-06-22T09:30:00+01:00.",
        "far": "Write a year from 2000 to 2099.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        """Return the aware moment; raises ValidationError without an offset, so that no hour is guessed."""
        if not isinstance(data, str) or not RFC3339.match(data):
            self.fail("invalid")
        try:
            moment = datetime.fromisoformat(data.upper())
        except ValueError:
            self.fail("invalid")
        if moment.year not in YEARS or moment.astimezone(UTC).year not in YEARS:
            self.fail("far")
        return moment

    def to_representation(self, value: datetime) -> str:
        """Return the moment as it stands."""
        return value.isoformat()


class Identifier(serializers.IntegerField):
    """The id of something: a whole number above 0, not a text and not a truth value."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError for anything else."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class Count(serializers.IntegerField):
    """How many: a whole number the database can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=1_000_000, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError for anything else."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data

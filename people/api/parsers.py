"""Bodies: JSON in UTF-8, of bounded size."""

import json
from collections.abc import Mapping
from typing import IO, Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from people.text import CONTROL_OR_BREAK

TOO_LARGE: Final = "The body is too large."


class JsonParser(BaseParser):
    """Reads JSON as RFC 8259 has it: UTF-8, no NaN, no name twice in one object."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the framework passes it
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework passes it
    ) -> Any:
        """Return the value; raises ParseError, and RequestDataTooBig past DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig(TOO_LARGE)
        try:
            return json.loads(body.decode(), object_pairs_hook=_members, parse_constant=_refuse_constant)
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except json.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from error
        except ValueError as error:
            raise ParseError("The body holds a number with too many digits.") from error


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members; raises ParseError for a name that is there twice or cannot be printed."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ParseError("The body has a name twice in one object.")
    if any(CONTROL_OR_BREAK.search(name) for name in members):
        raise ParseError("The body has a control character in a name.")
    return members


def _refuse_constant(name: str) -> Any:
    """Refuse NaN and the infinities, which are JavaScript but not JSON."""
    raise ParseError(f"The body is not JSON: {name} is no value.")

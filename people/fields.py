"""Model fields that refuse what no mail, calendar or spreadsheet can carry."""

from typing import Any

from django.db import models

from people.text import validate_line, validate_paragraphs
from people.web_addresses import LONGEST, WebAddressFormField


class LineField(models.CharField[str, str]):
    """A text of one line, 200 characters unless told; control characters are refused."""

    default_validators = [validate_line]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 200, **kwargs})


class ParagraphsField(models.TextField[str, str]):
    """A text of some paragraphs, 5,000 characters unless told; control characters are refused."""

    default_validators = [validate_paragraphs]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 5000, **kwargs})


class WebAddressField(models.URLField[str, str]):
    """A web address, 2,000 characters unless told: a link to a meeting alone may have hundreds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": LONGEST, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form field that cleans what is pasted."""
        return super().formfield(**{"form_class": WebAddressFormField, **kwargs})

"""Fields that refuse what no mail, calendar or spreadsheet can carry.

To the database a name is a line and an address is Django's: only what is taken differs, so no migration speaks of it.
"""

from typing import Any

from django import forms
from django.db import models

from people.text import normal_email, validate_address, validate_line, validate_name, validate_paragraphs
from people.web_addresses import LONGEST, WebAddressFormField


class AddressField(forms.EmailField):
    """An e-mail address in a form, brought into the one form it is stored in before it is checked."""

    default_validators = [validate_address]

    def to_python(self, value: Any) -> Any:
        """Return the normal form of what was typed."""
        return normal_email(super().to_python(value) or "")


class EmailAddressField(models.EmailField[str, str]):
    """An e-mail address of a row, brought into its normal form when the row is checked."""

    default_validators = [validate_address]

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Return the normal form; raises ValidationError for what is no address."""
        return super().clean(normal_email(value) if isinstance(value, str) else value, model_instance)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Return the field for a form."""
        return super().formfield(**{"form_class": AddressField, **kwargs})

    def deconstruct(self) -> Any:
        """Return the field as migrations write it."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


class LineField(models.CharField[str, str]):
    """A text of one line, 200 characters unless told; control characters are refused, and what nobody can see."""

    default_validators = [validate_line]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 200, **kwargs})


class NameField(LineField):
    """A line that people know something or somebody by: a letter or digit must show."""

    default_validators = [validate_line, validate_name]

    def deconstruct(self) -> Any:
        """Return the field as migrations write it."""
        name, _, args, kwargs = super().deconstruct()
        return name, "people.fields.LineField", args, kwargs


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

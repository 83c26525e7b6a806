"""The address of something new, made of its name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from events.errors import Busy

LONGEST_STEM = 70
RESERVED = "new"  # the page where one is added stands at this address


def insert_named(row: Any) -> None:
    """Store a new row, whose slug becomes the first free one of its name.

    Raises ValidationError from the model, and Busy where somebody took the same slug meanwhile.
    """
    stem = slugify(row.name)[:LONGEST_STEM].strip("-") or "unnamed"
    taken = {RESERVED, *type(row)._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True)}
    numbers = range(2, len(taken) + 3)
    row.slug = next(slug for slug in (stem, *(f"{stem}-{number}" for number in numbers)) if slug not in taken)
    try:
        row.full_clean()
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as error:
        if "slug" in error.message_dict:  # it was free a moment ago
            raise Busy(Busy.__doc__) from error
        raise
    except IntegrityError as error:
        raise Busy(Busy.__doc__) from error

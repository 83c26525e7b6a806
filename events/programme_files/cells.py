"""What the text of a cell means: days, times, lists, yes and no, and the rows it names."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from events.wall_time import LONDON, YEARS, instant
from people.text import validate_line

ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
DAY_FIRST: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
CLOCK: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{6})?)?([+-][0-9]{2}:[0-9]{2})?")
YES_OR_NO: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def day_of(text: str) -> date:
    """Return the day a text names: ISO, or day/month/year where that can be read in one way only.

    Raises ValidationError for every other notation, and for a day that is not in the calendar.
    """
    if match := ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        if day <= 12 and month <= 12 and day != month:
            raise ValidationError(f"{text} can be read in two ways; write the day as 2024-06-24.", code="ambiguous_day")
    else:
        raise ValidationError(f"“{text}” is not a day; write it as 2024-06-24.", code="invalid")
    if year not in YEARS:
        raise ValidationError(f"{text} lies outside the years 2000 to 2099.", code="far")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValidationError(
            f"{text} is not a day of the calendar; write it as 2024-06-24.", code="invalid"
        ) from error


def moment_of(day: date, clock: str, zone: ZoneInfo = LONDON) -> datetime:
    """Return the instant, in UTC, of a time on a zone's clock, written HH:MM.

    Seconds, and an offset such as ``01:30+01:00`` that tells apart an hour that comes twice, may follow; files we
    write have them only where the time cannot be said without. Raises ValidationError for another notation, for
    a time that never comes or comes twice, and for an offset the zone does not have then.
    """
    try:
        spoken = time.fromisoformat(clock) if CLOCK.fullmatch(clock) else None
    except ValueError:
        spoken = None
    if spoken is None:
        raise ValidationError(f"“{clock}” is not a time; write it as 08:30, by the 24-hour clock.", code="invalid")
    if spoken.tzinfo is None:
        return instant(day, spoken, zone).astimezone(UTC)
    moment = datetime.combine(day, spoken)
    if moment.astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ValidationError(f"{clock} is not a time of {zone.key} on {day}: the offset is another.", code="offset")
    return moment.astimezone(UTC)


def clock_of(moment: datetime, zone: ZoneInfo = LONDON) -> str:
    """Return the time on a zone's clock as `moment_of` reads it back to the same instant."""
    local = moment.astimezone(zone)
    text = local.time().isoformat("auto" if local.second or local.microsecond else "minutes")
    try:
        instant(local.date(), local.time().replace(fold=0), zone)
    except ValidationError:
        return text + local.isoformat()[-6:]
    return text


def stamp_of(text: str, zone: ZoneInfo = LONDON) -> datetime:
    """Return the instant of a day and a time in one text, ``2024-06-24 09:00``; raises as its two parts do."""
    day, _, clock = text.replace("T", " ", 1).partition(" ")
    if not clock:
        raise ValidationError(f"“{text}” is not a day and a time; write it as 2024-06-24 09:00.", code="invalid")
    return moment_of(day_of(day), clock.strip(), zone)


def written_stamp(moment: datetime | None, zone: ZoneInfo = LONDON) -> str:
    """Return an instant as `stamp_of` reads it; nothing for None."""
    return f"{moment.astimezone(zone):%Y-%m-%d} {clock_of(moment, zone)}" if moment else ""


def items_of(text: str) -> list[str]:
    """Return the items of a list in one cell: commas between them, quotes around an item that has a comma itself.

    Raises ValidationError where quotes do not match or an item stands twice.
    """
    try:
        rows = list(csv.reader([text], skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise ValidationError("Put commas between the items and matching quotes around them.", code="list") from error
    items = [item.strip() for row in rows for item in row if item.strip()]
    for item in items:
        validate_line(item)
        if items.count(item) > 1:
            raise ValidationError(f"“{item}” stands here twice.", code="twice")
    return items


def written_items(items: Iterable[object]) -> str:
    """Return a list as `items_of` reads it."""
    texts = [str(item).strip() for item in items]
    return ", ".join('"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text for text in texts)


def written(value: object) -> str:  # noqa: PLR0911 - one line for each kind of value
    """Return a value as a cell's text; instants by London's clock, rows by their slug."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return written_stamp(value)
        case date():
            return value.isoformat()
        case list():
            return written_items(getattr(item, "slug", item) for item in value)
        case models.Model():
            return str(getattr(value, "slug"))  # noqa: B009 - not every model has one; those that cells name do
        case _:
            return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


class DayField(forms.Field):
    """A day."""

    def to_python(self, value: Any) -> date | None:
        """Return the day, or None for an empty cell."""
        return day_of(value) if value else None


class StampField(forms.Field):
    """A day and a time by London's clock."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the instant, or None for an empty cell."""
        return stamp_of(value) if value else None


class YesNoField(forms.Field):
    """A claim that holds or not."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> bool:
        """Return what the cell says; an empty one says no."""
        if not value:
            return False
        if (answer := YES_OR_NO.get(str(value).lower())) is None:
            raise ValidationError(f"“{value}” is neither true nor false.", code="invalid")
        return answer


class ItemsField(forms.Field):
    """A list of short texts."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> list[str]:
        """Return the items, in the order they stand."""
        return items_of(value or "")


class OneField(forms.Field):
    """A row of another table, named by its slug."""

    def __init__(self, model: Any, *, required: bool = True) -> None:
        super().__init__(required=required)
        self.model = model

    def to_python(self, value: Any) -> models.Model | None:
        """Return the row, or None for an empty cell."""
        return find_named(self.model, value, ("slug",)) if value else None


class ManyField(forms.Field):
    """Rows of another table in one cell, each named by its slug or by whatever else ``lookups`` try in turn."""

    def __init__(self, model: type[models.Model], *lookups: str) -> None:
        super().__init__(required=False)
        self.model, self.lookups = model, ("slug", *lookups)

    def to_python(self, value: Any) -> list[models.Model]:
        """Return the rows, in the order they are named."""
        found = [find_named(self.model, item, self.lookups) for item in items_of(value or "")]
        if len(set(found)) < len(found):
            raise ValidationError("The same thing is named here twice.", code="twice")
        return found


def find_named(model: Any, name: str, lookups: Iterable[str]) -> models.Model:
    """Return the row of this name; raises ValidationError, code ``not_there``, where there is none."""
    for lookup in lookups:
        row: models.Model | None = model.objects.filter(**{lookup: name}).first()
        if row:
            return row
    words = {"thing": model._meta.verbose_name, "name": name}
    raise ValidationError("There is no %(thing)s “%(name)s”.", code="not_there", params=words)


def form_field(field: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    """Return the form field that reads a model field from a cell; `forms.ModelForm` calls this for each."""
    special: Mapping[type[models.Field[Any, Any]], Callable[[], forms.Field]] = {
        models.BooleanField: YesNoField,
        models.DateTimeField: lambda: StampField(required=not field.blank),
        models.DateField: lambda: DayField(required=not field.blank),
        models.JSONField: ItemsField,
        models.ForeignKey: lambda: OneField(field.related_model, required=not field.blank),
    }
    if make := special.get(type(field)):
        return make()
    if field.choices:
        known = ", ".join(str(value) for value, _ in field.flatchoices)
        options["error_messages"] = {"invalid_choice": f"“%(value)s” is none of {known}."}
    made: forms.Field | None = field.formfield(**options)
    return made

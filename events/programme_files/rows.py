"""What the tables have in common: a row of cells becomes a row of the database, and is written back as cells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from events.programme_files.cells import written


def by_slug(rows: Iterable[Any]) -> list[Any]:
    """Return rows by slug: the order in which a list without an order of its own is written."""
    return sorted(rows, key=lambda row: row.slug)


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # the model differs by table
    """One row. A subclass names its table, the columns that identify a row, and the model behind it.

    Columns that are no plain fields of the model are declared on the form; `extras` reads them from a stored row
    and `write` stores them. ``fetched`` names the relations that the cells of a row are read from.
    """

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    fetched: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def columns(cls) -> list[str]:
        """Return the column names in the order files have them."""
        return list(cls().fields)

    @classmethod
    def for_cells(cls, cells: Mapping[str, str]) -> Self:
        """Return the bound form of a row: columns the file leaves out keep what is stored, or the default."""
        stored = cls.find(cells) or cls._meta.model()
        form = cls(instance=stored)
        form.before = form.stored_cells()
        form.data, form.is_bound = {**form.before, **cells}, True
        return form

    @classmethod
    def of(cls, stored: Sequence[models.Model]) -> list[dict[str, str]]:
        """Return stored rows as cells, in their order; as many queries for one row as for many."""
        models.prefetch_related_objects(stored, *cls.fetched)
        return [cls(instance=row).stored_cells() for row in stored]

    @classmethod
    def find(cls, cells: Mapping[str, str]) -> models.Model | None:
        """Return the stored row with the key of these cells; None where there is none or the key cannot be read."""
        try:
            wanted = {name: cls.base_fields[name].clean(cells.get(name, "")) for name in cls.key}
        except ValidationError:
            return None
        model: Any = cls._meta.model
        found: models.Model | None = model.objects.filter(**wanted).first()
        return found

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.before: dict[str, str] = {}
        self.is_new = self.instance.pk is None

    def stored_cells(self) -> dict[str, str]:
        """Return the instance as cells, by column."""
        extras = self.extras()
        values = {name: extras[name] if name in extras else getattr(self.instance, name, None) for name in self.fields}
        return {name: written(value) for name, value in values.items()}

    def extras(self) -> dict[str, object]:
        """Return the values of the columns that are no plain fields of the model."""
        return {}

    def wanted_cells(self) -> dict[str, str]:
        """Return the row as the file wants it, once valid, in the one way a cell is written."""
        return {name: written(value) for name, value in self.cleaned_data.items()}

    def changes(self) -> dict[str, tuple[str, str]]:
        """Return by column what is stored and what the file wants, where they differ."""
        wanted = self.wanted_cells()
        return {name: (self.before[name], wanted[name]) for name in self.fields if self.before[name] != wanted[name]}

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:  # noqa: ARG002 - subclasses need them
        """Store the row; called once it is valid, with what changes, in the caller's transaction."""
        self.save()


class AliasedRow(RowForm):
    """A row with other names, none of which two rows may share."""

    alias_model: Any
    owner: str

    def extras(self) -> dict[str, object]:
        """Return the other names."""
        return {"aliases": [] if self.is_new else sorted(alias.name for alias in self.instance.aliases.all())}

    def clean_aliases(self) -> list[str]:
        """Refuse the name of another row; return the names in alphabetical order, as they are kept."""
        names: list[str] = sorted(self.cleaned_data["aliases"])
        for name in names:
            others = self.alias_model.objects.filter(name__iexact=name).exclude(
                **{f"{self.owner}_id": self.instance.pk}
            )
            if others.exists():
                raise ValidationError(f"“{name}” is another name of something else already.", code="taken")
        return names

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:
        """Store the row, and its other names where they change."""
        super().write(changes, at=at)
        if "aliases" in changes:
            wanted = self.cleaned_data["aliases"]
            for alias in self.instance.aliases.exclude(name__in=wanted):
                alias.delete()
            for name in set(wanted) - {alias.name for alias in self.instance.aliases.all()}:
                alias = self.alias_model(**{self.owner: self.instance, "name": name})
                alias.full_clean()
                alias.save()

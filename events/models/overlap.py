"""What may not happen twice at one time: a constraint over spans of time, for both databases."""

from typing import Any, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Func, Model, Q

SPAN: Final = Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField())


class NoOverlap(ExclusionConstraint):
    """Rows of one ``owner`` that meet the condition never overlap from ``starts_at`` to ``ends_at``, the end excluded.

    PostgreSQL keeps it by an exclusion constraint, whoever writes. SQLite has none: there `validate` looks, and
    holds because whoever writes has the database's one write lock. `validate` names the row that is in the way
    as ``%(other)s`` and speaks of the owner's field.
    """

    def __init__(self, *, name: str, owner: str, condition: Q, violation_error_message: str) -> None:
        self.owner = owner
        super().__init__(
            name=name,
            expressions=[(owner, RangeOperators.EQUAL), (SPAN, RangeOperators.OVERLAPS)],
            condition=condition,
            violation_error_message=violation_error_message,
        )

    def deconstruct(self) -> Any:
        """Return what a migration writes."""
        path, args, kwargs = super().deconstruct()
        del kwargs["expressions"]
        return path, args, {**kwargs, "owner": self.owner}

    def constraint_sql(self, model: type[Model] | None, schema_editor: Any) -> Any:
        """Return the constraint for PostgreSQL, and nothing for a database that has no such thing."""
        is_known = schema_editor.connection.vendor == "postgresql"
        return super().constraint_sql(model, schema_editor) if is_known else None

    def create_sql(self, model: type[Model] | None, schema_editor: Any) -> Any:
        """Return the statement that adds it, where the database can keep it."""
        is_known = schema_editor.connection.vendor == "postgresql"
        return super().create_sql(model, schema_editor) if is_known else None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Raise ValidationError where another row of the same owner overlaps this one."""
        fields = {self.owner, "starts_at", "ends_at"}
        if fields & set(exclude or ()) or getattr(instance, f"{self.owner}_id") is None:
            return
        if not (instance.starts_at and instance.ends_at):
            return
        condition = self.condition or Q()
        if not condition.check(instance._get_field_expression_map(meta=model._meta, exclude=exclude), using=using):
            return
        others = model._default_manager.using(using).filter(
            condition,
            **{self.owner: getattr(instance, f"{self.owner}_id")},
            starts_at__lt=instance.ends_at,
            ends_at__gt=instance.starts_at,
        )
        if other := others.exclude(pk=instance.pk).first():
            words = str(self.violation_error_message) % {"other": other}
            raise ValidationError({self.owner: ValidationError(words, code="overlap")})

"""Checks of a row before it is written, in one statement instead of one for each."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import FieldError
from django.db import models, router
from django.db.models import CheckConstraint, Q


class CheckedAtOnce(models.Model):
    """A model with many check constraints; a full clean asks the database once whether all of them hold.

    Only where one does not hold is each asked for by itself, so that errors stay those of the constraints.
    """

    held: Collection[str] = ()  # the constraints that were found to hold

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError with every constraint that is broken, but for those that refer to an excluded field."""
        self.held = self._checks_that_hold(exclude)
        try:
            super().validate_constraints(exclude)
        finally:
            self.held = ()

    def get_constraints(self) -> list[Any]:
        """Return the constraints of each class that are still to be asked for."""
        return [
            (model, [one for one in constraints if one.name not in self.held])
            for model, constraints in super().get_constraints()
        ]

    def _checks_that_hold(self, exclude: Collection[str] | None) -> Collection[str]:
        """Return the names of all check constraints where all hold, and none where one does not or cannot be asked."""
        checks = [one for one in self._meta.constraints if isinstance(one, CheckConstraint)]
        row: Any = self
        against = row._get_field_expression_map(meta=self._meta, exclude=exclude)
        asked = [one for one in checks if _fields_of(type(self), one) <= against.keys()]
        try:
            together = Q(*(one.condition for one in asked)).check(
                against, using=router.db_for_write(type(self), instance=self)
            )
        except FieldError:
            return ()
        return {one.name for one in asked} if together else ()


def _fields_of(model: Any, check: CheckConstraint) -> set[str]:
    """Return the names of the fields that a check refers to."""
    return {reference[0] for reference in model._get_expr_references(check.condition)}

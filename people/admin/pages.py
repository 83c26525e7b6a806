"""What every page of the admin has in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class Page(admin.ModelAdmin[Any]):
    """A kind of row in the admin; beside it stands what organisers and administrators may do with it.

    `people.permissions` turns the two lists into permissions of the groups that role grants put people in.
    """

    organisers_may: ClassVar[Sequence[str]] = ()
    administrators_may: ClassVar[Sequence[str]] = ("view", "add", "change", "delete")
    list_per_page = 50
    show_full_result_count = False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only the rows that this person sees in the admin."""
        within_sight(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def within_sight(db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """Narrow a foreign key's choices to what the other page's list shows this person."""
    other: type[Model] = db_field.remote_field.model
    if "queryset" not in kwargs and admin.site.is_registered(other):
        kwargs["queryset"] = admin.site.get_model_admin(other).get_queryset(request)


class ReadOnlyPage(Page):
    """Rows that nobody writes here."""

    administrators_may: ClassVar[Sequence[str]] = ("view",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the admin's signature
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody deletes."""
        return False

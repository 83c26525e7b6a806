"""Organisations, partnerships and their areas, for administrators."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin

from people.admin.pages import Page
from people.models import Area, Organisation, OrganisationAlias, Partnership, SafeguardingContact, Sector, Statement


class AliasInline(admin.TabularInline[Any, Any]):
    """Other names."""

    model = OrganisationAlias
    extra = 0


@admin.register(Organisation)
class OrganisationPage(Page):
    """Organisations and the names they go by."""

    list_display = ("name", "sector", "partnership_role", "valid_from", "valid_to")
    list_filter = ("sector", "partnership_role", "areas")
    list_select_related = ("sector",)
    search_fields = ("name", "aliases__name")
    autocomplete_fields = ("parent", "successor")
    filter_horizontal = ("areas",)
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name",)}
    inlines = (AliasInline,)


@admin.register(Sector)
class SectorPage(Page):
    """The groups of organisations that reports speak of."""

    list_display = ("name", "slug", "position")
    search_fields = ("name",)


class ContactInline(admin.TabularInline[Any, Any]):
    """Whom to call."""

    model = SafeguardingContact
    extra = 0


@admin.register(Area)
class AreaPage(Page):
    """Areas, and whom to call there if one is worried about a child."""

    organisers_may = ("view",)
    list_display = ("name", "slug", "position")
    search_fields = ("name",)
    inlines = (ContactInline,)


@admin.register(SafeguardingContact)
class SafeguardingContactPage(Page):
    """The numbers that stand on every page."""

    list_display = ("area", "audience", "phone", "verified_on")
    list_filter = ("area",)
    list_select_related = ("area",)
    search_fields = ("phone", "audience")


@admin.register(Partnership)
class PartnershipPage(Page):
    """Partnerships."""

    organisers_may = ("view",)
    list_display = ("name", "short_name", "area", "contact_email", "position")
    list_select_related = ("area",)
    search_fields = ("name", "short_name")


@admin.register(Statement)
class StatementPage(Page):
    """The versions of each partnership's statements; one that was published stays as it was."""

    organisers_may = ("view",)
    administrators_may = ("view", "add")
    list_display = ("partnership", "kind", "version", "in_force_on")
    list_filter = ("kind", "partnership")
    list_select_related = ("partnership",)
    search_fields = ("text",)

"""The tables of areas, organisations and partnerships: their columns, and how a row is checked and stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from events.programme_files.cells import ItemsField, ManyField, form_field
from events.programme_files.rows import AliasedRow, RowForm, by_slug
from people.models import Area, Organisation, OrganisationAlias, Partnership, SafeguardingContact, Sector


class AreaRow(RowForm):
    """An area."""

    table, key = "areas", ("slug",)

    class Meta:
        model = Area
        fields = ["slug", "name", "position"]
        formfield_callback = form_field


class SectorRow(RowForm):
    """A sector."""

    table, key = "sectors", ("slug",)

    class Meta:
        model = Sector
        fields = ["slug", "name", "position"]
        formfield_callback = form_field


class OrganisationRow(AliasedRow):
    """An organisation; a parent or successor stands further up in the file."""

    table, key = "organisations", ("slug",)
    fetched = ("sector", "parent", "successor", "areas", "aliases")
    alias_model, owner = OrganisationAlias, "organisation"
    areas = ManyField(Area)
    aliases = ItemsField()

    class Meta:
        model = Organisation
        fields = ["slug", "name", "sector", "partnership_role", "parent", "successor", "valid_from", "valid_to"]
        formfield_callback = form_field

    def extras(self) -> dict[str, object]:
        """Return areas and other names."""
        return {**super().extras(), "areas": [] if self.is_new else by_slug(self.instance.areas.all())}

    def clean_areas(self) -> list[Any]:
        """Return the areas in the order they are written."""
        return by_slug(self.cleaned_data["areas"])

    def write(self, changes: Mapping[str, tuple[str, str]], *, at: datetime) -> None:
        """Store the row with its areas."""
        super().write(changes, at=at)
        if "areas" in changes:
            self.instance.areas.set(self.cleaned_data["areas"])


class PartnershipRow(RowForm):
    """A partnership."""

    table, key = "partnerships", ("slug",)
    fetched = ("area",)

    class Meta:
        model = Partnership
        fields = [
            "slug",
            "name",
            "short_name",
            "area",
            "website",
            "contact_email",
            "colour",
            "weeks_introduction",
            "position",
        ]
        formfield_callback = form_field


class SafeguardingContactRow(RowForm):
    """A number to call in an area."""

    table, key = "safeguarding_contacts", ("area", "audience")
    fetched = ("area",)

    class Meta:
        model = SafeguardingContact
        fields = ["area", "audience", "phone", "note", "verified_on", "position"]
        formfield_callback = form_field

"""From the name that somebody types to the organisation that is meant."""

from people.models import Organisation, OrganisationAlias


def known_names() -> list[str]:
    """Return the names of all organisations in order, for people to choose from while they type."""
    return list(Organisation.objects.order_by("name").values_list("name", flat=True))


def named(text: str) -> Organisation | None:
    """Return the organisation of this name or alias, whatever its capitals and spaces; None when we know none."""
    wanted = _folded(text)
    names = [
        *Organisation.objects.values_list("name", "pk"),
        *OrganisationAlias.objects.values_list("name", "organisation"),
    ]
    pk = next((pk for name, pk in names if _folded(name) == wanted), None)
    return Organisation.objects.get(pk=pk) if pk else None


def _folded(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(name.split()).casefold()

"""From a typed name to an organisation."""

import pytest

from people import organisations
from people.models import OrganisationAlias
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["Example School", "  example   SCHOOL ", "The Éxample", "the éxample"])
def test_named_when_name_or_alias_is_typed_in_any_case_then_finds_the_organisation(typed):
    organisation = OrganisationFactory(name="Example School")
    OrganisationAlias.objects.create(organisation=organisation, name="The Éxample")

    assert organisations.named(typed) == organisation


@pytest.mark.parametrize("typed", ["", "Example", "Example School 2"])
def test_named_when_nothing_is_called_so_then_finds_none(typed):
    OrganisationFactory(name="Example School")

    assert organisations.named(typed) is None


def test_known_names_when_asked_for_then_are_in_order():
    for slug in ("b-school", "a-school"):
        OrganisationFactory(slug=slug)

    assert organisations.known_names() == ["A School", "B School"]

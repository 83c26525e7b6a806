"""The site's own statements, and each partnership's under its name, with the versions that went before."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from config import statements
from people.models import Statement
from tests.factories import NOW, PartnershipFactory
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = NOW.date()
KINDS = ("accessibility", "privacy", "terms")


def add(version, in_force_on, *, kind="privacy", slug="hampshire", text="Ours."):
    """Add a version as the admin does."""
    statement = Statement(
        partnership=PartnershipFactory(slug=slug), kind=kind, version=version, in_force_on=in_force_on, text=text
    )
    statement.full_clean()
    statement.save()
    return statement


@pytest.mark.parametrize("kind", KINDS)
def test_statement_when_shown_then_says_its_own_version_and_date(client, kind):
    own = statements.OWN[kind]

    assert f"Version {own.number}, {own.since.day} {own.since:%B %Y}." in words(client.get(f"/{kind}/"))


@pytest.mark.parametrize(
    "part",
    [
        "partially compliant with the Web Content Accessibility Guidelines 2.2",
        "Accessibility Regulations 2018",
        "Disproportionate burden",
        "Not within the scope of the regulations",
        "within 10 working days",
        "Equality and Human Rights Commission (EHRC)",
        "Equality Advisory and Support Service (EASS)",
        "first prepared on 23 November 2026, and last reviewed on 25 November 2026",
    ],
)
def test_accessibility_statement_when_shown_then_has_what_the_regulations_ask_for(client, part):
    assert part in words(client.get("/accessibility/"))


@pytest.mark.parametrize("kind", KINDS)
def test_partnerships_statement_when_in_force_then_stands_under_its_name_with_older_ones_linked(client, kind):
    add(1, TODAY - timedelta(days=9), kind=kind, text="The first.")
    add(2, TODAY, kind=kind, text="The second.\n\n## A heading\n\n- a <b>point</b>")
    add(3, TODAY + timedelta(days=1), kind=kind, text="The third.")
    add(1, TODAY, kind=kind, slug="isle-of-wight", text="The Island's.")
    add(1, TODAY, kind=next(one for one in KINDS if one != kind), text="Of another kind.")

    answer = client.get(f"/{kind}/")

    page = words(answer)
    assert "Version 2, in force since 4 May 2027. The second. A heading" in page
    assert "<h3>A heading</h3><ul><li>a &lt;b&gt;point&lt;/b&gt;</li></ul>" in answer.content.decode()
    assert page.index("The second.") < page.index("The Island's.")
    assert "The first." not in page
    assert "The third." not in page
    assert "Of another kind." not in page
    assert '<a href="?partnership=hampshire&amp;version=1">' in answer.content.decode()
    old = client.get(f"/{kind}/?partnership=hampshire&version=1")
    assert "Version 1, in force from 25 April 2027 The first." in words(old)


@pytest.mark.parametrize(
    "query",
    [
        "partnership=hampshire&version=2",  # not in force yet
        "partnership=hampshire&version=9",
        "partnership=hampshire&version=x",
        "partnership=hampshire&version=²",
        "partnership=hampshire&version=99999999999999999999",
        "partnership=hampshire",
        "partnership=nowhere&version=1",
        "version=1",
    ],
)
def test_version_when_unknown_then_404(client, query):
    add(1, TODAY)
    add(2, TODAY + timedelta(days=1))

    assert client.get("/privacy/?partnership=hampshire&version=1").status_code == 200
    assert client.get("/terms/?partnership=hampshire&version=1").status_code == 404
    assert client.get(f"/privacy/?{query}").status_code == 404


@pytest.mark.parametrize(
    ("version", "in_force_on", "field"),
    [
        (1, TODAY, "version"),
        (3, TODAY, "version"),
        (2, TODAY - timedelta(days=1), "in_force_on"),
    ],
)
def test_version_when_it_does_not_follow_the_last_then_is_refused(version, in_force_on, field):
    add(1, TODAY)

    with pytest.raises(ValidationError) as refused:
        add(version, in_force_on)

    assert field in refused.value.message_dict
    assert Statement.objects.count() == 1
    assert add(2, TODAY).pk


def test_version_when_it_is_the_first_then_is_number_one():
    with pytest.raises(ValidationError, match="The next version is number 1"):
        add(2, date(2027, 1, 1))


@pytest.mark.parametrize("number", [1, 3])
def test_statement_when_partnerships_are_many_then_costs_the_same(client, django_assert_num_queries, number):
    for each in range(number):
        add(1, TODAY, slug=f"area-{each}")

    with django_assert_num_queries(3):  # the mailboxes, the statements, the numbers to call
        client.get("/privacy/")

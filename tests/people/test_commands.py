"""Tokens and roles from the shell."""

import pytest
from django.core.management import CommandError, call_command

from people.models import ApiToken, RoleGrant, User
from people.models.access import digest
from tests.api_client import Api
from tests.factories import OrganisationFactory, PartnershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def run(capsys, *words):
    call_command(*words)
    return capsys.readouterr().out


def test_create_api_token_then_it_is_alone_on_a_line_and_works(capsys):
    UserFactory(email="ada@example.org")

    out = run(capsys, "create_api_token", " Ada@Example.org")

    assert out.count("\n") == 1
    token = ApiToken.objects.get()
    assert (token.digest, token.scope) == (digest(out.strip()), "write")
    answer = Api().get("tokens/", headers={"Authorization": f"Bearer {out.strip()}"})
    assert answer.status_code == 200


def test_create_api_token_with_a_scope_then_it_is_narrowed(capsys):
    UserFactory(email="ada@example.org")

    run(capsys, "create_api_token", "ada@example.org", "--scope", "read", "--name", "Import")

    assert (ApiToken.objects.get().scope, ApiToken.objects.get().name) == ("read", "Import")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["nobody@example.org"], "Nobody has the address nobody@example.org"),
        (["gone@example.org"], "Nobody has the address gone@example.org"),
        (["ada@example.org", "--scope", "all"], "invalid choice"),
        (["ada@example.org", "--name", "x" * 101], "at most 100 characters"),
        (["ada@example.org", "--name", "a\nb"], "control characters"),
        ([], "required"),
    ],
)
def test_create_api_token_with_a_fault_then_told_and_none_is_made(words, part):
    UserFactory(email="ada@example.org")
    UserFactory(email="gone@example.org", is_active=False)

    with pytest.raises(CommandError, match=part):
        call_command("create_api_token", *words)
    assert not ApiToken.objects.exists()


def test_grant_when_nobody_is_there_then_made_and_given_the_role(capsys):
    PartnershipFactory()

    out = run(capsys, "grant", "organiser", "New@example.org", "--partnership", "hampshire")

    grant = RoleGrant.objects.get()
    assert (grant.user.email, grant.role, grant.partnership.slug) == ("new@example.org", "organiser", "hampshire")
    assert grant.user.is_staff
    assert out == "new@example.org: Organiser (Hampshire Safeguarding Children Partnership).\n"


def test_grant_twice_then_it_says_that_nothing_changed(capsys):
    OrganisationFactory()
    words = ("grant", "agency_lead", "ada@example.org", "--organisation", "example-school")

    run(capsys, *words)
    out = run(capsys, *words)

    assert "already" in out
    assert RoleGrant.objects.count() == 1


def test_grant_administrator_then_everywhere(capsys):
    assert "everywhere" in run(capsys, "grant", "administrator", "ada@example.org")
    assert User.objects.get().is_staff


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["king", "ada@example.org"], "invalid choice"),
        (["organiser", "ada@example.org"], "needs a partnership"),
        (["organiser", "ada@example.org", "--partnership", "kent"], "no partnership kent. There are: hampshire"),
        (["agency_lead", "ada@example.org", "--organisation", "x"], "no organisation x. There are: none yet"),
        (["agency_lead", "ada@example.org", "--partnership", "hampshire"], "needs an organisation"),
        (["administrator", "ada@example.org", "--partnership", "hampshire"], "administrator has neither"),
        (["organiser", "nobody", "--partnership", "hampshire"], "valid email"),
    ],
)
def test_grant_with_a_fault_then_told_and_nothing_is_written(words, part):
    PartnershipFactory()

    with pytest.raises(CommandError, match=part):
        call_command("grant", *words)
    assert not User.objects.exists()
    assert not RoleGrant.objects.exists()

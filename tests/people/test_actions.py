"""People made and roles given."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from people.actions import follow_grants, grant_role, person_with
from people.models import OrganisationAlias, RoleGrant, User
from people.permissions import led_organisations, organises
from tests.factories import NOW, OrganisationFactory, PartnershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_person_when_new_then_made_with_what_was_written():
    organisation = OrganisationFactory()
    OrganisationAlias.objects.create(organisation=organisation, name="The School")

    person = person_with(
        "ada@example.org", details={"name": "Ada", "organisation": "the school", "job_role": "Teacher"}
    )

    assert (person.name, person.organisation, person.organisation_name) == ("Ada", organisation, "the school")
    assert not person.has_usable_password()


def test_person_when_known_then_only_what_was_empty_is_filled():
    UserFactory(email="ada@example.org", name="Ada", organisation_name="", job_role="")

    person = person_with("ada@example.org", details={"name": "Eve", "job_role": "Nurse", "organisation": "Clinic"})

    person.refresh_from_db()
    assert (person.name, person.job_role, person.organisation_name) == ("Ada", "Nurse", "Clinic")
    assert person.organisation is None
    assert User.objects.count() == 1


@pytest.mark.parametrize(("email", "name"), [("nobody", "Ada"), ("ada@example.org", "a\nb")])
def test_person_when_a_detail_cannot_be_stored_then_refused(email, name):
    with pytest.raises(ValidationError):
        person_with(email, details={"name": name})

    assert not User.objects.exists()


def test_granting_organiser_then_the_admin_opens_with_that_roles_permissions():
    user = UserFactory()

    assert grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)

    user = User.objects.get()
    assert user.is_staff
    assert not user.is_superuser
    assert user.has_perm("events.change_session")
    assert user.has_perm("bookings.view_booking")
    assert not user.has_perm("people.view_user")
    assert not user.has_perm("people.add_rolegrant")


def test_granting_administrator_then_people_too_but_not_everything():
    grant_role(UserFactory(), "administrator", at=NOW)

    user = User.objects.get()
    assert user.has_perm("people.add_rolegrant")
    assert user.has_perm("people.change_user")
    assert not user.has_perm("people.add_apitoken")
    assert not user.has_perm("auth.add_group")


@pytest.mark.parametrize("role", ["agency_lead", "trainer", "analyst"])
def test_granting_another_role_then_the_admin_stays_closed(role):
    scope = {"agency_lead": {"organisation": OrganisationFactory()}, "analyst": {"partnership": PartnershipFactory()}}

    grant_role(UserFactory(), role, at=NOW, **scope.get(role, {}))

    assert not User.objects.get().is_staff


def test_granting_administrator_for_one_partnership_then_refused_by_the_database_too():
    user, partnership = UserFactory(), PartnershipFactory()

    with pytest.raises(ValidationError, match="for the whole site"):
        grant_role(user, "administrator", partnership=partnership, at=NOW)
    with pytest.raises(IntegrityError, match="role_grant_scope_fits_role"), transaction.atomic():
        RoleGrant.objects.create(user=user, role="administrator", partnership=partnership)
    assert grant_role(user, "trainer", partnership=partnership, at=NOW)


def test_administrator_then_organises_for_every_partnership_while_the_role_lasts():
    user, partnership = UserFactory(), PartnershipFactory()
    RoleGrant.objects.create(user=user, role="administrator", expires_at=NOW + timedelta(days=1))

    assert (user.administers(at=NOW), organises(user, [partnership], at=NOW)) == (True, True)
    later = NOW + timedelta(days=1)
    assert (user.administers(at=later), organises(user, [partnership], at=later)) == (False, False)


def test_granting_twice_then_nothing_changes_the_second_time():
    user, partnership = UserFactory(), PartnershipFactory()

    assert grant_role(user, "organiser", partnership=partnership, at=NOW)
    before = RoleGrant.objects.values().get(), set(Permission.objects.filter(group__user=user))
    assert not grant_role(user, "organiser", partnership=partnership, at=NOW + timedelta(days=1))
    assert (RoleGrant.objects.values().get(), set(Permission.objects.filter(group__user=user))) == before


def test_granting_again_what_has_an_end_then_it_has_none():
    user, partnership = UserFactory(), PartnershipFactory()
    RoleGrant.objects.create(user=user, role="organiser", partnership=partnership, expires_at=NOW)

    assert grant_role(user, "organiser", partnership=partnership, at=NOW)
    assert RoleGrant.objects.get().expires_at is None


@pytest.mark.parametrize(("end", "held_since"), [(NOW, NOW), (NOW + timedelta(seconds=1), NOW - timedelta(days=9))])
def test_granting_again_then_held_since_now_if_the_role_had_run_out(end, held_since):
    user, partnership = UserFactory(), PartnershipFactory()
    before = {"granted_at": NOW - timedelta(days=9), "expires_at": end}
    RoleGrant.objects.create(user=user, role="organiser", partnership=partnership, **before)

    grant_role(user, "organiser", partnership=partnership, at=NOW)

    assert RoleGrant.objects.get().granted_at == held_since


@pytest.mark.parametrize("role", ["organiser", "analyst", "agency_lead", "king"])
def test_granting_without_what_the_role_needs_then_refused_and_nothing_is_written(role):
    with pytest.raises(ValidationError):
        grant_role(UserFactory(), role, at=NOW)

    assert not RoleGrant.objects.exists()
    assert not Group.objects.exists()


def test_grants_that_ended_then_the_admin_closes_and_what_was_given_by_hand_stays():
    user, by_hand = UserFactory(), UserFactory()
    for person in (user, by_hand):
        grant_role(person, "organiser", partnership=PartnershipFactory(), at=NOW)
    by_hand.groups.add(Group.objects.create(name="Printers"))
    RoleGrant.objects.update(expires_at=NOW)

    follow_grants(user, at=NOW)
    follow_grants(by_hand, at=NOW)

    assert not user.groups.exists()
    assert not User.objects.get(pk=user.pk).is_staff
    assert [group.name for group in by_hand.groups.all()] == ["Printers"]
    assert User.objects.get(pk=by_hand.pk).is_staff


def test_superuser_without_grants_then_the_admin_stays_open():
    user = UserFactory(is_superuser=True, is_staff=True)

    follow_grants(user, at=NOW)

    assert user.is_staff


def test_reach_then_within_the_grants_time():
    partnership, organisation, user = PartnershipFactory(), OrganisationFactory(), UserFactory()
    later = NOW + timedelta(days=1)
    RoleGrant.objects.create(user=user, role="organiser", partnership=partnership, expires_at=later)
    RoleGrant.objects.create(user=user, role="agency_lead", organisation=organisation, expires_at=later)

    assert organises(user, [partnership], at=NOW)
    assert not organises(user, [partnership], at=later)
    assert not organises(user, [PartnershipFactory(slug="isle-of-wight")], at=NOW)
    assert list(led_organisations(user, at=NOW)) == [organisation]
    assert list(led_organisations(user, at=later)) == []

"""The admin as a whole, and its pages about people."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from events.models import Session, Venue
from people.actions import grant_role
from people.models import ApiToken, RoleGrant, User
from tests.factories import NOW, OrganisationFactory, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
OURS = [model for model in apps.get_models() if model._meta.app_label in {"people", "events", "bookings"}]
WITHOUT_A_PAGE = {
    "people.IdempotencyKey",  # kept answers, with what they say about people
    "people.OrganisationAlias",  # the rest stand inside another page
    "events.ThemeAlias",
    "events.WeekHost",
    "events.WeekPresentation",
    "events.DayTheme",
    "events.SessionHost",
    "events.SessionTrainer",
    "events.SessionPart",
    "events.ProgrammeRevision",  # a counter
    "events.PlannedChange",  # made and taken back on the organisers' pages alone
    "bookings.AccessNeed",  # read only by those who must act on it
    "bookings.EvaluationResponse",  # what people say about a session, on the organisers' pages without a name
    "bookings.EvaluationAnswer",
    "people.MailCount",  # digests and numbers, of a few days
}
PAGES = [model for model in OURS if admin.site.is_registered(model)]


@pytest.fixture
def root(client):
    client.force_login(UserFactory(email="root@example.org", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def administrator(client):
    user = UserFactory(email="administrator@example.org")
    grant_role(user, "administrator", at=NOW)
    client.force_login(user)
    return client


def page(model, what, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def test_every_model_of_ours_then_has_a_page_or_a_reason():
    without = {model._meta.label for model in OURS if not admin.site.is_registered(model)}

    assert without == WITHOUT_A_PAGE


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_list_and_search_and_form_then_they_open(root, model):
    make_booking(session=SessionFactory())

    assert root.get(page(model, "changelist")).status_code == 200
    assert root.get(page(model, "changelist"), {"q": "o'x%"}).status_code == 200
    for row in model._default_manager.all()[:1]:
        assert root.get(page(model, "change", row.pk)).status_code == 200
    expected = 200 if admin.site.get_model_admin(model).has_add_permission(root.get("/admin/").wsgi_request) else 403
    assert root.get(page(model, "add")).status_code == expected


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/events/session/"])
def test_admin_when_not_signed_in_then_the_code_sign_in_asks_and_comes_back(client, path):
    answer = client.get(path, follow=True)

    last, _ = answer.redirect_chain[-1]
    assert last.startswith("/sign-in/?")
    assert "next=" in last
    assert "password" not in answer.content.decode().lower()


def test_admin_when_signed_in_without_the_right_then_403(client):
    client.force_login(UserFactory())

    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("role", ["organiser", "administrator"])
def test_role_when_it_runs_out_then_the_admin_closes_at_that_moment(client, role):
    user, end = UserFactory(), NOW + timedelta(days=1)
    grant_role(user, role, partnership=PartnershipFactory() if role == "organiser" else None, at=NOW)
    RoleGrant.objects.update(expires_at=end)
    client.force_login(user)

    assert client.get(page(Session, "changelist")).status_code == 200
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert client.get("/admin/").status_code == 200
    with time_machine.travel(end, tick=False):
        assert not User.objects.get(pk=user.pk).get_all_permissions()
        for path in ("/admin/", "/admin/login/", page(Session, "changelist"), page(User, "changelist")):
            answer = client.get(path, follow=True)
            assert (answer.status_code, "password" in answer.content.decode()) == (403, False), path


def test_role_when_another_still_runs_then_only_the_other_permits(client):
    user = UserFactory()
    grant_role(user, "administrator", at=NOW)
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    RoleGrant.objects.filter(role="administrator").update(expires_at=NOW)
    client.force_login(user)

    assert client.get(page(Session, "changelist")).status_code == 200
    assert client.get(page(User, "changelist")).status_code == 403


def test_permission_given_by_hand_then_it_outlives_every_role(client):
    user = UserFactory()
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    user.user_permissions.add(Permission.objects.get(codename="view_venue"))
    RoleGrant.objects.update(expires_at=NOW)
    client.force_login(user)

    assert client.get(page(Venue, "changelist")).status_code == 200
    assert client.get(page(Session, "changelist")).status_code == 403


def test_organiser_then_no_page_about_people(client):
    user = UserFactory()
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    client.force_login(user)

    assert client.get("/admin/").status_code == 200
    assert client.get(page(User, "changelist")).status_code == 403
    assert client.get(page(RoleGrant, "changelist")).status_code == 403
    assert client.get(page(ApiToken, "changelist")).status_code == 403


def test_new_person_in_the_admin_then_without_a_password_and_with_the_normal_address(root):
    root.post(page(User, "add"), {"email": " New@Example.org", "name": "New", "is_active": "on"})

    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()


def test_administrator_then_cannot_give_rights_by_hand(administrator):
    user = UserFactory()
    form = {"email": user.email, "name": "Renamed", "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    administrator.post(page(User, "change", user.pk), form)

    user.refresh_from_db()
    assert (user.name, user.is_staff, user.is_superuser) == ("Renamed", False, False)


def test_administrator_then_cannot_change_somebody_who_may_do_everything(administrator):
    root = UserFactory(is_superuser=True, email="root@example.org")

    answer = administrator.post(page(User, "change", root.pk), {"email": "mine@example.org", "is_active": "on"})

    root.refresh_from_db()
    assert answer.status_code == 403
    assert root.email == "root@example.org"
    assert administrator.post(page(User, "delete", root.pk), {"post": "yes"}).status_code == 403


@pytest.fixture
def clerk(client):
    """Somebody who was given the pages about people by hand, and no role."""
    user = UserFactory(email="clerk@example.org", is_staff=True)
    verbs = [f"{verb}_{name}" for verb in ("view", "add", "change", "delete") for name in ("user", "rolegrant")]
    user.user_permissions.set(Permission.objects.filter(codename__in=verbs))
    client.force_login(user)
    return client


def test_person_who_administers_then_changed_by_those_who_administer_only(clerk, administrator):
    other = UserFactory(email="other@example.org")
    grant_role(other, "administrator", at=NOW)
    form = {"email": "mine@example.org", "name": "Mine", "is_active": "on"}

    assert administrator.post(page(User, "change", other.pk), {**form, "email": "new@example.org"}).status_code == 302
    clerk.force_login(User.objects.get(email="clerk@example.org"))

    assert clerk.post(page(User, "change", other.pk), form).status_code == 403
    assert clerk.post(page(User, "delete", other.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    assert clerk.post(page(User, "changelist"), chosen).status_code == 403
    assert User.objects.get(pk=other.pk).email == "new@example.org"
    plain = UserFactory()
    assert clerk.post(page(User, "change", plain.pk), form).status_code == 302
    assert User.objects.get(pk=plain.pk).email == "mine@example.org"


def test_role_of_administrator_then_given_and_taken_by_those_who_administer_only(clerk):
    other, partnership = UserFactory(email="other@example.org"), PartnershipFactory()
    grant_role(other, "administrator", at=NOW)
    grant = RoleGrant.objects.get()
    me = User.objects.get(email="clerk@example.org")

    answer = clerk.post(page(RoleGrant, "add"), {"user": me.pk, "role": "administrator"})

    assert "administrator is not one of the available choices" in answer.content.decode()
    assert clerk.post(page(RoleGrant, "change", grant.pk), {"role": "trainer"}).status_code == 403
    assert clerk.post(page(RoleGrant, "delete", grant.pk), {"post": "yes"}).status_code == 403
    assert list(RoleGrant.objects.all()) == [grant]
    form = {"user": me.pk, "role": "organiser", "partnership": partnership.pk}
    assert clerk.post(page(RoleGrant, "add"), form).status_code == 302


def test_administrator_of_one_partnership_in_the_admin_then_told_in_the_form(administrator):
    form = {"user": UserFactory().pk, "role": "administrator", "partnership": PartnershipFactory().pk}

    assert "for the whole site" in administrator.post(page(RoleGrant, "add"), form).content.decode()
    del form["partnership"]
    assert administrator.post(page(RoleGrant, "add"), form).status_code == 302


def test_grant_when_changed_then_it_stays_with_its_holder(administrator):
    holder, other, partnership = UserFactory(), UserFactory(), PartnershipFactory()
    grant_role(holder, "organiser", partnership=partnership, at=NOW)
    grant = RoleGrant.objects.get(user=holder)
    form = {"user": other.pk, "role": "analyst", "partnership": partnership.pk}

    assert administrator.post(page(RoleGrant, "change", grant.pk), form).status_code == 302

    grant.refresh_from_db()
    assert (grant.user, grant.role) == (holder, "analyst")
    assert not User.objects.filter(pk__in=[holder.pk, other.pk], is_staff=True).exists()


def test_granting_a_role_in_the_admin_then_its_holder_is_let_in_and_out_again(administrator):
    user, partnership = UserFactory(), PartnershipFactory()
    form = {"user": user.pk, "role": "organiser", "partnership": partnership.pk}

    administrator.post(page(RoleGrant, "add"), form)
    assert User.objects.get(pk=user.pk).is_staff
    grant = RoleGrant.objects.get(user=user)
    administrator.post(page(RoleGrant, "delete", grant.pk), {"post": "yes"})
    assert not User.objects.get(pk=user.pk).is_staff


def test_withdrawing_several_grants_at_once_then_their_holders_are_let_out(administrator):
    user = UserFactory()
    grant_role(user, "organiser", partnership=PartnershipFactory(), at=NOW)
    grant = RoleGrant.objects.get(user=user)

    chosen = {"action": "delete_selected", "_selected_action": [grant.pk], "post": "yes"}
    administrator.post(page(RoleGrant, "changelist"), chosen)

    assert not User.objects.get(pk=user.pk).is_staff


def test_grant_that_does_not_fit_then_told_in_the_form(administrator):
    answer = administrator.post(page(RoleGrant, "add"), {"user": UserFactory().pk, "role": "organiser"})

    assert "needs a partnership" in answer.content.decode()


def test_revoking_a_token_in_the_admin_then_it_is_and_its_secret_is_nowhere(administrator):
    secret = ApiToken.issue(UserFactory(), name="Import")
    token = ApiToken.objects.get()

    shown = administrator.get(page(ApiToken, "change", token.pk)).content.decode()
    administrator.post(page(ApiToken, "changelist"), {"action": "revoke", "_selected_action": [token.pk]})

    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert secret not in shown
    assert token.digest not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_people_then_as_many_queries_for_one_as_for_three(root, count, django_assert_num_queries):
    for number in range(count):
        UserFactory(organisation=OrganisationFactory(slug=f"organisation-{number}"))

    with django_assert_num_queries(5):
        root.get(page(User, "changelist"))

"""Organisers prove more than a code from a mail before they may act; everybody else need not."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings as site_settings
from django.contrib import admin
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import URLPattern

from events import organise_urls
from people.actions import grant_role
from people.checks import organisers_need_second_factor
from people.models import ApiToken, RoleGrant
from people.policies import missing_step
from people.second_factor import SecondFactorAdapter
from tests.api_client import Api, Browser
from tests.factories import NOW, OrganisationFactory, PartnershipFactory, UserFactory
from tests.people.second_factors import app_of, code_of, give_app, give_codes, use

pytestmark = pytest.mark.django_db
NEEDED = override_settings(ORGANISERS_NEED_SECOND_FACTOR=True)


def paths_of(patterns, prefix):
    """Return an address for every route below a prefix; each argument is something that may not be there."""
    for pattern in patterns:
        route = re.sub(r"<(int|path):[^>]*>", "1", str(pattern.pattern).replace("^", "").replace("$", ""))
        path = prefix + re.sub(r"<[^>]*>", "csv", route)
        if isinstance(pattern, URLPattern):
            yield re.sub(r"\(\?P.*", "", path)
        else:
            yield from paths_of(pattern.url_patterns, path)


ORGANISE = sorted(set(paths_of(organise_urls.urlpatterns, "/organise/")))
ADMIN = sorted(set(paths_of(admin.site.urls[0], "/admin/")))
PLAIN = [path for path in ORGANISE if "csv" not in path and "/1/" not in path]


def is_stopped(answer):
    """Say whether somebody was sent to prove more."""
    return answer.status_code == 302 and answer.headers["Location"].startswith("/me/security/")


@pytest.fixture
def organiser():
    person = UserFactory(email="organiser@example.org")
    grant_role(person, "organiser", partnership=PartnershipFactory(), at=NOW - timedelta(days=900))
    return person


@pytest.fixture
def root():
    return UserFactory(email="root@example.org", is_staff=True, is_superuser=True)


def test_routes_then_there_are_some_to_try():
    assert len(ORGANISE) > 30
    assert len(PLAIN) > 5
    assert len(ADMIN) > 50


@pytest.mark.parametrize("state", ["set up", "use"])
def test_every_page_of_organisers_when_no_second_factor_was_used_then_none_answers(client, organiser, state):
    if state == "use":
        give_app(organiser)
    client.force_login(organiser)
    to = {"set up": "/me/security/?next=", "use": "/me/security/confirm/?next="}[state]

    with NEEDED:
        for path in ORGANISE:
            for ask in (client.get, client.head, client.post):
                answer = ask(path)
                assert answer.status_code == 302, path
                assert answer.headers["Location"].startswith(to), path


def test_every_page_of_organisers_when_not_needed_then_none_is_stopped(client, organiser):
    client.force_login(organiser)

    for path in ORGANISE:
        assert not is_stopped(client.get(path)), path
    assert {path: client.get(path).status_code for path in PLAIN if not path.endswith("load/")} == {
        path: 200 for path in PLAIN if not path.endswith("load/")
    }


def test_every_page_of_the_admin_when_no_second_factor_was_used_then_none_answers(client, root):
    client.force_login(root)

    with NEEDED:
        for path in ADMIN:
            for ask in (client.get, client.head, client.post):
                assert is_stopped(ask(path)), path


def test_admin_when_not_needed_then_its_pages_answer(client, root):
    client.force_login(root)

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/people/user/").status_code == 200
    assert not any(is_stopped(client.get(path)) for path in ADMIN if "logout" not in path)


def test_pages_when_the_second_factor_was_used_then_they_answer(client, organiser):
    give_app(organiser)
    client.force_login(organiser)
    use(client, app_of(organiser))

    with NEEDED:
        assert client.get("/organise/").status_code == 200
        assert client.get("/admin/").status_code == 200


def test_step_when_a_staff_member_asks_then_one_query_more(client, organiser, django_assert_max_num_queries):
    give_app(organiser)
    client.force_login(organiser)
    use(client, app_of(organiser))
    client.get("/organise/")

    with django_assert_max_num_queries(50) as without:
        client.get("/organise/")
    with NEEDED, django_assert_max_num_queries(50) as needed:
        client.get("/organise/")

    assert len(needed) == len(without) + 1


@pytest.mark.parametrize("role", list(RoleGrant.Role))
def test_role_when_held_then_those_who_see_or_change_what_is_others_need_more(client, role):
    person = UserFactory()
    scope = {
        "organiser": {"partnership": PartnershipFactory()},
        "analyst": {"partnership": PartnershipFactory()},
        "agency_lead": {"organisation": OrganisationFactory()},
    }
    grant_role(person, role, at=NOW - timedelta(days=900), **scope.get(role, {}))
    client.force_login(person)

    with NEEDED:
        answer = client.get("/organise/")

    assert is_stopped(answer) == (role in {"organiser", "analyst", "administrator"})


def test_role_when_it_has_run_out_then_nothing_is_asked_and_the_page_is_not_there(client):
    person = UserFactory()
    grant_role(person, "analyst", partnership=PartnershipFactory(), at=NOW - timedelta(days=900))
    RoleGrant.objects.update(expires_at=NOW - timedelta(days=899))
    client.force_login(person)

    with NEEDED:
        assert client.get("/organise/").status_code == 404


def test_nobody_then_is_asked_to_sign_in_first(client):
    with NEEDED:
        assert client.get("/organise/").headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("method", "wanted"), [("get", "/organise/new/?a=1"), ("head", "/organise/new/?a=1"), ("post", "/organise/")]
)
def test_stopped_then_comes_back_to_the_page_and_never_repeats_a_post(client, organiser, method, wanted):
    client.force_login(organiser)

    with NEEDED:
        answer = getattr(client, method)("/organise/new/?a=1")

    assert answer.headers["Location"] == "/me/security/?next=" + wanted.replace("/", "%2F").replace("?", "%3F").replace(
        "=", "%3D"
    )


def set_up_app(client, **extra):
    """Set an app up on its page, and return its key and the answer."""
    page = client.get("/me/security/app/").content.decode()
    secret = re.search(r"Key: <code[^>]*>([A-Z2-7 ]+)<", page)[1].replace(" ", "")
    return secret, client.post("/me/security/app/", {"code": code_of(secret), **extra})


@pytest.mark.django_db(transaction=True)
def test_app_when_set_up_then_codes_are_shown_and_the_way_goes_on_to_the_organisers_page(client, organiser):
    client.force_login(organiser)

    with NEEDED:
        first = client.get("/organise/", follow=True).content.decode()
        secret, answer = set_up_app(client, next="/organise/")
        codes = client.get(answer.headers["Location"]).content.decode()
        arrived = client.get("/organise/")

    assert "Organisers need a second step" in first
    assert answer.headers["Location"] == "/me/security/recovery-codes/?next=%2Forganise%2F"
    assert codes.count("<li><code>") == 10
    assert 'href="/organise/">Continue' in codes
    assert arrived.status_code == 200
    assert secret not in str(app_of(organiser).data)
    assert mail.outbox[-1].to == [organiser.email]
    assert "An authenticator app was set up." in mail.outbox[-1].body


def test_app_when_the_code_is_wrong_then_nothing_is_kept(client, organiser):
    client.force_login(organiser)
    page = client.get("/me/security/app/").content.decode()

    answer = client.post("/me/security/app/", {"code": "000000x"})

    assert "Key: <code" in page
    assert "There is a problem" in answer.content.decode()
    assert not Authenticator.objects.exists()


def ask_and_type(client, email, wanted="/organise/"):
    """Sign in by a code, and return where that led."""
    asked = client.post("/sign-in/", {"email": email, "next": wanted})
    code = re.search(r"^\d{8}$", mail.outbox[-1].body, re.MULTILINE)[0]
    return client.post(asked.headers["Location"], {"code": code, "next": wanted})


@pytest.mark.parametrize("what", ["app", "recovery code"])
def test_sign_in_by_code_when_there_is_an_app_then_asks_for_it_and_goes_where_one_was_going(client, organiser, what):
    secret, codes = give_app(organiser), give_codes(organiser)

    with NEEDED:
        answer = ask_and_type(client, organiser.email)
        assert answer.headers["Location"] == "/sign-in/second-step/"
        assert "_auth_user_id" not in client.session
        assert client.get("/organise/").headers["Location"].startswith("/sign-in/")
        wrong = client.post("/sign-in/second-step/", {"code": "wrong"})
        right = client.post("/sign-in/second-step/", {"code": code_of(secret) if what == "app" else codes[0]})
        arrived = client.get("/organise/")

    assert "There is a problem" in wrong.content.decode()
    assert right.headers["Location"] == "/organise/"
    methods = [record["method"] for record in client.session["account_authentication_methods"]]
    assert methods == ["code", "mfa"]
    assert arrived.status_code == 200


@pytest.mark.parametrize("what", ["app", "recovery code"])
def test_sign_in_when_a_code_was_used_as_second_step_then_it_works_no_more(client, organiser, what):
    secret, codes = give_app(organiser), give_codes(organiser)
    with time_machine.travel(time.time(), tick=False):
        code = code_of(secret) if what == "app" else codes[0]
        for works in (True, False):
            client.logout()
            ask_and_type(client, organiser.email)
            client.post("/sign-in/second-step/", {"code": code})
            assert ("_auth_user_id" in client.session) == works


def test_second_step_when_wrong_five_times_then_the_right_code_waits_too(client, organiser):
    secret = give_app(organiser)
    ask_and_type(client, organiser.email)
    for _ in range(5):
        client.post("/sign-in/second-step/", {"code": "wrong"})

    answer = client.post("/sign-in/second-step/", {"code": code_of(secret)})

    assert "Too many tries" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_second_step_when_no_code_was_typed_before_then_back_to_the_start(client, organiser):
    give_app(organiser)

    assert client.get("/sign-in/second-step/").headers["Location"] == "/sign-in/"
    assert client.post("/sign-in/second-step/", {"code": "1"}).headers["Location"] == "/sign-in/"


def test_confirming_when_right_then_the_organisers_page_answers(client, organiser):
    secret = give_app(organiser)
    client.force_login(organiser)

    with NEEDED:
        stopped = client.get("/organise/new/")
        answer = client.post(stopped.headers["Location"], {"code": code_of(secret), "next": "/organise/new/"})
        arrived = client.get("/organise/new/")

    assert answer.headers["Location"] == "/organise/new/"
    assert arrived.status_code == 200


def test_confirming_when_next_is_another_site_then_stays_here(client, organiser):
    secret = give_app(organiser)
    client.force_login(organiser)

    answer = client.post("/me/security/confirm/?next=https://elsewhere.example.org/", {"code": code_of(secret)})

    assert answer.headers["Location"] == "/me/"
    assert (
        "elsewhere"
        not in client.get("/me/security/?next=https://elsewhere.example.org/")
        .content.decode()
        .split("<main")[1]
        .split("</main")[0]
    )


def test_second_factor_when_taken_away_then_a_visit_that_used_it_is_stopped_at_once(client, organiser):
    give_app(organiser)
    client.force_login(organiser)
    use(client, app_of(organiser))

    with NEEDED:
        before = client.get("/organise/").status_code
        Authenticator.objects.all().delete()
        after = client.get("/organise/")

    assert before == 200
    assert is_stopped(after)


def test_visit_when_it_used_anothers_app_then_it_does_not_count(client, organiser):
    give_app(organiser)
    other = UserFactory()
    give_app(other)
    client.force_login(organiser)
    use(client, app_of(other))

    with NEEDED:
        assert is_stopped(client.get("/organise/"))


@pytest.mark.parametrize(
    ("has", "used", "step"),
    [([], [], "set up"), ([], [1], "set up"), ([1], [], "use"), ([1], [2], "use"), ([1, 2], [2], ""), ([1], [1], "")],
)
def test_missing_step_then_follows_from_what_one_has_and_used(has, used, step):
    assert missing_step(has=has, used=used) == step


def test_api_when_an_organiser_is_signed_in_without_it_then_403_and_no_token_is_made(organiser):
    with NEEDED:
        made = Browser(organiser).post("tokens/", {"name": "x"})
        read = Browser(organiser).get("bookings/")

    assert (made.status_code, read.status_code) == (403, 403)
    assert "second factor" in made.json()["detail"]
    assert not ApiToken.objects.exists()


def test_api_when_a_practitioner_is_signed_in_then_answers(organiser):
    with NEEDED:
        assert Browser(UserFactory()).get("bookings/").status_code == 200


def test_api_when_an_organiser_has_used_it_then_answers(organiser):
    give_app(organiser)
    browser = Browser(organiser)
    use(browser.client, app_of(organiser))

    with NEEDED:
        assert browser.post("tokens/", {"name": "x"}).status_code == 201


def test_api_token_of_an_organiser_then_is_not_affected(organiser):
    with NEEDED:
        assert Api(organiser).get("bookings/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_recovery_codes_when_made_anew_then_the_old_ones_work_no_more_and_the_person_is_told(client, organiser):
    secret, old = give_app(organiser), give_codes(organiser)
    client.force_login(organiser)
    assert client.get("/me/security/recovery-codes/").headers["Location"].startswith("/me/security/confirm/")
    client.post("/me/security/confirm/", {"code": code_of(secret)})

    client.get("/me/security/recovery-codes/new/")
    assert old[0] in client.get("/me/security/recovery-codes/").content.decode()
    client.post("/me/security/recovery-codes/new/")

    page = client.get("/me/security/recovery-codes/").content.decode()
    assert page.count("<li><code>") == 10
    assert old[0] not in page
    assert "New recovery codes were made" in mail.outbox[-1].body


def test_pages_when_all_is_set_up_then_every_link_leads_somewhere(client, organiser):
    secret, _ = give_app(organiser), give_codes(organiser)
    client.force_login(organiser)
    client.post("/me/security/confirm/", {"code": code_of(secret)})

    for path in ("", "confirm/", "app/remove/", "recovery-codes/", "recovery-codes/new/"):
        page = client.get(f"/me/security/{path}")
        assert page.status_code == 200, path
        assert 'href=""' not in page.content.decode(), path


def test_app_when_removed_then_its_recovery_codes_go_with_it(client, organiser):
    secret = give_app(organiser)
    give_codes(organiser)
    client.force_login(organiser)
    client.post("/me/security/confirm/", {"code": code_of(secret)})

    client.get("/me/security/app/remove/")
    assert Authenticator.objects.count() == 2
    client.post("/me/security/app/remove/")

    assert not Authenticator.objects.exists()


def test_secrets_when_stored_then_readable_with_the_key_alone():
    adapter = SecondFactorAdapter()
    stored = adapter.encrypt("SECRET")

    assert "SECRET" not in stored
    assert adapter.decrypt(stored) == "SECRET"
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[site_settings.SECRET_KEY]):
        assert adapter.decrypt(stored) == "SECRET"
    with override_settings(SECRET_KEY="another"):
        assert adapter.decrypt(stored) != adapter.decrypt(stored)


def test_admin_when_an_administrator_takes_a_lost_app_away_then_gone_and_no_secret_is_shown(client, organiser):
    secret = give_app(organiser)
    row = app_of(organiser)
    boss = UserFactory(email="boss@example.org")
    grant_role(boss, "administrator", at=NOW - timedelta(days=900))
    client.force_login(boss)

    shown = client.get(f"/admin/mfa/authenticator/{row.pk}/change/").content.decode()
    listed = client.get("/admin/mfa/authenticator/").content.decode()
    client.post(f"/admin/mfa/authenticator/{row.pk}/delete/", {"post": "yes"})

    assert secret not in shown
    assert row.data["secret"] not in shown
    assert "delete_selected" not in listed
    assert not Authenticator.objects.exists()


def test_admin_when_the_app_is_somebodys_who_may_do_more_then_not_taken_away(client, root):
    give_app(root)
    boss = UserFactory(email="boss@example.org")
    grant_role(boss, "administrator", at=NOW - timedelta(days=900))
    client.force_login(boss)

    answer = client.post(f"/admin/mfa/authenticator/{app_of(root).pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403
    assert Authenticator.objects.exists()


def test_forgetting_when_somebody_has_lost_theirs_then_all_is_gone_and_only_theirs(organiser, root, capsys):
    for person in (organiser, root):
        give_app(person)
        give_codes(person)

    call_command("forget_second_factor", "Organiser+x@example.org")

    assert set(Authenticator.objects.values_list("user", flat=True)) == {root.pk}
    assert "Taken away from organiser@example.org: 2." in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nobody has this address"):
        call_command("forget_second_factor", "nobody@example.org")


def test_deployment_check_when_off_then_warns_and_when_on_says_nothing():
    assert [warning.id for warning in organisers_need_second_factor()] == ["people.W001"]
    with NEEDED:
        assert organisers_need_second_factor() == []


def test_deployment_check_when_the_site_is_checked_then_runs(capsys):
    call_command("check", deploy=True, fail_level="CRITICAL")  # a browser before it leaves its own error

    assert "people.W001" in capsys.readouterr().err


def test_too_many_confirmations_then_a_page_of_ours_says_so(client, organiser):
    give_app(organiser)
    client.force_login(organiser)
    for _ in range(10):
        client.post("/me/security/confirm/")

    answer = client.post("/me/security/confirm/")

    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()

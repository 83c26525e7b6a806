"""The pages about signing in have no fault that axe can see and never scroll sideways."""

import time

import pytest
from allauth.mfa.models import Authenticator

from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import UserFactory
from tests.people.second_factors import SoftPasskey, app_of, give_app, give_codes, text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RP = {"rp": {"id": "localhost"}, "user": {"id": "MQ"}, "challenge": text(b"x")}
# Of the pages that ask whether to do something one is seen in every mode.
IN_EVERY_MODE = {
    "/me/security/",
    "/me/security/confirm/?next=/me/",
    "/me/security/app/remove/",
    "/me/security/recovery-codes/",
}
LONG = "The telephone that I carry in my bag on working days only"


@pytest.fixture
def pat(client):
    return UserFactory(email="pat.with.a.rather.long.name.indeed@children.services.example.gov.uk")


def give_passkey(person, name="My phone"):
    data = {"name": name, "credential": SoftPasskey().create(RP)}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def visit(context, client, person, site, *, proved=None):
    """Let the browser be signed in, and have proved more just now if told."""
    client.force_login(person)
    if proved:
        session = client.session
        record = {"method": "mfa", "at": time.time() + 3600, "id": proved.pk, "reauthenticated": True}
        session["account_authentication_methods"] = [record]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


@pytest.mark.parametrize("path", ["/me/security/", "/me/security/passkeys/add/", "/me/security/app/"])
def test_pages_when_nothing_is_set_up_then_without_faults(live_server, context, client, pat, path):
    sign_in(context, client, pat, live_server.url)

    assert look(context, f"{live_server.url}{path}") == []


def test_page_when_an_organiser_must_set_up_then_without_faults(live_server, context, client, pat, settings):
    settings.ORGANISERS_NEED_SECOND_FACTOR = True
    pat.is_staff = True
    pat.save()
    sign_in(context, client, pat, live_server.url)

    assert glance(context, f"{live_server.url}/organise/") == []


@pytest.mark.parametrize(
    "path",
    [
        "/me/security/",
        "/me/security/confirm/?next=/me/",
        "/me/security/app/remove/",
        "/me/security/recovery-codes/",
        "/me/security/recovery-codes/new/",
        "/me/security/passkeys/{key}/rename/",
        "/me/security/passkeys/{key}/remove/",
    ],
)
def test_pages_when_all_is_set_up_then_without_faults(live_server, context, client, pat, path):
    give_app(pat)
    give_codes(pat)
    key = give_passkey(pat, LONG)
    visit(context, client, pat, live_server.url, proved=app_of(pat))

    see = look if path in IN_EVERY_MODE else glance
    assert see(context, live_server.url + path.format(key=key.pk)) == []


def test_confirming_when_the_code_is_wrong_then_without_faults(live_server, context, client, pat):
    give_app(pat)
    sign_in(context, client, pat, live_server.url)

    def err(page):
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state()

    assert glance(context, f"{live_server.url}/me/security/confirm/", then=err) == []


def test_second_step_then_without_faults(live_server, context, client, pat, mailoutbox):
    give_app(pat)
    give_passkey(pat)
    asked = client.post("/sign-in/", {"email": pat.email})
    code = next(line for line in mailoutbox[-1].body.splitlines() if line.isdigit())
    client.post(asked.headers["Location"], {"code": code})
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])

    assert look(context, f"{live_server.url}/sign-in/second-step/") == []


def test_question_about_a_shared_mailbox_then_without_faults(live_server, context, client):
    sign_in(context, client, UserFactory(email="office@example.org"), live_server.url)

    def several(page):
        page.get_by_label("Several people read it").check()
        page.get_by_role("button", name="Save my details").click()
        page.wait_for_load_state()

    assert glance(context, f"{live_server.url}/me/details/") == []
    assert glance(context, f"{live_server.url}/me/details/", then=several) == []

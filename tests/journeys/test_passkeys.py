"""A passkey from its making to the next sign-in, with the browser's own virtual device."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browser import sign_in
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def localhost(live_server):
    """Serve the site under the one name that passkeys take without https; by the clock on the wall, as the device's."""
    return live_server.url.replace("127.0.0.1", "localhost")


def plug_in(page):
    """Give the browser a device that keeps passkeys and says yes; return how to speak to it, and its number."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def test_passkey_when_added_then_signs_in_without_a_code(localhost, context, page, client):
    person = UserFactory(email="pat@example.org")
    sign_in(context, client, person, localhost)
    plug_in(page)
    refused = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)

    page.goto(f"{localhost}/me/security/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What to call it").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", level=1)).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("link", name="Rename My phone")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{localhost}/sign-in/?next=/me/security/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("heading", name="Signing in", level=1)).to_be_visible()
    expect(page.get_by_text("Last used on")).to_be_visible()
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1
    assert refused == []


def test_passkey_when_the_device_has_none_then_the_page_says_so_and_a_code_still_works(localhost, page):
    session, device = plug_in(page)
    page.goto(f"{localhost}/sign-in/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("choose the other way")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()
    expect(page.get_by_role("button", name="Email me a code")).to_be_enabled()


def test_sign_in_when_the_browser_runs_no_script_then_no_passkey_is_offered(localhost, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{localhost}/sign-in/")

    expect(page.get_by_role("button", name="Email me a code")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()

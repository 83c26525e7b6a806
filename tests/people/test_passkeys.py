"""Passkeys: made, used instead of a code, refused when they are not right, renamed and removed."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.core import mail

from people.models import User
from tests.factories import UserFactory
from tests.people.second_factors import SoftPasskey, give_app, text

pytestmark = pytest.mark.django_db


def options_of(page):
    """Return what a page asks the device."""
    return json.loads(re.search(r'id="passkey-options"[^>]*>(.*?)</script>', page.content.decode())[1])["publicKey"]


def add(client, device, name="My phone", **extra):
    """Make a passkey on its page."""
    options = options_of(client.get("/me/security/passkeys/add/", secure=True))
    body = {"name": name, "credential": json.dumps(device.create(options)), **extra}
    return client.post("/me/security/passkeys/add/", body, secure=True)


def begin(client):
    """Ask what the sign-in page's script asks."""
    answer = client.get("/sign-in/passkey/", headers={"Accept": "application/json"}, secure=True)
    return answer.json()["request_options"]["publicKey"]


def sign_in(client, credential, **extra):
    body = credential if isinstance(credential, str) else json.dumps(credential)
    return client.post("/sign-in/passkey/", {"credential": body, **extra}, secure=True)


@pytest.fixture
def pat(client):
    person = UserFactory(email="pat@example.org")
    client.force_login(person)
    return person


@pytest.fixture
def device(client, pat):
    """Pat's passkey; Pat is signed out again."""
    device = SoftPasskey()
    add(client, device)
    client.logout()
    mail.outbox.clear()
    return device


def test_passkey_when_made_then_kept_with_recovery_codes_and_the_person_is_told(client, pat):
    answer = add(client, SoftPasskey(), next="/plan/")

    kept = Authenticator.objects.get(type="webauthn")
    assert (kept.user, str(kept)) == (pat, "My phone")
    assert answer.headers["Location"] == "/me/security/recovery-codes/?next=%2Fplan%2F"
    assert Authenticator.objects.filter(user=pat, type="recovery_codes").exists()
    assert [(message.to, "A passkey was added." in message.body) for message in mail.outbox] == [
        (["pat@example.org"], True)
    ]
    assert client.get(answer.headers["Location"], secure=True).content.decode().count("<li><code>") == 10


def test_passkey_when_used_then_signed_in_without_a_code_and_goes_where_one_was_going(client, pat, device):
    answer = sign_in(client, device.get(begin(client)), next="/plan/")

    assert answer.headers["Location"] == "/plan/"
    assert client.session["_auth_user_id"] == str(pat.pk)
    assert mail.outbox == []


def test_passkey_when_next_is_another_site_then_goes_to_my_bookings(client, device):
    answer = sign_in(client, device.get(begin(client)), next="https://elsewhere.example.org/")

    assert answer.headers["Location"] == "/me/"


@pytest.mark.parametrize("fault", ["another key", "no finger", "another site", "an old question", "nobody"])
def test_passkey_when_something_is_not_right_then_nobody_is_signed_in_and_the_page_says_so(client, pat, device, fault):
    if fault == "another key":
        device.key = SoftPasskey().key
    device.verifies = fault != "no finger"
    device.origin = "https://elsewhere.example.org" if fault == "another site" else device.origin
    credential = device.get(begin(client))
    if fault == "an old question":
        begin(client)
    if fault == "nobody":
        pat.delete()

    answer = sign_in(client, credential, next="/plan/")

    assert answer.headers["Location"] == "/sign-in/?next=%2Fplan%2F"
    assert "That did not work" in [str(message) for message in get_messages(answer.wsgi_request)][-1]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "credential",
    ["", "x", "[]", "1", "null", "{}", '{"response": 5}', '{"id": 1, "rawId": [], "response": {}, "type": 0}',
     json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": {},
                 "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "A", "userHandle": ""}}),
     '"' + "x" * 30_000 + '"'],
)  # fmt: skip
def test_passkey_when_the_answer_is_no_answer_then_polite_and_nobody_is_signed_in(client, device, credential):
    begin(client)

    answer = sign_in(client, credential)

    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("at", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("value", ["", "AA", text(b"\xff" * 40), text(b"{}")])
def test_passkey_when_part_of_the_answer_is_garbage_then_polite_and_nobody_is_signed_in(client, device, at, value):
    credential = device.get(begin(client))
    credential["response"][at] = value

    assert sign_in(client, credential).status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("at", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize("value", ["", "AA", text(b"\xa0"), text(b"\xff" * 40), text(b"{}")])
def test_new_passkey_when_part_of_the_answer_is_garbage_then_nothing_is_kept(client, pat, at, value):
    options = options_of(client.get("/me/security/passkeys/add/", secure=True))
    credential = SoftPasskey().create(options)
    credential["response"][at] = value

    answer = client.post("/me/security/passkeys/add/", {"name": "x", "credential": json.dumps(credential)}, secure=True)

    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_new_passkey_when_the_device_did_not_check_who_uses_it_then_not_kept(client, pat):
    answer = add(client, SoftPasskey(verifies=False))

    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def test_passkey_when_the_account_is_closed_then_nobody_is_signed_in_and_the_page_says_why(client, pat, device):
    User.objects.update(is_active=False)

    answer = sign_in(client, device.get(begin(client)))

    assert answer.headers["Location"] == "/sign-in/"
    assert "closed" in [str(message) for message in get_messages(answer.wsgi_request)][-1]
    assert "_auth_user_id" not in client.session


def test_practitioner_with_a_passkey_when_signing_in_by_code_then_the_code_is_enough(client, pat, device):
    asked = client.post("/sign-in/", {"email": "pat@example.org"})
    code = re.search(r"^\d{8}$", mail.outbox[-1].body, re.MULTILINE)[0]

    answer = client.post(asked.headers["Location"], {"code": code})

    assert answer.headers["Location"] == "/me/"
    assert client.session["_auth_user_id"] == str(pat.pk)


def test_passkey_when_renamed_or_removed_then_only_after_confirming_and_only_ones_own(client, pat, device):
    key = Authenticator.objects.get(type="webauthn")
    stranger = UserFactory()
    client.force_login(stranger)
    assert client.get(f"/me/security/passkeys/{key.pk}/remove/").status_code == 404

    client.force_login(pat)
    for what in ("rename", "remove"):
        answer = client.get(f"/me/security/passkeys/{key.pk}/{what}/", secure=True)
        assert answer.headers["Location"].startswith("/me/security/confirm/?next=")

    page = client.get("/me/security/confirm/", secure=True)
    confirmed = client.post(
        "/me/security/confirm/passkey/",
        {"credential": json.dumps(device.get(options_of(page))), "next": f"/me/security/passkeys/{key.pk}/rename/"},
        secure=True,
    )
    client.post(confirmed.headers["Location"], {"name": "My laptop"}, secure=True)
    assert str(Authenticator.objects.get(pk=key.pk)) == "My laptop"

    client.get(f"/me/security/passkeys/{key.pk}/remove/", secure=True)
    assert Authenticator.objects.filter(pk=key.pk).exists()
    client.post(f"/me/security/passkeys/{key.pk}/remove/", secure=True)
    assert not Authenticator.objects.exists()


def test_confirming_with_a_passkey_when_it_is_another_then_says_so_and_asks_again(client, pat, device):
    client.force_login(pat)
    device.key = SoftPasskey().key
    page = client.get("/me/security/confirm/", secure=True)

    answer = client.post(
        "/me/security/confirm/passkey/?next=/plan/",
        {"credential": json.dumps(device.get(options_of(page)))},
        secure=True,
    )

    assert answer.headers["Location"] == "/me/security/confirm/?next=%2Fplan%2F"
    assert client.get("/me/security/confirm/passkey/").headers["Location"] == "/me/security/confirm/"


def test_new_passkey_when_one_has_an_app_already_then_only_after_confirming(client, pat):
    give_app(pat)

    answer = client.get("/me/security/passkeys/add/")

    assert answer.headers["Location"].startswith("/me/security/confirm/")


@pytest.mark.parametrize("path", ["", "confirm/", "passkeys/add/", "app/", "recovery-codes/", "recovery-codes/new/"])
def test_pages_about_signing_in_when_nobody_is_signed_in_then_ask_who_it_is(client, path):
    assert (
        client.get(f"/me/security/{path}")
        .headers["Location"]
        .replace("%2F", "/")
        .startswith("/sign-in/?next=/me/security/")
    )


def test_sign_in_page_when_there_is_no_script_then_the_passkeys_button_is_hidden(client):
    page = client.get("/sign-in/").content.decode()

    assert re.search(r'<form[^>]*data-passkey="get"[^>]* hidden>', page)
    assert not re.search(r"<script(?![^>]*src=)", page)

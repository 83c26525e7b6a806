"""Tokens and partnerships by program."""

from datetime import timedelta

import pytest
from django.test import Client

from people.models import ApiToken
from people.models.access import digest
from tests.api_client import Api, Browser, code_of, errors_of
from tests.factories import NOW, PartnershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_token_then_one_query_says_who_sends():
    api = Api(UserFactory())

    answer, queries = api.queries_of("GET", "tokens/")

    assert answer.status_code == 200
    assert sum("people_apitoken" in query and "people_user" in query for query in queries) == 1
    assert not any("django_session" in query for query in queries)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a b",
        "Bearer \x00",
        "Basic abc",
        "token abc",
        "Bearer " + "x" * 5000,
        "é",
    ],
)
def test_header_that_is_no_token_then_401(header):
    answer = Api().get("bookings/", headers={"Authorization": header})

    assert code_of(answer) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Practice Weeks"'


@pytest.mark.parametrize(
    "change",
    [{"revoked_at": NOW - timedelta(days=1)}, {"expires_at": NOW}, {"digest": digest("another")}],
    ids=["revoked", "expired", "unknown"],
)
def test_token_that_may_not_be_used_then_the_same_401(change):
    api = Api(UserFactory())
    assert api.get("bookings/").status_code == 200

    ApiToken.objects.update(**change)

    answer = api.get("bookings/")
    assert code_of(answer) == (401, "not_authenticated")
    assert answer.json()["detail"] == "This token is unknown, expired or revoked."


def test_token_of_somebody_no_longer_active_then_401():
    user = UserFactory()
    api = Api(user)
    type(user).objects.update(is_active=False)

    assert code_of(api.get("bookings/")) == (401, "not_authenticated")


def test_token_that_reads_then_it_cannot_write():
    api = Api(UserFactory(), scope="read")
    token = ApiToken.objects.get()

    assert api.get("tokens/").status_code == 200
    assert code_of(api.send("DELETE", f"tokens/{token.pk}/")) == (403, "permission_denied")
    assert ApiToken.objects.get().revoked_at is None


def test_new_token_by_a_token_then_403_in_words_and_none_is_made():
    user = UserFactory()

    answer = Api(user).post("tokens/", {"name": "Import"})

    assert code_of(answer) == (403, "permission_denied")
    assert "Sign in with a browser" in answer.json()["detail"]
    assert ApiToken.objects.count() == 1
    assert Browser(user).post("tokens/", {"name": "Import"}).status_code == 201


def test_new_token_then_its_secret_works_and_is_shown_once():
    api = Browser(UserFactory())

    made = api.post("tokens/", {"name": "Import", "scope": "read"})

    body = made.json()
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/tokens/{body['id']}/"
    assert (body["name"], body["scope"]) == ("Import", "read")
    assert Api().get("tokens/", headers={"Authorization": f"Bearer {body['token']}"}).status_code == 200
    listed = api.get("tokens/")
    assert body["token"] not in listed.content.decode()
    assert "token" not in listed.json()["results"][0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scope": "all"}, "scope"),
        ({"scope": ["read"]}, "scope"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"user": 1}, "user"),
    ],
)
def test_new_token_with_a_fault_then_400_and_none_is_made(body, field):
    assert set(errors_of(Browser(UserFactory()).post("tokens/", body))) == {field}
    assert not ApiToken.objects.exists()


def test_revoking_then_the_token_is_refused_from_now_on():
    user = UserFactory()
    api, other = Api(user), Api(user)
    token = ApiToken.objects.first()
    mine = ApiToken.objects.get(digest=digest(api.headers["Authorization"].removeprefix("Bearer ")))

    answer = other.send("DELETE", f"tokens/{mine.pk}/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert code_of(api.get("tokens/")) == (401, "not_authenticated")
    assert code_of(other.send("DELETE", f"tokens/{mine.pk}/")) == (404, "not_found")
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_revoking_a_token_of_somebody_else_then_404_as_for_none():
    Api(UserFactory())
    token = ApiToken.objects.get()
    stranger = Api(UserFactory())

    assert stranger.send("DELETE", f"tokens/{token.pk}/").content == stranger.send("DELETE", "tokens/99999/").content
    token.refresh_from_db()
    assert token.revoked_at is None


def test_browser_session_then_reading_works_and_writing_needs_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())

    refused = client.post("/api/v1/tokens/", {}, content_type="application/json")
    secret = "c" * 32
    client.cookies["csrftoken"] = secret
    allowed = client.post("/api/v1/tokens/", {}, content_type="application/json", headers={"X-CSRFToken": secret})

    assert client.get("/api/v1/tokens/").status_code == 200
    assert code_of(refused) == (403, "permission_denied")
    assert allowed.status_code == 201, allowed.content


def test_nobody_then_every_private_address_is_401():
    for method, path in [
        ("GET", "tokens/"),
        ("POST", "tokens/"),
        ("DELETE", "tokens/1/"),
        ("GET", "bookings/"),
        ("GET", "bookings/1/"),
        ("POST", "bookings/1/cancel/"),
        ("POST", "sessions/"),
        ("PATCH", "sessions/1/"),
        ("POST", "sessions/1/publish/"),
    ]:
        assert code_of(Api().send(method, path, {})) == (401, "not_authenticated"), (method, path)


def test_partnerships_then_everybody_reads_them():
    PartnershipFactory()
    PartnershipFactory(slug="isle-of-wight")

    answer, queries = Api().queries_of("GET", "partnerships/")

    assert [row["slug"] for row in answer.json()["results"]] == ["hampshire", "isle-of-wight"]
    assert len(queries) == 2

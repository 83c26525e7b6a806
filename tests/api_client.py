"""A program that talks to the API, for tests."""

import json

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import ApiToken, RoleGrant


class Api:
    """Sends requests as somebody, with a token; without a user, as nobody."""

    def __init__(self, user=None, *, scope="write", raise_request_exception=True):
        self.user = user
        self.client = Client(raise_request_exception=raise_request_exception)
        self.headers = {"Authorization": f"Bearer {ApiToken.issue(user, scope=scope)}"} if user else {}

    def send(self, method, path, body=None, *, key=None, headers=None, **kwargs):
        """Send a request; a body that is no text is written as JSON."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key is not None else {}), **(headers or {})}
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
        kwargs.setdefault("content_type", "application/json")
        return self.client.generic(method, f"/api/v1/{path}", body or "", headers=headers, **kwargs)

    def get(self, path, **kwargs):
        return self.send("GET", path, **kwargs)

    def post(self, path, body=None, **kwargs):
        return self.send("POST", path, {} if body is None else body, **kwargs)

    def patch(self, path, body, **kwargs):
        return self.send("PATCH", path, body, **kwargs)

    def queries_of(self, method, path, body=None, **kwargs):
        """Return the answer and every statement the request cost, BEGIN and COMMIT among them."""
        with CaptureQueriesContext(connection) as queries:
            answer = self.send(method, path, body, **kwargs)
        return answer, [query["sql"] for query in queries]


class Browser(Api):
    """Sends requests as somebody who signed in with a browser, without a token."""

    def __init__(self, user):
        super().__init__()
        self.user = user
        self.client.force_login(user)


def code_of(answer):
    """Return a problem's status and code, once it is seen to be one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:200]
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"] == "about:blank"
    return answer.status_code, problem["code"]


def errors_of(answer):
    """Return the errors by field of a body that was refused, and the fields of which nothing is wrong."""
    assert code_of(answer) == (400, "invalid")
    return answer.json()["errors"]


def organiser_of(partnership, user):
    """Make somebody an organiser."""
    RoleGrant.objects.create(user=user, role="organiser", partnership=partnership)
    return user


def lead_of(organisation, user):
    """Make somebody an agency lead."""
    RoleGrant.objects.create(user=user, role="agency_lead", organisation=organisation)
    return user

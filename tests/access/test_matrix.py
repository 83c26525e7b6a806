"""Every role at every address by every method, with one's own things, another's and none: nobody is let in wrongly.

The addresses come from the URL conf, so that a new one without a rule fails. By day, who could ask only what another
role has asked is left to the night: see `who_asks`.
"""

import json
import logging
from http import HTTPStatus

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, reverse

from config import urls
from tests import services
from tests.access.rules import ROLES
from tests.access.table import TABLE
from tests.access.world import ABSENT, World
from tests.factories import NOW
from tests.kept_rows import taken_back

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NO = {HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED}
ELSEWHERE = ("admin", "mfa_", "account_", "health_", "metrics", "dev_")  # each has such a test of its own


def names(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inner)


ROUTES = sorted({name for name in names(get_resolver().url_patterns) if name and not name.startswith(ELSEWHERE)})


@pytest.fixture(autouse=True)
def _plain_refusals(monkeypatch):
    """Who is refused is asked here, not how nicely: pages that say so are drawn elsewhere, and nothing is logged."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    for status in (400, 403, 404):
        monkeypatch.setattr(urls, f"handler{status}", lambda *_, status=status, **__: HttpResponse(status=status))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The two places, built once; each request is taken back."""
    with time_machine.travel(NOW, tick=False), taken_back(django_db_blocker):
        yield World()


def test_routes_when_listed_then_each_has_a_rule_and_each_rule_a_route():
    assert set(ROUTES) - set(TABLE) == set()
    assert set(TABLE) - set(ROUTES) == set()


def ask(world, role, method, address):
    """The answer to one request, of which nothing is kept."""
    with transaction.atomic():
        browser = world.browsers[role]
        kind = "application/json" if address.startswith("/api/") else "application/x-www-form-urlencoded"
        answer = browser.generic(method, address, json.dumps({}) if "json" in kind else "", content_type=kind)
        transaction.set_rollback(True)
    answer.close()
    return answer


def is_no(answer, rule):
    """Say whether an answer lets nobody in and tells nothing."""
    asks_to_sign_in = answer.status_code == HTTPStatus.FOUND and answer.headers["Location"].startswith("/sign-in/")
    return answer.status_code in NO or asks_to_sign_in or (rule.known and answer.status_code == HTTPStatus.FORBIDDEN)


def is_wrong(answer, rule, method, *, may):
    """Say whether an answer is not what the rule says."""
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return True
    refused = is_no(answer, rule) or answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    if not may:
        return not refused
    asked = "POST" if method == "PUT" and "PUT" not in rule.methods else method  # a form takes the one for the other
    if asked in rule.methods:
        return refused and method == asked and not rule.finds_nothing
    return not refused


def rule_for(name, method):
    """The rule of an address, which may be another for each method."""
    rules = TABLE[name] if isinstance(TABLE[name], tuple) else (TABLE[name],)
    return next((rule for rule in rules if method in rule.methods), rules[0])


def who_asks(rule, method, side):
    """Return the roles that ask by a method: all by one that the address takes, two by one that it does not.

    A method that is not offered is refused to everybody, and HEAD is answered by what answers GET: one who may and
    one who may not show both, with their own things. By night everybody asks everything.
    """
    if services.is_night() or (method in rule.methods and method != "HEAD"):
        return ROLES
    allowed = [role for role in ROLES if rule.allows(role, "own")]
    refused = [role for role in ROLES if role not in allowed]
    return [*allowed[-1:], *refused[:1]] if side == "own" else []


@pytest.mark.parametrize("name", ROUTES)
def test_address_when_every_role_asks_then_only_those_of_its_rule_are_let_in(world, name):
    about = rule_for(name, "GET").about
    sides = [("own", world.own)]
    if about:
        nothing = {key: ABSENT if isinstance(value, int) else "no-such" for key, value in world.own[about].items()}
        sides += [("other", world.other), ("absent", {about: nothing})]
    methods = [method for method in METHODS if method != "HEAD" or "GET" in rule_for(name, "GET").methods]
    wrong = []
    for side, things in sides:
        address = reverse(name, kwargs=things[about] if about else {})
        for method in methods:
            rule = rule_for(name, method)
            for role in who_asks(rule, method, side):
                answer = ask(world, role, method, address)
                if is_wrong(answer, rule, method, may=side != "absent" and rule.allows(role, side)):
                    wrong.append((side, role, method, answer.status_code))
    assert wrong == []

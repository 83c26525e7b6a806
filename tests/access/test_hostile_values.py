"""Every public address, parameter and form field with values that no honest visitor sends: no answer is a 5xx.

The addresses come from the URL conf, the fields from the forms and links of the pages and from the API's schema, so
that a new one is tried as well. By day the fields of a form and the parameters of a page are tried in one request, each
with another value; where that fails, and by night, each is tried alone, so that a fault names its field and value.
"""

import logging
import re
from collections import defaultdict
from smtplib import SMTP
from unittest import mock
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bookings.views import certificates
from tests import services
from tests.access.forms_of import forms_of
from tests.access.rules import EVERYBODY
from tests.access.table import TABLE
from tests.access.world import World
from tests.factories import NOW
from tests.kept_rows import taken_back

pytestmark = pytest.mark.django_db
# As they go over the wire: NUL, marks that do not show, half a surrogate pair, bytes that are no UTF-8, paths, length,
# line breaks, what is decoded twice, numbers and days that no column holds, signs beyond the first plane, lists.
HOSTILE = (
    "%00",
    "jo%40example.org%E2%80%8E",
    "%EF%BB%BFjo%40example.org%EF%BF%BC",
    "j%C4%B1o%40ex%C4%B1mple..org",
    "%ED%A0%80",
    "%FF%FEa",
    "a%2Fb",
    "..%2F..%2Fetc%2Fpasswd",
    "x" * 5000,
    "a%0D%0ABcc%3A%20b",
    "%2500",
    "9" * 30,
    "-1",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "%F0%9F%98%80",
    "%E2%80%AEb%E2%80%8F",
    "%5B%5D",
    "%E3%85%A4",
)
KNOWN_FIELDS = {
    ("/sign-in/", "email"),
    ("/certificates/", "code"),
    ("/sessions/", "q"),
    ("/sessions/", "week"),
    ("/contrast/", "next"),
    ("/plan/add/", "session"),
    ("/api/v1/sessions/", "theme"),
}
ENTRANCE = {"account_login": "", "account_confirm_login_code": "", "mfa_login_webauthn": ""}


class Encoded(EmailBackend):
    """Mail as it is handed to a mail server, which takes ASCII alone."""

    def open(self):
        """Have a connection."""
        self.connection = mock.Mock(spec=SMTP)
        self.connection.sendmail.side_effect = lambda sender, readers, letter: [one.encode("ascii") for one in readers]
        return False

    def close(self):
        """Keep it."""


@pytest.fixture(autouse=True)
def _as_in_production(settings, monkeypatch):
    """Mail is encoded, and each address may ask as often as it likes."""
    settings.EMAIL_BACKEND = f"{__name__}.Encoded"
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Two places with one of everything; each request is taken back."""
    with time_machine.travel(NOW, tick=False), taken_back(django_db_blocker):
        yield World()


def public_addresses(world):
    """Return the public routes with the address of what is there, and of what is named by each hostile value."""
    routes = {}
    for name, rules in TABLE.items():
        for rule in rules if isinstance(rules, tuple) else (rules,):
            if rule.may == EVERYBODY:
                routes[name] = rule.about
    for name, about in (routes | ENTRANCE).items():
        yield reverse(name, kwargs=world.own[about] if about else {})


def of_path(address, known):
    """Return an address with each of its parts in turn replaced by each hostile value."""
    for part in known:
        if f"/{part}" in address:
            for value in HOSTILE:
                yield address.replace(f"/{part}", f"/{value}", 1)


def schema_parameters(client):
    """Return the paths and query parameters of what the API lets everybody read."""
    paths = client.get("/api/schema/?format=json", headers={"accept": "application/json"}).json()["paths"]
    for path, verbs in paths.items():
        for one in verbs.get("get", {}).get("parameters", []):
            if one["in"] == "query" and "{" not in path:
                yield path, one["name"]


def queries(name, value):
    """Return a parameter with a value, as a list and repeated."""
    yield f"{quote(name)}={value}"
    if value == "%5B%5D":
        yield f"{quote(name)}%5B%5D=a&{quote(name)}=1&{quote(name)}=2"


class Crawler:
    """Asks, takes back what was done, and keeps what must not be."""

    def __init__(self, client):
        self.client, self.faults, self.fields = client, [], set()

    def answer_to(self, method, address, body=""):
        """Return the answer to one request, of which nothing is kept."""
        with transaction.atomic():
            kind = "application/x-www-form-urlencoded"
            answer = self.client.generic(method, address, body, content_type=kind)
            transaction.set_rollback(True)
        return answer

    def ask(self, method, address, body=""):
        """Return the answer to one request, and keep it where it is a fault."""
        answer = self.answer_to(method, address, body)
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} {method} {address[:120]} {body[:120]}")
        return answer

    def together_fail(self, path, names, method):
        """Say whether a path fails for hostile values in all of some fields, each time others side by side."""
        for turn in range(len(HOSTILE)):
            values = [HOSTILE[(turn + 7 * place) % len(HOSTILE)] for place in range(len(names))]
            sent = "&".join(query for pair in zip(names, values, strict=True) for query in queries(*pair))
            where, body = (f"{path}?{sent}", "") if method == "GET" else (path, sent)
            if self.answer_to(method, where, body).status_code >= 500:
                return True
        return False

    def untried(self, path, names):
        """Return which fields of a path are new, and remember them."""
        new = sorted({name for name in names if (path, name) not in self.fields})
        self.fields.update((path, name) for name in new)
        return new

    def parameters(self, path, names):
        """Try the parameters of a path, each once."""
        if path.startswith(("/static/", "/admin/", "/organise/")):
            return
        new = self.untried(path, names)
        if services.is_night() or len(new) == 1 or self.together_fail(path, new, "GET"):
            for name in new:
                for value in HOSTILE:
                    for query in queries(name, value):
                        self.ask("GET", f"{path}?{query}")

    def form(self, path, fields):
        """Try each field of a form, alone with the others as the page has them."""
        new = self.untried(path, fields.keys() - {"csrfmiddlewaretoken"})
        if services.is_night() or len(new) == 1 or self.together_fail(path, new, "POST"):
            for name in new:
                others = urlencode({other: value for other, value in fields.items() if other != name})
                for value in HOSTILE:
                    for query in queries(name, value):
                        self.ask("POST", path, f"{others}&{query}")

    def page(self, address):
        """Try what a page offers."""
        answer = self.ask("GET", address)
        if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
            return
        forms, linked = forms_of(answer.content.decode(), address)
        offered = defaultdict(set)
        for path, name in linked:
            offered[path].add(name)
        for method, path, fields in forms:
            if method == "post":
                self.form(path, fields)
            else:
                offered[path].update(fields)
        for path, names in offered.items():
            self.parameters(path, names)


def test_public_addresses_when_given_hostile_values_then_none_fails(world):
    crawler = Crawler(Client(raise_request_exception=False))
    known = {str(value) for kwargs in world.own.values() for value in kwargs.values()}
    for address in public_addresses(world):
        for hostile in of_path(address, known):
            crawler.ask("GET", hostile)
        crawler.page(address)
    offered = defaultdict(set)
    for path, name in schema_parameters(crawler.client):
        offered[path].add(name)
    for path, names in offered.items():
        crawler.parameters(path, names)

    assert "\n".join(crawler.faults) == ""
    assert crawler.fields >= KNOWN_FIELDS


def test_crawler_when_a_page_fails_for_one_value_then_names_it(world, monkeypatch):
    monkeypatch.setattr(certificates, "is_code", lambda code: True)
    crawler = Crawler(Client(raise_request_exception=False))

    crawler.page("/certificates/")

    assert any(re.search(r"500 GET /certificates/\?code=a%2Fb", fault) for fault in crawler.faults)


def test_crawler_when_a_form_of_many_fields_fails_for_one_value_then_names_it(world, monkeypatch):
    monkeypatch.setattr(certificates, "is_code", lambda code: True)
    crawler = Crawler(Client(raise_request_exception=False))

    crawler.parameters("/certificates/", ["code", "other", "third"])

    assert any(re.search(r"500 GET /certificates/\?code=a%2Fb", fault) for fault in crawler.faults)
    assert not any("other=" in fault for fault in crawler.faults)

"""The API's index, its document and its pages."""

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.api_client import Api

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parents[2] / "docs" / "api-schema.yaml"


def test_index_then_every_address_it_names_answers(client):
    addresses = Api().get("").json()

    for address in addresses.values():
        path = address.removeprefix("http://localhost:8000")
        assert client.get(path).status_code == (401 if path.endswith(("bookings/", "tokens/")) else 200), path


def test_schema_when_generated_then_without_warnings_and_as_committed(tmp_path, capsys):
    call_command("spectacular", "--file", str(tmp_path / "schema.yaml"), "--validate", "--fail-on-warn")

    assert (tmp_path / "schema.yaml").read_text() == SCHEMA.read_text(), (
        "docs/api-schema.yaml is not current: manage.py spectacular --file docs/api-schema.yaml"
    )


def test_schema_when_asked_for_then_openapi(client):
    answer = client.get("/api/schema/")

    assert answer.headers["Content-Type"].startswith("application/vnd.oai.openapi")
    assert answer.content.startswith(b"openapi: 3")


def test_docs_page_then_it_loads_from_here_only_and_its_style_is_allowed(client):
    answer = client.get("/api/docs/")
    page = answer.content.decode()

    assert "//cdn" not in page
    assert "<script>" not in page
    assert "<style>" not in page
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    script = client.get("/api/docs/?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert b"/api/schema/" in script.content

"""What must be true of the files of this repository, whoever changes them."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.models import CheckConstraint, UniqueConstraint

from tests.journeys import pictures

ROOT = Path(__file__).resolve().parents[1]
APPS = ("people", "events", "bookings", "notifications")
PACKAGES = (*APPS, "config", "bench")
PICTURES = {".png", ".jpg", ".ico", ".woff2", ".xlsx"}


def listed():
    """Return the files that git knows, without pictures and what tools wrote."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    paths = [ROOT / name for name in names if name]
    return [path for path in paths if path.is_file() and path.suffix not in PICTURES and path.name != "uv.lock"]


FILES = listed() if (ROOT / ".git").exists() else []
MODULES = [path for path in FILES if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES]
TEMPLATES = [path for path in FILES if "templates" in path.parts and path.suffix in {".html", ".txt"}]

# A mail's address, when it is not in one of these domains, belongs to somebody. The partnerships' own mailboxes
# are published contact facts and stand in the sample alone.
OURS = re.compile(r"@([a-z0-9-]+\.)*(example\.(org|gov\.uk|com|invalid)|localhost|invalid)$", re.IGNORECASE)
ADDRESS = re.compile(r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|work|Users)/[a-z]")


def name_of(path):
    return str(path.relative_to(ROOT))


def found(pattern, paths):
    """Return every hit of a pattern as `file: text`."""
    hits = []
    for path in paths:
        hits += [f"{name_of(path)}: {match[0]}" for match in pattern.finditer(path.read_text(errors="replace"))]
    return hits


pytestmark = pytest.mark.skipif(not FILES, reason="looks at what git knows, and this is no clone")


def test_files_when_searched_then_name_no_path_of_a_machine():
    here = Path(__file__)
    assert found(MACHINE_PATH, [path for path in FILES if path != here]) == []
    assert MACHINE_PATH.search("see /" + "home/somebody")


def test_files_when_searched_then_hold_no_address_of_a_person():
    # A calendar file breaks its lines in the middle of a word, so nothing can be read off them.
    paths = [path for path in FILES if path.relative_to(ROOT).parts[0] != "sample" and path.suffix != ".ics"]
    assert [hit for hit in found(ADDRESS, paths) if not OURS.search(hit.split(": ", 1)[1])] == []
    assert not OURS.search("somebody@council" + ".gov.uk")


def test_sample_when_searched_then_people_are_invented():
    people = ROOT / "sample" / "people.yaml"
    assert [hit for hit in found(ADDRESS, [people]) if not OURS.search(hit.split(": ", 1)[1])] == []


def test_pictures_when_kept_then_are_those_that_the_readme_shows():
    shown = re.findall(r"docs/screens/([\w-]+)\.png", (ROOT / "README.md").read_text())
    assert set(shown) == pictures.IN_README == {path.stem for path in pictures.SHOWN.iterdir()}


def test_modules_when_counted_then_at_most_300_lines():
    assert [name_of(path) for path in MODULES if len(path.read_text().splitlines()) > 300] == []


def says_what_it_is_for(path):
    text = path.read_text()
    return "migrations" in path.parts or not text.strip() or ast.get_docstring(ast.parse(text))


def test_modules_when_opened_then_say_what_they_are_for():
    assert [name_of(path) for path in MODULES if not says_what_it_is_for(path)] == []


OWN_STYLE_OR_SCRIPT = re.compile(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=|<script\b(?![^>]*\bsrc=)")


def test_templates_when_read_then_have_no_style_or_script_of_their_own():
    pages = [path for path in TEMPLATES if "notifications" not in path.parts]
    assert [name_of(path) for path in pages if OWN_STYLE_OR_SCRIPT.search(path.read_text())] == []


def test_templates_when_counted_then_at_most_100_lines():
    assert [name_of(path) for path in TEMPLATES if len(path.read_text().splitlines()) > 100] == []


def writers(path):
    """Return the lines of a module that use the writing door of bookings."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "written"
    ]


def test_bookings_when_written_then_only_by_their_actions():
    allowed = {ROOT / "bookings" / "models" / "booking.py"}
    actions = ROOT / "bookings" / "actions"
    others = [path for path in MODULES if path not in allowed and actions not in path.parents]
    assert {name_of(path): lines for path in others if (lines := writers(path))} == {}
    assert any(writers(path) for path in MODULES if actions in path.parents)


def test_migrations_when_followed_then_one_line_in_each_app():
    graph = MigrationLoader(None).graph
    for app in APPS:
        assert len(graph.leaf_nodes(app)) == 1, app
        for path in (ROOT / app / "migrations").glob("0*.py"):
            assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem), path.name


@pytest.mark.parametrize(
    "model", [model for app in APPS for model in apps.get_app_config(app).get_models()], ids=lambda m: m._meta.label
)
def test_constraint_when_declared_then_named_and_worded_for_people(model):
    for constraint in model._meta.constraints:
        assert constraint.name
        assert re.fullmatch(r"[a-z0-9_]+", constraint.name), constraint.name
        if isinstance(constraint, CheckConstraint | UniqueConstraint) and people_may_break(model):
            assert constraint.violation_error_message != constraint.default_violation_error_message, constraint.name
    assert not model._meta.unique_together


def people_may_break(model):
    """Say whether a person's input can reach the model's constraints; what the site alone writes needs no words."""
    return model._meta.label not in {"people.IdempotencyKey", "events.ProgrammeRevision", "bookings.FeedToken"}


def test_readme_when_it_names_a_command_then_the_makefile_has_it():
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test", "check", "bench"} <= named
    assert named <= made


def test_readme_when_it_links_to_a_file_then_the_file_is_there():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{name_of(page)} -> {link}"


def test_settings_when_read_from_the_environment_then_the_example_names_them():
    read = set()
    for path in (ROOT / "config" / "settings").glob("*.py"):
        if path.stem != "test":
            read |= set(re.findall(r'env\.[a-z_]+\(\s*"([A-Z_]+)"', path.read_text()))
    named = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - named == set()


def test_decisions_when_listed_then_numbered_without_a_gap():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))

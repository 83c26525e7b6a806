"""What must stay as it is while modules move: addresses, pages of the admin, and templates found by their names.

When one shall change, delete the file of `tests/golden`, run its test once, and read what was written.
"""

import ast
import re

import pytest
from django.contrib import admin
from django.template.loader import get_template
from django.urls import URLPattern, get_resolver

from tests.golden import assert_golden
from tests.test_repository import FILES, MODULES, TEMPLATES, name_of

# Django's own and the libraries' addresses and pages are theirs to change.
ELSEWHERE = ("admin/", "accounts/", "__debug__/")
IN_A_TEMPLATE = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
NAME = re.compile(r"\w+/[\w/-]+\.(?:html|txt)")


def addresses(patterns, path="", namespace=""):
    """Yield every address with its name, in the order in which Django tries them."""
    for pattern in patterns:
        here = f"{path}{pattern.pattern}"
        if here.startswith(ELSEWHERE):
            continue
        if isinstance(pattern, URLPattern):
            yield f"{here} {namespace}{pattern.name}"
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, here, inner)


def test_addresses_when_listed_then_as_committed():
    listed = "".join(f"{line}\n" for line in addresses(get_resolver().url_patterns))
    assert_golden("addresses.txt", listed.encode())


def test_admin_when_listed_then_every_page_of_a_table_as_committed():
    assert_golden("admin.txt", "".join(f"{label}\n" for label in sorted(pages_of_admin())).encode())


def pages_of_admin():
    """Name each model that has a page in the admin, with the class of the page."""
    return {f"{model._meta.label} {type(page).__name__}" for model, page in admin.site._registry.items()}


def templates_named(path):
    """Yield the names of templates that stand whole in a module, or in a template's extends and include."""
    text = path.read_text()
    if path.suffix != ".py":
        yield from IN_A_TEMPLATE.findall(text)
        return
    every = list(ast.walk(ast.parse(text)))
    put_together = {part for node in every if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in every:
        if isinstance(node, ast.Constant) and node not in put_together and isinstance(node.value, str):
            yield from [node.value] if NAME.fullmatch(node.value) else []


NAMED = sorted({(name, name_of(path)) for path in [*MODULES, *TEMPLATES] for name in templates_named(path)})

pytestmark = pytest.mark.skipif(not FILES, reason="looks at what git knows, and this is no clone")


@pytest.mark.parametrize("name", sorted({name for name, _ in NAMED}))
def test_template_when_named_then_found(name):
    assert get_template(name), [where for named, where in NAMED if named == name]


def test_templates_when_looked_for_then_in_code_and_in_templates():
    modules = [where for _, where in NAMED if where.endswith(".py")]
    assert len(modules) > 100
    assert len(NAMED) - len(modules) > 100

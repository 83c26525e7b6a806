"""The page about programme files tells of every column, and of no other."""

import re

from django.conf import settings

from events.programme_files.schema import TABLES


def test_page_names_every_table_column_and_key():
    text = (settings.ROOT / "docs" / "programme-files.md").read_text()
    told = {}
    for table, cells in re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE):
        names = cells.split()
        keys = tuple(name.strip("*") for name in names if name.startswith("**"))
        told[table] = (keys, {name.strip("*") for name in names})
    assert told == {table: (form.key, set(form.columns())) for table, form in TABLES.items()}

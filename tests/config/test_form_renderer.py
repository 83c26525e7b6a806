"""How forms are drawn: nothing that is pasted is cut, and what a tick means stands below it."""

import re
from pathlib import Path

from django import forms


def test_no_input_of_a_form_cuts_what_is_pasted():
    class Typed(forms.Form):
        line = forms.CharField(max_length=3)
        text = forms.CharField(max_length=3, widget=forms.Textarea)

    drawn = str(Typed())
    assert re.findall(r"<(?:input|textarea)[^>]*>", drawn)
    assert "maxlength" not in drawn
    assert "at most 3 characters (it has 4)" in str(Typed({"line": "four", "text": "abc"}).errors)


def test_no_template_cuts_what_is_pasted():
    root = Path(__file__).parents[2]
    apps_of_ours = ("config", "people", "events", "bookings", "notifications")
    ours = [path for name in apps_of_ours for path in (root / name).rglob("*.html")]
    assert len(ours) > 100
    assert [path.name for path in ours if re.search("maxlength", path.read_text(), re.IGNORECASE)] == []

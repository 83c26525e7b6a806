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


def test_tick_when_it_has_help_then_box_and_label_are_one_line_with_errors_above_and_help_below():
    class Typed(forms.Form):
        agrees = forms.BooleanField(label="I agree", help_text="You can change this later.")

    drawn = " ".join(str(Typed({})).split())
    assert re.search(
        r'<ul class="errorlist field-errors".*</ul> <div class="tick"><input type="checkbox"[^>]*> '
        r'<label for="id_agrees">I agree</label></div> <p class="field-help" id="id_agrees_helptext">You can',
        drawn,
    )

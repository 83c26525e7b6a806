"""How forms are drawn: nothing that is pasted is cut, and what a tick means stands below it."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string

from people.fields import AddressField
from people.text import validate_line


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


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (forms.CharField(max_length=3), "four", "Summary: Ensure this value has at most 3 characters (it has 4)."),
        (forms.CharField(), "", "Summary: This field is required."),
        (forms.DateField(), "30 February", "Summary: Enter a valid date."),
        (forms.IntegerField(min_value=0), "-1", "Summary: Ensure this value is greater than or equal to 0."),
        (
            forms.CharField(validators=[validate_line]),
            "\u200b",
            "Summary: Nothing of this text can be seen. Write it again.",
        ),
        (forms.CharField(error_messages={"required": "Say what it is about."}), "", "Say what it is about."),
        (AddressField(), "jo", "Enter a valid email address."),
    ],
)
@pytest.mark.parametrize("template", ["components/error_summary.html", "events/organise/error_summaries.html"])
def test_summary_when_a_sentence_is_of_any_field_then_says_of_which(template, field, typed, said):
    class Typed(forms.Form):
        summary = field

    form = Typed({"summary": typed})
    form.is_valid()
    drawn = render_to_string(template, {"form": form, "faulty": [form]})
    assert re.findall(r"<a href=\"#id_summary\">(.*?)</a>", drawn) == [said]

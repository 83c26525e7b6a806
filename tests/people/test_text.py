"""What is an address and what is a name, however they are written: alike in forms, files, bodies and the admin."""

import pytest
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.serializers import ValidationError as RefusedBody

from bookings.bulk_lines import read_lines
from bookings.other_forms import PersonForm
from bookings.policy import KEYS, Policy
from bookings.policy_forms import KeyField
from people.api.fields import EmailAddress, Name
from people.fields import AddressField
from people.models import User
from people.text import normal_email, validate_address, validate_line, validate_name
from tests.factories import UserFactory

HIDDEN = "\u200b\u200e\u200f\u202a\u2060\ufeff\ufffc\u00ad\u180e\u3164\u2800\ufe0f"
AS_COPIED = [
    *(f"jo@example.org{sign}" for sign in HIDDEN),
    *(f"jo@exam{sign}ple.org" for sign in HIDDEN),
    "\u00a0jo@example.org\u202f",
    "mailto:jo@example.org",
    "MAILTO:Jo@Example.org?subject=Hello",
    "<jo@example.org>",
    "Jo Doe <jo@example.org>",
    '"Doe, Jo (CS)" <mailto:jo@example.org>;',
    "jo@example.org.",
    "jo@example.org,",
    "'jo@example.org'",
    "\u201cjo@example.org\u201d",
    "(jo@example.org).",
    "\uff4ao\uff20example.org",
]
NONE = [
    "jo@ex\u00e4mple..org",
    "j\u0131o@example.org",
    "jo@example.org\ud800",
    "jo\x00@example.org",
    "jo@example.org\nx",
    "a@example.org <b@example.org>",
    "jo@[127.0.0.1]",
    "jo@localhost",
    "(" * 100_000,
    "x" * 250 + "@example.org",
]


class PersonModelForm(ModelForm):
    class Meta:
        model = User
        fields = ["email", "manager_email"]


@pytest.mark.parametrize("written", AS_COPIED)
def test_address_when_copied_with_what_stands_around_it_then_is_the_address(written):
    assert normal_email(written) == "jo@example.org"
    assert AddressField().clean(written) == "jo@example.org"
    assert EmailAddress().run_validation(written) == "jo@example.org"
    assert [line.email for line in read_lines(f"Jo Doe\t{written}")] == ["jo@example.org"]


@pytest.mark.parametrize("written", NONE)
def test_address_when_no_mail_can_go_there_then_refused_by_each_way_in(written):
    with pytest.raises(ValidationError):
        AddressField().clean(written)
    with pytest.raises(RefusedBody):
        EmailAddress().run_validation(written)
    with pytest.raises(ValidationError):
        User(email=written).clean_fields()
    with pytest.raises(ValidationError):
        KeyField(KEYS["reply_to"], below=Policy.of({}), is_optional=False).clean(written)


@given(st.text(alphabet=st.sampled_from("jo@.x<>()'\",;:\u200b\u00e9 m"), max_size=20))
def test_address_when_normal_then_stays_as_it_is_and_one_that_passes_is_ascii(text):
    once = normal_email(text)
    assert normal_email(once) == once
    try:
        validate_address(once)
    except ValidationError:
        return
    assert once.isascii()


@pytest.mark.django_db
def test_address_when_a_form_of_the_model_takes_it_then_is_cleaned_as_elsewhere():
    given = {"email": "<Jo@example.org>", "manager_email": "mailto:mo@example.org\u200e"}
    form = PersonModelForm(given, instance=UserFactory())

    assert form.is_valid()
    assert (form.cleaned_data["email"], form.cleaned_data["manager_email"]) == ("jo@example.org", "mo@example.org")


UNSEEN = [
    *HIDDEN,
    "\u200b\u200c\u200d\u200e\u200f",
    "\u2061\u2062\u2063\u2064",
    "\u115f\u1160\uffa0",
    "\U000e0041\U000e007f",
    "\U000e0101",
    "\u0301\u0302",
    " \u3000\u00a0",
]
SEEN = [
    "Jo",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner inside
    "\u0915\u094d\u200d\u0937",  # Devanagari, the same
    "\u674e",
    "\ud55c\uae00",
    "\u1019\u103c\u1014\u103a\u1019\u102c",  # Burmese
    "\U00010400",
    "\u07d2\u07de",  # N'Ko
    "4",
    "O\u2019Neil-Smith",
    "e\u0301",
]


@pytest.mark.parametrize("text", UNSEEN)
def test_name_when_nothing_of_it_shows_then_refused_by_each_way_in(text):
    with pytest.raises(ValidationError):
        validate_name(text)
    with pytest.raises(ValidationError):
        validate_line(text)
    with pytest.raises(ValidationError):
        User(email="jo@example.org", name=text).clean_fields(exclude={"address_key", "password"})
    with pytest.raises(RefusedBody):
        Name().run_validation(text)
    assert not PersonForm({"name": text}).is_valid()
    if text.strip():
        assert read_lines(f"{text}\tjo@example.org")[0].fault


@pytest.mark.parametrize("text", SEEN)
def test_name_when_of_any_script_then_taken(text):
    validate_name(text)
    User(email="jo@example.org", name=text).clean_fields(exclude={"address_key", "password"})
    assert PersonForm({"name": text}).is_valid()


@pytest.mark.parametrize(("text", "is_name"), [("\u2014", False), ("\U0001f600", False), ("-", False), ("Q&A", True)])
def test_line_when_it_shows_something_then_taken_but_a_name_has_letters(text, is_name):
    validate_line(text)
    try:
        validate_name(text)
    except ValidationError:
        assert not is_name
    else:
        assert is_name

"""Web addresses: what people paste is cleaned or refused in words, and 2,000 characters fit everywhere."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.test import RequestFactory
from rest_framework import serializers

from events.api.bodies import ChangeBody
from events.builder_forms.sessions import SessionForm
from events.models import Resource, Session, Venue, WeekPresentation
from events.place_forms import VenueForm
from events.programme_files.cells import form_field
from people.models import Partnership, User
from people.web_addresses import LONGEST, web_address_in

# A link to a meeting in Teams; the ids in it are invented.
TEAMS = (
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_cHJhY3RpY2Utd2Vlay1pbnZlbnRlZC1tZWV0aW5nLWFkZHJlc3M"
    "%40thread.v2/0?context=%7b%22Tid%22%3a%2212121212-3434-5656-7878-909090909090%22%2c%22Oid%22%3a%22"
    "21212121-4343-6565-8787-090909090909%22%7d"
)
LONG = "https://meet.example.org/" + "x" * (LONGEST - 25)
WEB_FIELDS = [
    field
    for model in apps.get_models()
    if model.__module__.partition(".")[0] in {"people", "events", "bookings", "notifications"}
    for field in model._meta.get_fields()
    if isinstance(field, models.URLField)
]


@pytest.mark.parametrize(
    "pasted",
    [
        TEAMS,
        f"  {TEAMS}\r\n",
        f"<{TEAMS}>",
        f"“{TEAMS}”",
        f"\ufeff{TEAMS[:60]}\u200b{TEAMS[60:]}",
        f"Microsoft Teams meeting\nClick here to join<{TEAMS}>\nMeeting ID: 312 456",
        f"<{TEAMS[:70]}\n  {TEAMS[70:]}>",
        f"{TEAMS}<{TEAMS}>",
    ],
)
def test_address_when_pasted_with_what_a_mail_puts_around_it_then_is_cleaned(pasted):
    assert web_address_in(pasted) == TEAMS


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        (f"Join here: {TEAMS}", "Keep only the address, without words, spaces or line breaks."),
        (f"{TEAMS}\nMeeting ID: 312 456", "Keep only the address, without words, spaces or line breaks."),
        (f"{TEAMS[:60]}\n{TEAMS[60:]}", "Keep only the address, without words, spaces or line breaks."),
        (
            f"<{TEAMS}> or <https://meet.example.org/help>",
            "This text has 2 addresses. Keep only the one that you mean.",
        ),
        (f"{LONG}yyy", "Use an address of at most 2,000 characters. This one has 2,003."),
    ],
)
def test_address_when_it_cannot_be_told_then_refused_in_words(pasted, sentence):
    with pytest.raises(ValidationError) as refused:
        web_address_in(pasted)
    assert refused.value.messages == [sentence]


def test_every_web_address_of_the_database_holds_2000_characters():
    assert {(field.model, field.name) for field in WEB_FIELDS} == {
        (Partnership, "website"),
        (Resource, "link"),
        (Session, "joining_link"),
        (Venue, "map_link"),
        (WeekPresentation, "source"),
    }
    assert {field.max_length for field in WEB_FIELDS} == {2000}


def of_builder(week):
    return SessionForm(week=week).fields["joining_link"]


def of_venue(_):
    return VenueForm().fields["map_link"]


def of_file(_):
    return form_field(Session._meta.get_field("joining_link"))


def of_admin(_):
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    return admin.site.get_model_admin(Session).get_form(request).base_fields["joining_link"]


@pytest.mark.django_db
@pytest.mark.parametrize("make", [of_builder, of_venue, of_file, of_admin])
def test_form_when_an_address_is_long_then_kept_whole_and_a_longer_one_is_refused_with_the_numbers(make):
    from tests.factories import WeekFactory  # noqa: PLC0415 - needs the database

    field = make(WeekFactory())
    assert field.clean(f"<{TEAMS}>") == TEAMS
    assert field.clean(LONG) == LONG
    with pytest.raises(ValidationError) as refused:
        field.clean(LONG + "yyy")
    assert refused.value.messages == ["Use an address of at most 2,000 characters. This one has 2,003."]


def test_api_when_an_address_is_long_then_kept_whole_and_a_longer_one_is_refused_with_the_numbers():
    field = ChangeBody().fields["joining_link"]
    assert field.run_validation(f"<{TEAMS}>") == TEAMS
    assert field.run_validation(LONG) == LONG
    for sent, sentence in (
        (LONG + "yyy", "This one has 2,003."),
        (7, "Enter a web address"),
        ("meet", "Enter a web address"),
    ):
        with pytest.raises(serializers.ValidationError, match=re.escape(sentence)):
            field.run_validation(sent)

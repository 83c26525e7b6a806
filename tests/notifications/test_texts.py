"""A partnership's own words: what may stand in them, how they are filled, their versions, and where they are read."""

import dataclasses
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events.errors import ChangedSince
from notifications import delivery, messages, own_texts
from notifications.kinds import Kind
from notifications.models import MailText, Message
from notifications.texts.filling import filled, filled_html, say
from notifications.texts.house import HOUSE
from notifications.texts.placeholders import EVERYWHERE, REQUIRED, SOMETIMES, allowed, faults_of, names_in
from notifications.texts.text import NOTHING, Text
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.notifications.mails import html_of, mail_of, words_of

LATER = NOW + timedelta(hours=1)


def text(**blocks):
    """Own words for some blocks."""
    return dataclasses.replace(NOTHING, **blocks)


@pytest.fixture
def organiser():
    return UserFactory(email="organiser@example.org", name="Olu Organiser")


def decide(kind, organiser, *, as_of=0, partnership=None, **blocks):
    """Give Hampshire words of its own."""
    partnership = partnership or PartnershipFactory()
    return own_texts.set_text(partnership, kind, text(**blocks), actor=organiser, at=LATER, as_of=as_of)


# What may stand in a text


@pytest.mark.parametrize("kind", list(HOUSE))
def test_house_text_when_checked_then_has_no_fault_and_its_placeholders_are_explained(kind):
    assert faults_of(kind, HOUSE[kind]) == {}
    assert faults_of(kind, NOTHING) == {}
    assert all(words for _, words in HOUSE[kind].blocks)
    named = {name for _, words in HOUSE[kind].blocks for name in names_in(words)}
    assert named <= set(allowed(kind)) == set(EVERYWHERE) | (named & set(SOMETIMES))
    assert set(REQUIRED.get(kind, ())) <= named


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Come to {titel}.", "There is no placeholder {titel}. Write one from the list."),
        ("Come {{ facts.link }}.", "There is no placeholder { facts.link }. Write one from the list."),
        ("{% include 'x' %}", "There is no placeholder {% include 'x' %}. Write one from the list."),
        ("{Title}", "There is no placeholder {Title}. Write one from the list."),
        ("{until}", "There is no placeholder {until}. Write one from the list."),
        ("{}", "There is no placeholder {}. Write one from the list."),
        ("Half { of it", "A brace stands alone: { and } are only for placeholders."),
        ("Other } half", "A brace stands alone: { and } are only for placeholders."),
        ("{\ntitle}", "A brace stands alone: { and } are only for placeholders."),
    ],
)
def test_text_when_something_else_stands_in_braces_then_is_refused_in_a_sentence(words, said):
    assert said in faults_of(Kind.CONFIRMATION, text(opening=words))["opening"]


def test_text_when_it_leaves_out_what_people_must_know_then_is_refused_with_what_it_is():
    faults = faults_of(Kind.PLACE_OFFERED, text(opening="A place for you."))
    sentence = "Keep {until} in the heading, opening or closing: until when an answer can be given."
    assert faults == {"closing": [sentence]}
    assert faults_of(Kind.PLACE_OFFERED, text(opening="A place.", heading="Yours until {until}")) == {}


# How it is filled


def test_filling_when_a_value_looks_like_a_placeholder_then_it_is_not_filled_again():
    values = {"name": say("{}", "{title}"), "title": say("{}", "A <b>title</b> & {name}")}
    assert filled("{name}: {title}", values) == "{title}: A <b>title</b> & {name}"
    assert filled_html("{name}: {title}", values) == (
        '<p style="margin:0 0 16px">{title}: A &lt;b&gt;title&lt;/b&gt; &amp; {name}</p>'
    )


def test_filling_when_words_are_html_then_they_are_text_and_addresses_are_links():
    html = filled_html("See <https://example.org/a?b=1&c=2>.\nOr *not*", {})
    assert html == (
        '<p style="margin:0 0 16px">See &lt;<a class="link" href="https://example.org/a?b=1&amp;c=2" '
        'style="color:#12304a">https://example.org/a?b=1&amp;c=2</a>&gt;.<br>Or *not*</p>'
    )
    assert "href" not in filled_html("javascript:alert(1) data:text/html,x", {})


def test_filling_when_a_value_is_empty_then_no_second_space_and_no_empty_paragraph_is_left():
    values = {"news": say(""), "until": say("*{}*", "noon")}
    assert filled("One {news} two.\n\n{news}\n\nUntil {until}.", values) == "One two.\n\nUntil noon."
    assert filled_html("{news}\n\nUntil {until}.", values) == (
        '<p style="margin:0 0 16px">Until <strong>noon</strong>.</p>'
    )


# Versions, and where they are read


@pytest.mark.django_db
def test_own_words_when_saved_then_the_next_mail_says_them_and_the_rest_stays_the_houses(organiser):
    booking = make_booking(practitioner=UserFactory(name="Pat <i>Sample</i>"))

    decide(Kind.CONFIRMATION, organiser, opening="Good to have you, {name}.\n\nSee {title} soon & well.")

    mail = mail_of(booking, "confirmation")
    words = words_of(mail)
    assert "Good to have you, Pat. See Sharing information with confidence soon & well." in words
    assert "You have a place on this session." not in words
    assert "Your place is confirmed." in words
    assert "please do so by Thursday 17 June 2027 at 23:59" in words
    assert "See Sharing information with confidence soon &amp; well." in html_of(mail)


@pytest.mark.django_db
def test_own_words_when_another_partnership_leads_then_are_not_said(organiser):
    island = PartnershipFactory(slug="isle-of-wight")
    decide(Kind.CONFIRMATION, organiser, partnership=island, opening="From the Island.")

    mainland, over_there = make_booking(), make_booking(session=SessionFactory(host=island))

    assert "From the Island." not in words_of(mail_of(mainland, "confirmation"))
    assert "From the Island." in words_of(mail_of(over_there, "confirmation"))


@pytest.mark.django_db
def test_own_words_when_changed_and_given_back_then_every_version_is_kept(organiser):
    first = decide(Kind.REMINDER, organiser, heading="One")
    second = decide(Kind.REMINDER, organiser, as_of=1, heading="Two")
    again = decide(Kind.REMINDER, organiser, as_of=2, heading="Two")
    given_back = decide(Kind.REMINDER, organiser, as_of=2, **dict(HOUSE[Kind.REMINDER].blocks))

    assert (first.version, second.version, again.pk, given_back.version) == (1, 2, second.pk, 3)
    assert given_back.text == NOTHING
    rows = MailText.objects.values_list("version", "heading", "made_at", "made_by")
    assert list(rows) == [
        (3, "", LATER, organiser.pk),
        (2, "Two", LATER, organiser.pk),
        (1, "One", LATER, organiser.pk),
    ]
    assert own_texts.text_of(PartnershipFactory(), Kind.REMINDER) == HOUSE[Kind.REMINDER]


@pytest.mark.django_db
@pytest.mark.parametrize("blocks", [{"opening": "Come to {titel}."}, {"subject": "Two\nlines"}, {"heading": "x" * 201}])
def test_own_words_when_they_cannot_be_used_then_refused_and_nothing_is_kept(organiser, blocks):
    with pytest.raises(ValidationError) as refused:
        decide(Kind.CONFIRMATION, organiser, **blocks)
    assert set(refused.value.message_dict) == set(blocks)
    assert not MailText.objects.exists()


@pytest.mark.django_db
def test_own_words_when_somebody_else_changed_them_meanwhile_then_refused(organiser):
    decide(Kind.REMINDER, organiser, heading="One")
    with pytest.raises(ChangedSince):
        decide(Kind.REMINDER, organiser, heading="Two")
    assert MailText.objects.get().heading == "One"


@pytest.mark.django_db
def test_the_database_refuses_a_second_text_of_one_version(organiser):
    row = decide(Kind.REMINDER, organiser, heading="One")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_own_words_when_changed_while_a_mail_is_on_its_way_then_it_goes_with_the_new_ones(booked, sink, organiser):
    message = booked()
    before = messages.build(message).facts

    decide(Kind.CONFIRMATION, organiser, opening="New words.")

    assert messages.build(message).facts != before  # so the fence builds it anew
    assert delivery.drain() == 1
    assert Message.objects.get(pk=message.pk).status == "sent"
    assert "New words." in words_of(mail_of(message.booking, "confirmation"))


@pytest.mark.django_db
def test_subject_when_own_words_are_in_it_then_on_one_line_with_a_short_title(organiser):
    decide(Kind.CONFIRMATION, organiser, subject="Training: {day} – {title}")
    booking = make_booking(session=SessionFactory(title="Curiosity " * 18))
    assert mail_of(booking, "confirmation")["Subject"] == (
        "Training: Tuesday 22 June 2027 – Curiosity Curiosity Curiosity Curiosity Curiosity Curiosity Curiosity…"
    )


def test_text_when_compared_with_the_houses_then_only_what_differs_is_own():
    house = HOUSE[Kind.REMINDER]
    own = dataclasses.replace(house, heading="Mine")
    assert own.unlike(house) == Text("", "Mine", "", "")
    assert own.unlike(house).over(house) == own

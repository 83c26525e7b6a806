"""The organisers' pages of what mails say: own words tried out, saved, sent as a test, and given back."""

import re

import pytest
from django.core import mail as sent

from bookings.links import JOIN, path_of
from notifications.kinds import Kind
from notifications.models import MailText, Message
from notifications.previews import example_facts
from notifications.rendering import render
from notifications.texts.house import HOUSE
from tests.factories import NOW, SessionFactory, UserFactory, make_booking, make_queued
from tests.notifications.mails import SIGNED
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ALL = "/organise/texts/hampshire/"
PAGE = f"{ALL}place_offered/"
PREVIEW = f"{PAGE}preview/"
OPENING = "A place for {name}, until {until}."


def typed(as_of=0, kind=Kind.PLACE_OFFERED, **blocks):
    """The form as a browser sends it."""
    return {**dict(HOUSE[kind].blocks), "as_of": str(as_of), **blocks}


def test_texts_when_listed_then_every_kind_is_there_with_whose_words_it_says(
    organiser, hampshire, django_assert_num_queries
):
    MailText.objects.create(partnership=hampshire, kind="reminder", version=1, heading="Soon")
    MailText.objects.create(partnership=hampshire, kind="reminder", version=2, heading="Very soon")
    page = markup(organiser.get(ALL))
    assert page.count("The house&#x27;s") == len(HOUSE) - 1
    assert "Your own, version 2 of" in page
    with django_assert_num_queries(6):
        organiser.get(ALL)


def test_text_when_saved_then_holds_and_its_version_says_what_changed_and_by_whom(organiser, hampshire):
    answer = organiser.post(PAGE, typed(opening=OPENING.replace(".", ".\r\n\r\nSee you.")), follow=True)
    page = markup(answer)
    assert "Version 1 holds for every mail from now on." in page
    row = MailText.objects.get()
    assert (row.opening, row.closing, row.made_by) == (f"{OPENING}\n\nSee you.", "", organiser.person)
    assert "Version 1" in page
    assert f"by {organiser.person.get_full_name()}" in page
    assert organiser.get(PAGE).context["form"].initial["opening"] == row.opening
    assert "Nothing differs" in markup(organiser.post(PAGE, typed(1, opening=row.opening), follow=True))


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ({"opening": "Until {untill}."}, "There is no placeholder {untill}. Write one from the list."),
        ({"opening": "{{ until }}"}, "There is no placeholder { until }. Write one from the list."),
        ({"opening": "No time"}, "Keep {until} in the heading, opening or closing"),
        ({"subject": "Two\nlines"}, "Remove line breaks"),
        ({"heading": "x" * 201}, "at most 200 characters"),
        ({"closing": "x\x00"}, "Null characters are not allowed"),
    ],
)
def test_text_when_it_cannot_be_used_then_said_beside_it_and_nothing_is_saved(organiser, blocks, said):
    blocks = {"heading": "A place", **blocks} if "No time" in blocks.values() else blocks
    answer = organiser.post(PAGE, typed(**blocks))
    assert answer.status_code == 400
    assert said in markup(answer)
    assert not MailText.objects.exists()


def test_text_when_somebody_else_saved_meanwhile_then_refused_with_what_was_typed(organiser):
    organiser.post(PAGE, typed(opening=OPENING))
    answer = organiser.post(PAGE, typed(0, opening=f"Mine: {OPENING}"))
    assert answer.status_code == 409
    assert f"Mine: {OPENING}" in markup(answer)
    assert MailText.objects.get().opening == OPENING


def test_text_when_given_back_then_the_houses_holds_whatever_stands_in_the_fields(organiser):
    organiser.post(PAGE, typed(opening=OPENING))
    answer = organiser.post(PAGE, typed(1, opening="{nonsense}", reset="yes"), follow=True)
    assert "The house&#x27;s words hold from now on." in markup(answer)
    assert answer.context["form"].initial == dict(HOUSE[Kind.PLACE_OFFERED].blocks)
    assert MailText.objects.count() == 2


def test_test_mail_when_asked_for_then_goes_to_oneself_alone_and_nothing_is_saved(organiser):
    answer = organiser.post(PAGE, typed(opening=OPENING, test="yes"))
    assert f"A test is on its way to {organiser.person.email}." in markup(answer)
    (mail,) = sent.outbox
    assert (mail.to, mail.cc, mail.bcc) == ([organiser.person.email], [], [])
    assert mail.subject.startswith("Test: A place for you until ")
    assert "A place for Pat, until " in mail.body
    assert "A place for Pat, until <strong>" in mail.alternatives[0][0]
    assert not MailText.objects.exists()
    assert not Message.objects.exists()
    organiser.post(PAGE, typed(opening="{no}", test="yes"))
    assert len(sent.outbox) == 1


def test_test_mail_when_the_mail_server_is_away_then_said(organiser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    assert "did not take the test" in markup(organiser.post(PAGE, typed(test="yes")))


@pytest.mark.parametrize("kind", list(HOUSE))
@pytest.mark.parametrize("awkward", [{}, {"awkward": "yes"}])
def test_preview_when_asked_for_then_every_kind_is_shown_in_a_frame_that_runs_nothing(organiser, kind, awkward):
    organiser.get(f"{ALL}{kind}/")
    answer = organiser.post(f"{ALL}{kind}/preview/", {**typed(kind=kind), **awkward})
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    page = answer.content.decode()
    assert "<script>" not in page
    assert "<b>O" not in page
    left = set(re.findall(r"\{[a-z_]+\}", page))
    assert left <= ({"{title}", "{name}", "{until}"} if awkward else set())


def test_preview_when_typed_then_shows_the_next_session_and_saves_nothing(organiser, hampshire):
    SessionFactory(host=hampshire, title="Curiosity & care")
    page = markup(organiser.post(PREVIEW, typed(opening=OPENING, subject="Free: {title}")))
    assert "<strong>Subject:</strong> Free: Curiosity &amp; care" in page
    assert "A place for Pat, until " in page
    assert not MailText.objects.exists()
    wrong = organiser.post(PREVIEW, typed(opening="{no}"))
    assert wrong.status_code == 400
    assert "There is no placeholder {no}." in markup(wrong)
    assert "A place has come free for you" in markup(organiser.get(PREVIEW))


@pytest.mark.parametrize("page", [ALL, PAGE, PREVIEW])
def test_pages_when_asked_for_by_others_then_are_not_there(islander, client, page):
    assert islander.get(page).status_code == 404
    assert islander.post(page, typed(opening=OPENING)).status_code in {404, 405}
    assert client.get(page).status_code == 302
    client.force_login(UserFactory())
    assert client.get(page).status_code == 404
    assert not MailText.objects.exists()


def test_pages_when_there_is_no_such_kind_then_are_not_there(organiser):
    assert organiser.get(f"{ALL}nothing/").status_code == 404
    assert organiser.get(f"{ALL}nothing/preview/").status_code == 404


def test_preview_when_people_are_booked_then_no_kind_shows_a_link_or_name_of_theirs(organiser, hampshire):
    session = SessionFactory(host=hampshire, format="online", capacity=1)
    booking = make_booking(session=session, practitioner=UserFactory(name="Wilhelmina Reader"))
    make_queued(session=session, practitioner=UserFactory(name="Wilhelmina Waits"))
    assert SIGNED.search(path_of(JOIN, booking))  # the control
    for kind, text in HOUSE.items():
        shown = render(example_facts(kind, hampshire, text, at=NOW))
        assert session.title in shown.plain
        assert not SIGNED.search(f"{shown.subject}{shown.plain}{shown.html}"), kind
        assert "Wilhelmina" not in shown.html

"""Signing in by a code, signing out, and one's details."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from people.forms import DetailsForm
from people.models import OrganisationAlias, User
from tests.factories import NOW, OrganisationFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    """The tries of one test do not count in the next."""
    cache.clear()


def ask(client, email="pat@example.org", **extra):
    """Ask for a code."""
    return client.post("/sign-in/", {"email": email, **extra})


def code_of(message=None):
    """Return the code in the newest mail."""
    return re.search(r"^\d{8}$", (message or mail.outbox[-1]).body, re.MULTILINE)[0]


def another(code):
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 10**8:08}"


def test_code_when_right_then_signs_in_and_goes_where_one_was_going(client):
    session = SessionFactory()
    wanted = f"/sessions/{session.pk}/book/"

    asked = ask(client, next=wanted)
    answer = client.post(asked.headers["Location"], {"code": code_of(), "next": wanted})

    assert answer.status_code == 302
    assert answer.headers["Location"] == wanted
    assert client.session["_auth_user_id"] == str(User.objects.get(email="pat@example.org").pk)


def test_sign_in_when_next_is_another_site_then_goes_home_to_my_bookings(client):
    ask(client)

    answer = client.post("/sign-in/code/?next=https://elsewhere.example.org/", {"code": code_of()})

    assert answer.headers["Location"] == "/me/"


def test_code_when_typed_with_spaces_then_counts(client):
    ask(client)
    code = code_of()

    answer = client.post("/sign-in/code/", {"code": f" {code[:4]} {code[4:]} "})

    assert answer.status_code == 302


def test_request_when_address_is_known_or_new_then_answers_are_alike(client):
    UserFactory(email="known@example.org")

    known, new = ask(client, "known@example.org"), ask(client, "new@example.org")

    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])
    assert [message.to for message in mail.outbox] == [["known@example.org"], ["new@example.org"]]
    assert mail.outbox[0].subject.replace(code_of(mail.outbox[0]), "") == mail.outbox[1].subject.replace(
        code_of(mail.outbox[1]), ""
    )


def test_request_when_account_is_closed_then_answer_is_alike_and_no_mail_goes(client):
    UserFactory(email="closed@example.org", is_active=False)

    answer = ask(client, "closed@example.org")
    tried = client.post("/sign-in/code/", {"code": ""})

    assert answer.headers["Location"] == "/sign-in/code/"
    assert mail.outbox == []
    assert tried.status_code == 200
    assert "_auth_user_id" not in client.session


def test_request_when_address_is_written_in_capitals_then_finds_the_person(client):
    person = UserFactory(email="pat@example.org")

    ask(client, "  PAT@Example.org ")

    assert mail.outbox[0].to == ["pat@example.org"]
    assert list(User.objects.all()) == [person]


@pytest.mark.parametrize(
    "email", ["", "no address", "pat@", "pat\x00@example.org", "p\x07at@example.org", "a" * 300_000]
)
def test_request_when_address_is_none_then_says_so_and_nobody_is_made(client, email):
    answer = ask(client, email)

    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not User.objects.exists()
    assert mail.outbox == []


def test_request_when_mail_cannot_be_sent_then_says_so_without_a_code_to_wait_for(client, monkeypatch):
    def unplugged(*_):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", unplugged)

    answer = ask(client)

    assert answer.status_code == 503
    assert "We cannot send mail at the moment" in answer.content.decode()


def test_request_when_repeated_too_often_then_asks_to_wait(client):
    answers = [ask(client) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert "Too many tries" in answers[-1].content.decode()
    assert len(mail.outbox) == 3


def test_code_when_wrong_then_says_so_and_the_right_one_still_works(client):
    ask(client)
    code = code_of()

    wrong = client.post("/sign-in/code/", {"code": another(code)})
    right = client.post("/sign-in/code/", {"code": code})

    assert wrong.status_code == 200
    assert "That is not the code we sent" in wrong.content.decode()
    assert right.status_code == 302
    assert "_auth_user_id" in client.session


def test_code_when_wrong_five_times_then_is_gone(client):
    ask(client)
    code = code_of()

    for _ in range(5):
        last = client.post("/sign-in/code/?next=/me/calendar/", {"code": another(code)})
    right = client.post("/sign-in/code/", {"code": code}, follow=True)

    assert last.headers["Location"] == "/sign-in/?next=%2Fme%2Fcalendar%2F"
    assert "That code has been used or has run out" in right.content.decode()
    assert "_auth_user_id" not in client.session


def test_code_when_used_before_then_is_refused_with_a_way_to_a_new_one(client):
    ask(client)
    code = code_of()
    client.post("/sign-in/code/", {"code": code})
    client.post("/sign-out/")

    again = client.post("/sign-in/code/?next=/me/calendar/", {"code": code}, follow=True)

    assert again.redirect_chain == [("/sign-in/?next=%2Fme%2Fcalendar%2F", 302)]
    assert "That code has been used or has run out" in again.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("minutes", "works"), [(9, True), (11, False)])
def test_code_when_ten_minutes_are_over_then_is_refused(client, minutes, works):
    with time_machine.travel(NOW, tick=False) as clock:
        ask(client)
        clock.shift(timedelta(minutes=minutes))
        answer = client.post("/sign-in/code/", {"code": code_of()}, follow=True)

    assert ("_auth_user_id" in client.session) is works
    assert ("has run out" in answer.content.decode()) is not works


def test_code_when_another_browser_asked_for_it_then_is_refused(client):
    ask(client)
    elsewhere = type(client)()

    answer = elsewhere.post("/sign-in/code/", {"code": code_of()}, follow=True)

    assert answer.redirect_chain[0][0] == "/sign-in/"
    assert "_auth_user_id" not in elsewhere.session


def test_sign_out_when_linked_to_then_is_refused_and_keeps_one_signed_in(client):
    client.force_login(UserFactory())

    linked = client.get("/sign-out/")
    kept = "_auth_user_id" in client.session
    posted = client.post("/sign-out/")

    assert (linked.status_code, kept) == (405, True)
    assert posted.headers["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_details_when_saved_then_link_the_organisation_by_its_alias(client):
    organisation = OrganisationFactory(name="Example Community Trust")
    OrganisationAlias.objects.create(organisation=organisation, name="ECT Straße")
    person = UserFactory(name="", organisation_name="", job_role="")
    client.force_login(person)

    form = {"name": "Siân Żółć", "organisation_name": "  ect  STRASSE ", "job_role": "Nurse"}
    answer = client.post("/me/details/", form, follow=True)

    person.refresh_from_db()
    assert "Your details are saved." in answer.content.decode()
    assert (person.name, person.organisation) == ("Siân Żółć", organisation)


def test_details_when_organisation_is_unknown_then_keep_the_name_and_forget_the_old_link(client):
    person = UserFactory(organisation=OrganisationFactory())
    client.force_login(person)

    client.post("/me/details/", {"name": "Pat", "organisation_name": "Somewhere Else", "job_role": "Nurse"})

    person.refresh_from_db()
    assert (person.organisation_name, person.organisation) == ("Somewhere Else", None)


def test_details_when_saved_then_write_nothing_else_of_the_person():
    person = UserFactory(email="before@example.org")
    organisation = OrganisationFactory()
    form = DetailsForm({"name": "Pat", "organisation_name": organisation.name, "job_role": "Nurse"}, instance=person)
    User.objects.update(email="moved@example.org", is_active=False, preferred_name="P")

    assert form.is_valid()
    form.save()

    person = User.objects.get()
    assert (person.name, person.job_role, person.organisation) == ("Pat", "Nurse", organisation)
    assert (person.email, person.is_active, person.preferred_name) == ("moved@example.org", False, "P")


@pytest.mark.parametrize("name", ["", "Pat\x07", "Pat\u2028Sample", "P" * 201, "P" * 900_000])
def test_details_when_name_cannot_stand_on_a_register_then_say_so_and_change_nothing(client, name):
    person = UserFactory(name="Before")
    client.force_login(person)

    answer = client.post("/me/details/", {"name": name, "organisation_name": "A", "job_role": "B"})

    person.refresh_from_db()
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert (person.name, person.job_role) == ("Before", "Teacher")


@pytest.mark.parametrize("checks", [False, True])
def test_details_when_a_mebibyte_is_sent_then_answer_is_400_in_words(checks):
    client = Client(enforce_csrf_checks=checks)
    client.force_login(UserFactory(name="Before"))

    client.get("/me/details/")
    body = "name=" + "P" * 1024 * 1024
    answer = client.post("/me/details/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400
    assert "We cannot read this request" in answer.content.decode()
    assert User.objects.get().name == "Before"


def test_details_when_signed_out_then_ask_to_sign_in_and_come_back(client):
    answer = client.get("/me/details/")

    assert answer.headers["Location"] == "/sign-in/?next=/me/details/"


def test_private_pages_when_shown_then_are_never_kept(client):
    client.force_login(UserFactory())

    answer = client.get("/me/details/")

    assert answer.headers["Cache-Control"] == "no-store, private"


def test_sign_in_when_shown_then_has_the_words_of_the_main_path(client):
    page = client.get("/sign-in/").content.decode()

    assert '<label for="id_email">Email address</label>' in page
    assert ">Email me a code</button>" in page

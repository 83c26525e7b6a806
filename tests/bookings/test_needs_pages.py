"""What would help people to take part, on pages: asked, changed, seen to; and who never sees it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from bookings import actions
from bookings.models import AccessNeed, Booking
from notifications import messages
from notifications.models import Message
from people.actions import grant_role
from tests.bookings.needs import TEXT, make_need, make_organiser, make_trainer
from tests.factories import (
    NOW,
    START,
    OrganisationFactory,
    PartnershipFactory,
    SessionFactory,
    UserFactory,
    VenueFactory,
    make_booking,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
QUESTION = "Is there anything that would help you take part?"


def in_person(**fields):
    return SessionFactory(format="in_person", venue=VenueFactory(), **fields)


# Asking


@pytest.mark.parametrize(("form", "asks"), [("online", False), ("in_person", True), ("hybrid", True)])
@pytest.mark.parametrize("known", [True, False])
def test_booking_page_when_people_meet_then_asks_in_plain_words(client, form, asks, known):
    session = SessionFactory(format=form, venue=VenueFactory() if asks else None)
    client.force_login(UserFactory(job_role="Teacher" if known else ""))

    page = words(client.get(f"/sessions/{session.pk}/book/"))

    assert (QUESTION in page) is asks
    assert ("Full name" in page) is not known
    assert ("delete it 30 days after at the latest" in page) is asks


@pytest.mark.parametrize("known", [True, False])
def test_booking_when_something_would_help_then_is_kept_with_it_and_told_in_no_mail(client, known):
    person = UserFactory(job_role="Teacher" if known else "")
    client.force_login(person)

    answer = client.post(
        f"/sessions/{in_person().pk}/book/",
        {"name": "Pat Sample", "organisation_name": "Example School", "job_role": "Teacher", "need": TEXT},
        follow=True,
    )

    assert AccessNeed.objects.get().text == TEXT
    assert TEXT in words(answer)
    content = messages.build(Message.objects.get(kind="confirmation")).content
    assert TEXT.encode() not in bytes(content)
    assert mail.outbox == []


def test_booking_when_the_text_is_too_long_then_is_refused_with_what_was_typed(client):
    client.force_login(UserFactory())

    answer = client.post(f"/sessions/{in_person().pk}/book/", {"need": "x" * 1001})

    assert Booking.objects.count() == 0
    assert 'href="#id_need"' in answer.content.decode()
    assert "x" * 1001 in answer.content.decode()


def test_booking_by_one_button_when_people_meet_then_its_page_asks(client):
    client.force_login(UserFactory())

    answer = client.post(f"/sessions/{in_person().pk}/book/", {"key": "k"}, follow=True)

    assert f'href="{reverse("my_need", args=[Booking.objects.get().pk])}"' in answer.content.decode()
    assert AccessNeed.objects.count() == 0


# One's own


def test_need_when_changed_and_taken_away_then_the_bookings_page_says_so(client):
    need = make_need()
    client.force_login(need.booking.practitioner)
    page = reverse("my_need", args=[need.booking_id])

    assert TEXT in client.get(page).content.decode()
    assert "No nuts." in words(client.post(page, {"need": "No nuts."}, follow=True))
    answer = client.post(page, {"need": "No nuts.", "remove": "1"}, follow=True)

    assert "No nuts." not in words(answer)
    assert AccessNeed.objects.count() == 0


def test_need_when_the_session_has_begun_then_is_shown_and_stays(client, clock):
    need = make_need()
    clock.move_to(START)
    client.force_login(need.booking.practitioner)
    page = reverse("my_need", args=[need.booking_id])

    assert client.get(page).status_code == 302
    answer = client.post(page, {"need": "No nuts."})

    assert answer.status_code == 409
    assert "because the session has begun" in words(answer)
    assert AccessNeed.objects.get().text == TEXT


def test_need_when_the_text_is_wrong_then_400(client):
    need = make_need()
    client.force_login(need.booking.practitioner)

    answer = client.post(reverse("my_need", args=[need.booking_id]), {"need": "a\x07b"})

    assert answer.status_code == 400
    assert AccessNeed.objects.get().text == TEXT


def test_need_when_it_is_somebody_elses_or_nobodys_then_is_not_there(client):
    need = make_need()
    page = reverse("my_need", args=[need.booking_id])
    assert client.get(page).status_code == 302
    client.force_login(UserFactory())

    assert client.get(page).status_code == 404
    assert client.post(page, {"remove": "1"}).status_code == 404
    assert AccessNeed.objects.count() == 1


# Those who act on it, and nobody else


def organiser(_):
    return make_organiser()


def trainer(need):
    return make_trainer(need.booking.session).user


def other_organiser(_):
    return make_organiser("isle-of-wight")


def other_trainer(_):
    return make_trainer(SessionFactory()).user


def agency_lead(need):
    organisation = OrganisationFactory()
    Booking.written.filter(pk=need.booking_id).update(organisation=organisation)
    lead = UserFactory()
    grant_role(lead, "agency_lead", at=NOW, organisation=organisation)
    return lead


def administrator(_):
    user = UserFactory()
    grant_role(user, "administrator", at=NOW)
    return user


def superuser(_):
    return UserFactory(is_superuser=True, is_staff=True)


def lapsed_organiser(_):
    user = make_organiser()
    user.role_grants.update(expires_at=NOW)
    return user


def analyst(_):
    user = UserFactory()
    grant_role(user, "analyst", at=NOW, partnership=PartnershipFactory())
    return user


def stranger(_):
    return UserFactory()


@pytest.mark.parametrize(("who", "page"), [(organiser, "/organise/needs/"), (trainer, "/training/")])
def test_need_when_one_must_act_on_it_then_is_read_ticked_and_unticked(client, who, page):
    need = make_need(name="Pat Sample")
    actor = who(need)
    client.force_login(actor)
    where = page.strip("/").split("/")[0]

    assert TEXT in words(client.get(page))
    answer = client.post(f"/needs/{need.pk}/done/", {"page": where})
    assert answer.headers["Location"] == f"{page}#need-{need.pk}"
    need.refresh_from_db()
    assert (need.done_at, need.done_by) == (NOW, actor)
    assert f"Done by {actor} on Tuesday 4 May 2027 at 10:00" in words(client.get(page))

    client.post(f"/needs/{need.pk}/undone/", {"page": where})
    need.refresh_from_db()
    assert need.done_at is None


@pytest.mark.parametrize(
    "who",
    [
        other_organiser,
        other_trainer,
        agency_lead,
        administrator,
        superuser,
        lapsed_organiser,
        analyst,
        stranger,
    ],
)
def test_need_when_one_need_not_act_on_it_then_is_nowhere(client, who):
    need = make_need()
    client.force_login(who(need))

    for page in ("/organise/needs/", "/training/", f"/sessions/{need.booking.session_id}/", "/api/v1/bookings/"):
        assert TEXT not in client.get(page).content.decode()
    if who in {administrator, superuser}:
        assert TEXT not in client.get(f"/admin/bookings/booking/{need.booking_id}/change/").content.decode()
    for what in ("done", "undone"):
        assert client.post(f"/needs/{need.pk}/{what}/", {"page": "training"}).status_code == 404
    need.refresh_from_db()
    assert need.done_at is None


def test_need_when_read_by_the_api_then_is_not_in_it(client):
    need = make_need()
    client.force_login(need.booking.practitioner)

    answer = client.get(f"/api/v1/bookings/{need.booking_id}/")

    assert answer.status_code == 200
    assert TEXT not in answer.content.decode()
    assert not [name for name in answer.json() if "need" in name]


@pytest.mark.parametrize(("hours", "is_there"), [(0, True), (1.5, False)])
def test_need_when_the_session_is_over_then_nobody_reads_it_any_more(hours, is_there):
    make_need()

    rows = AccessNeed.objects.to_act_on(make_organiser(), at=START + timedelta(hours=hours))

    assert rows.exists() is is_there


def test_need_when_the_booking_is_cancelled_then_is_on_no_page(client):
    need = make_need()
    client.force_login(make_organiser())
    actions.cancel(need.booking, at=NOW)

    assert "There is nothing to see to" in words(client.get("/organise/needs/"))


def test_tick_when_asked_by_a_link_or_from_nowhere_then_nothing_is_done(client):
    need = make_need()
    client.force_login(make_organiser())

    assert client.get(f"/needs/{need.pk}/done/").status_code == 405
    assert client.post(f"/needs/{need.pk}/done/", {"page": "//elsewhere.example.org"}).status_code == 404
    assert client.post("/needs/0/done/", {"page": "training"}).status_code == 404
    need.refresh_from_db()
    assert need.done_at is None


@pytest.mark.parametrize("number", [1, 3])
def test_needs_page_when_sessions_are_many_then_costs_the_same(client, django_assert_num_queries, number):
    client.force_login(make_organiser())
    for _ in range(number):
        need = make_need()
        make_need(session=need.booking.session)

    with django_assert_num_queries(6):  # sign-in, person, roles, the needs, that it is noted, the numbers to call
        client.get("/organise/needs/")


def test_booking_when_nothing_would_help_then_has_no_row():
    make_booking(session=in_person())

    assert AccessNeed.objects.count() == 0

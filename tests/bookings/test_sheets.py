"""Sheets to print: everybody with a place, needs as a code alone, and nothing for whoever keeps no register."""

import io
from datetime import timedelta

import pypdf
import pytest

from bookings.views.sheets import SHEETS
from tests.bookings.needs import make_need, make_trainer
from tests.factories import START, SessionFactory, UserFactory, VenueFactory, make_booking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def session(hampshire):
    return SessionFactory(host=hampshire, capacity=None, format="in_person", venue=VenueFactory(), code="#1 *x*")


def address(session, sheet):
    return f"/organise/sessions/{session.pk}/{sheet}.pdf"


def read(answer):
    """Return a document, and its words on one line."""
    document = pypdf.PdfReader(io.BytesIO(answer.content))
    return document, " ".join(" ".join(page.extract_text() for page in document.pages).split())


def test_sign_in_sheet_then_everybody_with_a_place_needs_as_a_code_and_lines_for_others(organiser, session):
    need = make_need(session=session, name="=Siân $x$ *Ŵyn*", organisation_name="Example #1 School")
    make_booking(session=session, practitioner=UserFactory(name="Żółć Sample"))

    answer = organiser.get(address(session, "sign-in"))

    document, text = read(answer)
    root = document.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert document.metadata.title == f"Sign-in sheet: {session.title}"
    for part in ("=Siân $x$ *Ŵyn*", "Example #1 School", "Teacher A", "Żółć Sample", "In person at Example Hall", "8"):
        assert part in text
    assert need.text not in text
    assert "A in the column of needs" in text
    assert need.booking.email not in text
    assert answer["Cache-Control"] == "no-store, private"


def test_sheet_when_nobody_said_a_need_then_explains_none(organiser, session):
    make_booking(session=session)

    assert "column of needs" not in read(organiser.get(address(session, "sign-in")))[1]


def test_badges_then_name_and_organisation_and_nothing_of_needs(organiser, session):
    need = make_need(session=session, name="Siân Sample", preferred_name="Shan")
    for number in range(11):
        make_booking(session=session, practitioner=UserFactory(name=f"Pat Sample{number}"))

    document, text = read(organiser.get(address(session, "badges")))

    assert len(document.pages) == 2
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Shan (Siân Sample)" in text
    assert "Pat Sample10" in text
    assert need.text not in text
    assert document.metadata.title == f"Badges: {session.title}"


def test_sheets_when_some_join_online_then_only_those_who_may_come(organiser, hampshire):
    session = SessionFactory(host=hampshire, capacity=None, format="hybrid", venue=VenueFactory())
    for name, mode in (("Vi Venue", "in_person"), ("Olu Online", "online"), ("Una Unsaid", "")):
        booking = make_booking(session=session, practitioner=UserFactory(name=name))
        type(booking).written.filter(pk=booking.pk).update(mode=mode)

    text = read(organiser.get(address(session, "sign-in")))[1]

    assert "Vi Venue" in text
    assert "Una Unsaid" in text
    assert "Olu Online" not in text


@pytest.mark.parametrize("sheet", sorted(SHEETS))
def test_sheet_of_nobody_or_online_then_still_a_document(organiser, hampshire, sheet):
    assert read(organiser.get(address(SessionFactory(host=hampshire), sheet)))[0].pages


@pytest.mark.parametrize("sheet", sorted(SHEETS))
def test_sheets_then_for_organisers_and_for_trainers_on_the_day_alone(client, islander, session, clock, sheet):
    booking = make_booking(session=session)
    trainer = make_trainer(session)
    assert client.get(address(session, sheet)).status_code == 302
    client.force_login(booking.practitioner)
    assert client.get(address(session, sheet)).status_code == 404
    assert islander.get(address(session, sheet)).status_code == 404
    client.force_login(trainer.user)
    assert client.get(address(session, sheet)).status_code == 404
    for days, status in ((0, 200), (1, 404)):
        clock.move_to(START + timedelta(days=days))
        client.force_login(trainer.user)
        assert client.get(address(session, sheet)).status_code == status


def test_sheet_of_many_then_as_many_queries_as_of_one(organiser, session, django_assert_max_num_queries):
    def taken():
        with django_assert_max_num_queries(30) as queries:
            organiser.get(address(session, "sign-in"))
        return len(queries)

    make_need(session=session)
    organiser.get(address(session, "sign-in"))
    one = taken()
    make_booking(session=session)
    make_need(session=session)

    assert taken() == one

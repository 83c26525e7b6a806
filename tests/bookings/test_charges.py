"""The ledger of charges: its page, its waivers, its file, and cells that are no formula."""

import csv
import io
from datetime import timedelta

import pytest

from bookings import actions
from bookings.models import Charge
from people.spreadsheets import as_csv, safe_cell
from tests.bookings.desk import set_policy
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def charge(host=None, name="Pat Sample", **values):
    """Cancel a booking late, where that is charged."""
    set_policy(host, late_cancel_charge=5000)
    booking = make_booking(session=SessionFactory(host=host), practitioner=UserFactory(name=name, **values))
    actions.cancel(booking, at=booking.cancel_free_until + timedelta(minutes=1))
    return Charge.objects.get(booking=booking)


def test_ledger_when_nothing_is_charged_then_says_how_to(organiser):
    page = markup(organiser.get("/organise/charges/"))

    assert "Nothing is charged" in page
    assert "0 charges" in page


def test_ledger_then_one_sees_ones_own_and_what_it_comes_to(organiser, hampshire, island):
    charge(hampshire)
    charge(hampshire, name="Lou Sample")
    charge(island, name="Island Sample")

    page = markup(organiser.get("/organise/charges/"))

    assert "2 charges. Open: £100.00. Waived: £0.00." in page
    assert "Pat Sample, Example School" in page
    assert "Island Sample" not in page
    assert "Nothing is charged" not in page


def test_waive_then_with_a_reason_once_and_only_ones_own(organiser, hampshire, island):
    own, other = charge(hampshire), charge(island)

    assert organiser.post(f"/organise/charges/{own.pk}/waive/", {"reason": ""}).status_code == 400
    assert (
        organiser.post(f"/organise/charges/{own.pk}/waive/", {"reason": "The ferry was cancelled."}).status_code == 302
    )
    assert organiser.post(f"/organise/charges/{own.pk}/waive/", {"reason": "Again"}).status_code == 404
    assert organiser.post(f"/organise/charges/{other.pk}/waive/", {"reason": "Mine?"}).status_code == 404

    own.refresh_from_db()
    assert (own.waiver_reason, own.waived_by, own.waived_at) == ("The ferry was cancelled.", organiser.person, NOW)
    assert "by Organiser: The ferry was cancelled." in markup(organiser.get("/organise/charges/"))
    assert "0 charges" in markup(organiser.get("/organise/charges/?state=open"))
    assert "1 charge." in markup(organiser.get("/organise/charges/?state=waived"))
    assert "0 charges" in markup(organiser.get("/organise/charges/?state=maybe"))


def test_waiver_when_another_comes_at_once_then_the_first_stands():
    own, first, second = charge(), UserFactory(), UserFactory()
    same = Charge.objects.get(pk=own.pk)  # as the other saw it

    actions.waive(own, actor=first, reason="The ferry was cancelled.", at=NOW)
    actions.waive(same, actor=second, reason="They were ill.", at=NOW + timedelta(hours=1))

    own.refresh_from_db()
    assert (own.waiver_reason, own.waived_by, own.waived_at) == ("The ferry was cancelled.", first, NOW)


def test_charge_when_two_host_then_it_is_the_partnerships_that_leads_wherever_it_is_listed(hampshire):
    lead = PartnershipFactory(slug="isle-of-wight", position=hampshire.position + 1)
    set_policy(lead, late_cancel_charge=5000)
    booking = make_booking(session=SessionFactory(host=lead))
    booking.session.session_hosts.create(partnership=hampshire)

    actions.cancel(booking, at=booking.cancel_free_until + timedelta(minutes=1))

    assert Charge.objects.get().partnership == lead


def test_file_then_holds_what_the_page_shows_and_no_formula(organiser, hampshire):
    charge(hampshire, name="=HYPERLINK(1)", organisation_name="＝1+1")

    answer = organiser.get("/organise/charges.csv?state=open")
    heading, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="charges.csv"'
    assert answer.headers["Cache-Control"].startswith("private") or "no-store" in answer.headers["Cache-Control"]
    found = dict(zip(heading, row, strict=True))
    assert (found["name"], found["organisation"], found["amount_gbp"]) == ("'=HYPERLINK(1)", "'＝1+1", "50.00")
    assert len(list(csv.reader(io.StringIO(organiser.get("/organise/charges.csv?state=waived").content.decode())))) == 1


@pytest.mark.parametrize("count", [1, 5])
def test_ledger_then_the_same_queries_however_many(organiser, hampshire, count, django_assert_num_queries):
    for _ in range(count):
        charge(hampshire)

    with django_assert_num_queries(10):
        organiser.get("/organise/charges/")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-1", "'-1"),
        ("@SUM", "'@SUM"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("\x00=1", "'=1"),
        ("Pat", "Pat"),
        ("a=b", "a=b"),
        ("", ""),
        (-5, -5),
    ],
)
def test_cell_then_a_text_stays_a_text_and_a_number_a_number(value, cell):
    assert safe_cell(value) == cell


def test_table_then_begins_with_the_mark_of_utf_8():
    assert as_csv(["a"], [["é"]]) == b"\xef\xbb\xbfa\r\n\xc3\xa9\r\n"

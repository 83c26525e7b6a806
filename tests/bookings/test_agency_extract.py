"""What an agency lead shows an inspection: whose training, of which days, as which files; and what is not in it."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.models import AccessNeed, AuditEvent, Booking, Certificate
from people.models import RoleGrant
from tests.bookings.agencies import elsewhere, lead, lead_of, part, trust
from tests.bookings.crowds import crowd
from tests.bookings.feedback import certified, give, over
from tests.bookings.test_report_pages import rows_of, sheets_of
from tests.factories import NOW, SessionFactory, UserFactory, VenueFactory, make_booking
from tests.fixtures import signed_in
from tests.pages import markup

__all__ = ["elsewhere", "lead", "part", "trust"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PATHS = ("/agency/training/", "/agency/training.csv", "/agency/training.xlsx")


@pytest.fixture
def nurse(part):
    return UserFactory(
        email="nurse@example.org",
        name="Noor Sample",
        job_role="Nurse",
        organisation=part,
        organisation_name="Example Ward",
    )


@pytest.fixture
def stranger(elsewhere):
    return UserFactory(
        email="stranger@example.org", name="Sasha Strange", organisation=elsewhere, organisation_name="Other School"
    )


def held(person, *, ended=NOW - timedelta(hours=1), mark="present", **values):
    """Let somebody have had a place on a session that is over."""
    session = SessionFactory(title="=Curious questions", capacity=None, **values)
    booking = over(make_booking(session=session, practitioner=person))
    times = {"starts_at": ended - timedelta(hours=2), "ends_at": ended}
    type(session).objects.filter(pk=session.pk).update(**times)
    if mark:
        actions.mark(booking.session, [actions.Mark(booking.pk, mark, NOW)], at=NOW, actor=None)
    return booking


def lines(client, query=""):
    """Return the rows of the CSV file by the heads of its columns."""
    heading, *rest = rows_of(client.get(f"/agency/training.csv{query}"))
    return [dict(zip(heading, row, strict=True)) for row in rest[: rest.index([])]]


def test_extract_then_name_role_session_hours_and_certificate(lead, nurse, stranger):
    booking = make_booking(practitioner=nurse)
    make_booking(session=booking.session, practitioner=stranger)
    certificate = certified(booking)

    (line,) = lines(lead)

    assert line == {
        "Name": "Noor Sample",
        "Role": "Nurse",
        "Organisation": "Example Ward",
        "Session": booking.session.title,
        "Date": "2027-05-04",
        "Hours": "2.00",
        "Multi-agency": "Yes",
        "Status": "Present",
        "Certificate": certificate.grouped_code,
    }
    page = markup(lead.get("/agency/training/"))
    assert certificate.grouped_code in page
    assert "Sasha Strange" not in page


def test_extract_when_the_certificate_was_revoked_then_no_code(lead, nurse):
    booking = make_booking(practitioner=nurse)
    certificate = certified(booking)
    assert lines(lead)[0]["Certificate"]
    Certificate.written.filter(pk=certificate.pk).update(revoked_at=NOW, revoked_for="corrected")

    assert [line["Certificate"] for line in lines(lead)] == [""]


def test_extract_then_who_missed_it_has_no_hours_and_what_is_to_come_or_cancelled_is_not_there(lead, nurse):
    held(nurse, mark="did_not_attend")
    held(nurse, mark="")
    make_booking(practitioner=nurse)
    cancelled = held(nurse)
    type(cancelled.session).objects.filter(pk=cancelled.session_id).update(state="cancelled", cancelled_at=NOW)

    found = lines(lead)

    assert [(line["Status"], line["Hours"], line["Multi-agency"]) for line in found] == [
        ("Did not attend", "", "No"),
        ("Not marked", "", "No"),
    ]


def test_extract_when_days_are_chosen_then_both_are_in_it(lead, nurse):
    for days in (1, 2, 3):
        held(nurse, ended=NOW - timedelta(days=days))

    def dates(query):
        return [line["Date"] for line in lines(lead, query)]

    assert dates("") == ["2027-05-01", "2027-05-02", "2027-05-03"]
    assert dates("?from=2027-05-02") == ["2027-05-02", "2027-05-03"]
    assert dates("?from=2027-05-01&to=2027-05-02") == ["2027-05-01", "2027-05-02"]
    page = markup(lead.get("/agency/training/?from=2027-05-02"))
    assert "Sunday 2 May 2027" in page
    assert "/agency/training.csv?from=2027-05-02" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2027-05-02&to=2027-05-01", "This day is before the first."),
        ("from=yesterday", "Enter a valid date."),
        ("organisation=other-school", "Select a valid choice."),
    ],
)
def test_extract_when_it_cannot_be_meant_then_says_why(lead, part, elsewhere, query, sentence):
    for path in PATHS:
        answer = lead.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert sentence in markup(answer)


def test_extract_of_one_organisation_then_its_parts_with_it(lead, nurse, trust):
    held(nurse)
    held(UserFactory(email="clerk@example.org", name="Cleo Sample", organisation=trust))

    assert [line["Name"] for line in lines(lead)] == ["Cleo Sample", "Noor Sample"]
    assert [line["Name"] for line in lines(lead, "?organisation=example-branch")] == ["Noor Sample"]
    assert len(lines(lead, "?organisation=example-trust")) == 2


def test_extract_then_no_answer_no_comment_and_no_need(lead, nurse):
    session = SessionFactory(format="in_person", venue=VenueFactory())
    booking = over(actions.book(session, practitioner=nurse, at=NOW, need="A quiet seat"))
    actions.mark(booking.session, [actions.Mark(booking.pk, "present", NOW)], at=NOW, actor=None)
    give(booking, at=NOW, knowledge=2, comment="The room was cold.")
    assert AccessNeed.objects.exists()
    sheets = [cell.value for sheet in sheets_of(lead.get(PATHS[2])) for row in sheet.iter_rows() for cell in row]

    for text in (markup(lead.get(PATHS[0])), str(rows_of(lead.get(PATHS[1]))), str(sheets)):
        assert "Noor Sample" in text
        assert not [one for one in ("quiet seat", "cold", "Knowledge", "Comment") if one in text]


def test_extract_then_others_do_not_know_of_it(client, lead, nurse, elsewhere):
    held(nurse)
    other = lead_of(elsewhere, "other.lead@example.org")
    for path in PATHS:
        assert client.get(path).url == f"/sign-in/?next={path}"
        assert signed_in(nurse).get(path).status_code == 404
    assert lines(other) == []
    assert len(lines(lead)) == 1
    RoleGrant.objects.filter(user=lead.person).delete()
    assert lead.get(PATHS[1]).status_code == 404


def test_extract_then_taking_it_is_noted(lead, nurse):
    held(nurse)

    for path in PATHS:
        b"".join(lead.get(f"{path}?from=2027-05-01"))  # an answer that is read to its end is closed

    notes = list(AuditEvent.objects.order_by("pk").values_list("verb", "what", "details__query"))
    assert notes == [
        ("read", "agency_extract", "from=2027-05-01"),
        ("export", "agency_extract_csv", "from=2027-05-01"),
        ("export", "agency_extract_xlsx", "from=2027-05-01"),
    ]


def test_extract_then_agrees_with_a_plain_recount_and_holds_no_formula(trust):
    crowd(800)
    found = Booking.objects.filter(organisation__slug="organisation-0", status="confirmed").select_related("session")
    mine = [one for one in found if one.session.state == "published" and one.session.starts_at <= NOW]
    client = lead_of(mine[0].organisation, "lead.of.many@example.org")

    rows = lines(client)
    cells = [cell for row in rows_of(client.get(PATHS[1])) for cell in row]
    cells += [cell.value for sheet in sheets_of(client.get(PATHS[2])) for row in sheet.iter_rows() for cell in row]

    assert len(rows) == len(mine) > 20
    assert {row["Organisation"] for row in rows} == {"Organisation 0"}
    assert sum(row["Status"] in {"Present", "Late", "Left early"} for row in rows) == sum(
        one.attendance.came
        for one in found.filter(attendance__isnull=False).select_related("attendance")
        if one in mine
    )
    assert not [cell for cell in cells if str(cell).lstrip()[:1] in set("=+-@")]


@pytest.mark.parametrize("count", [1, 60])
def test_extract_then_the_same_queries_however_many(lead, part, count, django_assert_num_queries):
    for number in range(count):
        person = UserFactory(email=f"many{number}@example.org", organisation=part)
        if number < 6:
            held(person)
    lead.get(PATHS[0])
    with django_assert_num_queries(8):
        assert lead.get(PATHS[0]).status_code == 200
    with django_assert_num_queries(6):
        rows_of(lead.get(PATHS[1]))

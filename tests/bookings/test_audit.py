"""Who read about people, took lists out and changed what: noted before the answer goes out, and never edited."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import get_resolver

from bookings import actions
from bookings.audited import PLACES, PLAIN, READ, RECORDED, words_of
from bookings.models import AuditEvent, Booking, ReportSnapshot
from bookings.querysets import WrittenElsewhere
from people.models import ApiToken, RoleGrant
from tests.bookings.agencies import elsewhere, lead, part, trust
from tests.factories import NOW, SessionFactory, UserFactory, make_booking
from tests.fixtures import organiser_for

__all__ = ["elsewhere", "lead", "part", "trust"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def noted():
    """Return what is in the log, the first first."""
    found = AuditEvent.objects.order_by("pk").values_list("actor__email", "verb", "what", "session", "person")
    return [tuple(one) for one in found]


def routes(patterns, before="/"):
    """Return every address of the site with the name of its page; the admin's are known by their prefix."""
    for one in patterns:
        path = f"{before}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from [] if one.namespace == "admin" else routes(one.url_patterns, path)
        else:
            yield path, one.name


def test_every_page_below_the_organisers_agencies_and_the_api_then_is_said_to_be_about_people_or_not():
    places = [place for place in PLACES if place != "/needs/"]
    names = {name for path, name in routes(get_resolver().url_patterns) if path.startswith(tuple(places)) and name}

    assert names - READ.keys() - PLAIN == set()
    assert READ.keys() & PLAIN == set()
    assert RECORDED - READ.keys() - PLAIN == set()


@pytest.mark.parametrize("path", ["/organise/sessions/{s}/people/", "/organise/sessions/{s}/register/"])
def test_people_of_a_session_when_read_then_it_is_noted_by_whom_and_whose(organiser, path):
    session = make_booking().session

    assert organiser.get(path.format(s=session.pk)).status_code == 200

    name = "organise_people" if "people" in path else "register"
    assert noted() == [("organiser@example.org", "read", name, session.pk, None)]


def test_booking_when_its_history_is_read_then_the_person_is_noted(organiser):
    booking = make_booking()

    organiser.get(f"/organise/bookings/{booking.pk}/")

    assert noted() == [
        ("organiser@example.org", "read", "organise_booking", booking.session_id, booking.practitioner_id)
    ]


def test_page_that_is_not_there_for_somebody_then_nothing_is_noted(islander, client):
    session = make_booking().session

    assert islander.get(f"/organise/sessions/{session.pk}/people/").status_code == 404
    assert client.get(f"/organise/sessions/{session.pk}/people/").status_code == 302
    assert islander.get("/").status_code == 200
    assert noted() == []


def test_lists_as_files_then_are_noted_as_taken_with_what_narrowed_them(organiser):
    organiser.get("/organise/reports/absence.csv?from=2027-01-01")
    organiser.get("/organise/charges.csv")

    assert [row[1:3] for row in noted()] == [("export", "report_csv"), ("export", "organise_charges_file")]
    first = AuditEvent.objects.earliest("pk")
    assert first.details == {"slug": "absence", "kind": "csv", "query": "from=2027-01-01"}
    assert first.at == NOW


def test_agency_lead_when_reading_then_it_is_noted(lead, trust):
    person = UserFactory(organisation=trust)

    lead.get("/agency/")
    lead.get(f"/agency/people/{person.pk}/")

    assert noted() == [
        ("lead@example.org", "read", "agency", None, None),
        ("lead@example.org", "read", "agency_person", None, person.pk),
    ]


def test_program_when_reading_a_register_then_whose_token_it_is_is_noted(client, hampshire):
    organiser = UserFactory(email="program@example.org")
    RoleGrant.objects.create(user=organiser, role="organiser", partnership=hampshire)
    booking = make_booking()

    answer = client.get(f"/api/v1/bookings/{booking.pk}/", HTTP_AUTHORIZATION=f"Bearer {ApiToken.issue(organiser)}")

    assert answer.status_code == 200
    assert noted() == [("program@example.org", "read", "api-booking", booking.session_id, booking.practitioner_id)]


def test_form_when_it_changes_something_without_a_history_then_it_is_noted_and_one_that_has_is_not(organiser):
    session = SessionFactory(starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1))
    booking = make_booking(session=session, at=NOW - timedelta(days=1))
    path = f"/organise/sessions/{session.pk}/register"

    organiser.post(f"{path}/mark/", {"booking": booking.pk, "state": "present"})
    organiser.post(f"{path}/close/")

    assert noted() == [("organiser@example.org", "write", "register_close", session.pk, None)]
    assert booking.attendance_marks.count() == 1


def test_admin_when_read_then_it_is_noted(client):
    root = UserFactory(email="root@example.org", is_staff=True, is_superuser=True)
    client.force_login(root)
    booking = make_booking()

    client.get("/admin/bookings/booking/")
    client.get(f"/admin/bookings/booking/{booking.pk}/change/")
    client.get("/admin/people/user/none/change/")

    assert [row[2:] for row in noted()] == [
        ("admin:bookings_booking_changelist", None, None),
        ("admin:bookings_booking_change", booking.session_id, booking.practitioner_id),
    ]
    assert words_of("admin:bookings_booking_change") == "Admin: booking (change)"


def event(**values):
    """Note something."""
    actions.note(values.pop("actor", None) or UserFactory(), "read", "register", at=NOW, **values)
    return AuditEvent.objects.latest("pk")


def test_the_database_refuses_whoever_edits_the_log_or_a_kept_report():
    one = event()
    kept = actions.keep_report("summary", "Summary", {}, partnerships=[], actor=UserFactory(), at=NOW)
    for table, pk in [("bookings_auditevent", one.pk), ("bookings_reportsnapshot", kept.pk)]:
        with (
            pytest.raises(IntegrityError, match="rows_are_only_added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET id = id WHERE id = %s", [pk])
    with pytest.raises(WrittenElsewhere):
        AuditEvent.objects.update(what="nothing")
    with pytest.raises(WrittenElsewhere):
        ReportSnapshot.objects.all().delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite empties tables by deleting from them")
def test_the_database_refuses_whoever_deletes_from_the_log():
    one = event()
    with pytest.raises(IntegrityError, match="rows_are_only_added"), transaction.atomic():
        AuditEvent.written.filter(pk=one.pk).delete()


def test_the_database_refuses_an_unknown_verb():
    with pytest.raises(IntegrityError, match="audit_event_verb_known"), transaction.atomic():
        actions.note(UserFactory(), "forgot", "register", at=NOW)


def test_log_then_an_organiser_reads_that_of_their_sessions_and_an_administrator_all(organiser, islander):
    session = make_booking().session
    islander.get("/organise/charges/")
    organiser.get(f"/organise/sessions/{session.pk}/people/")
    boss = organiser_for(None, "boss@example.org", role="administrator")

    own, theirs, all_of_it = (words(one.get("/organise/audit/")) for one in (organiser, islander, boss))

    assert "People of a session" in own
    assert "The ledger of charges" not in own
    assert "People of a session" not in theirs
    assert "The ledger of charges" in theirs
    assert "People of a session" in all_of_it
    assert "The ledger of charges" in all_of_it


def words(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_log_of_a_session_then_reads_changes_and_marks_stand_in_one_list(organiser, islander):
    session = SessionFactory(starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1))
    booking = make_booking(session=session, practitioner=UserFactory(name="Pat Sample"), at=NOW - timedelta(days=1))
    organiser.get(f"/organise/sessions/{session.pk}/register/")
    mark = actions.Mark(booking.pk, "late", NOW)
    actions.mark(session, [mark], at=NOW + timedelta(minutes=1), actor=organiser.person)

    page = words(organiser.get(f"/organise/sessions/{session.pk}/audit/"))

    assert "3 lines, the newest first" in page
    assert page.index("Register: late") < page.index("The register</td>") < page.index("Booking: Booked")
    assert islander.get(f"/organise/sessions/{session.pk}/audit/").status_code == 404


def test_log_of_a_person_then_lists_they_stood_in_are_there_and_others_lists_are_not(organiser, islander):
    booking = make_booking(practitioner=UserFactory(name="Pat Sample"))
    other = make_booking()
    organiser.get(f"/organise/sessions/{booking.session_id}/people/")
    organiser.get(f"/organise/sessions/{other.session_id}/register/")

    page = words(organiser.get(f"/organise/people/{booking.practitioner_id}/audit/"))

    assert "People of a session" in page
    assert "The register" not in page
    assert "Booking: Booked" in page
    assert islander.get(f"/organise/people/{booking.practitioner_id}/audit/").status_code == 404


def test_log_when_what_it_was_about_is_gone_then_says_so(organiser):
    event(actor=organiser.person, session=999_999)

    assert "session number 999999, which is gone" in words(organiser.get("/organise/audit/"))


@pytest.mark.parametrize("count", [1, 9])
def test_log_then_the_same_queries_however_long_it_is(organiser, count, django_assert_num_queries):
    for _ in range(count):
        booking = make_booking()
        organiser.get(f"/organise/sessions/{booking.session_id}/people/")

    with django_assert_num_queries(11):
        organiser.get("/organise/audit/")
    assert Booking.objects.count() == count

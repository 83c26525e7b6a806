"""Rows about questions, answers, charges and policies that contradict themselves are refused by the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings.certificate_codes import new_code
from bookings.models import (
    AbsenceReason,
    Approval,
    Arrival,
    Attendance,
    AttendanceReport,
    CalendarReply,
    Certificate,
    Charge,
    CheckInTries,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationResponse,
    Handover,
    PartAttendance,
    PartnershipPolicy,
    RegisterClosing,
    SessionPolicy,
    WeekPolicy,
)
from tests.bookings.desk import set_policy
from tests.factories import NOW, PartnershipFactory, SessionFactory, UserFactory, make_booking

pytestmark = pytest.mark.django_db


def approval(**values):
    Approval.written.add(booking=make_booking(), manager_email="mo@example.org", asked_at=NOW, expires_at=NOW, **values)


def handover(booking=None, **values):
    times = {"asked_at": NOW, "expires_at": NOW}
    Handover.written.add(booking=booking or make_booking(), colleague_email="a@example.org", **times, **values)


def charge(booking=None, **values):
    row = {"partnership": PartnershipFactory(), "reason": "absence", "pence": 100, "made_at": NOW, **values}
    Charge.written.add(booking=booking or make_booking(), **row)


def asked_twice():
    booking = make_booking()
    handover(booking)
    handover(booking)


def charged_twice():
    booking = make_booking()
    charge(booking)
    charge(booking)


def closed(session=None, **values):
    RegisterClosing.written.add(session=session or SessionFactory(), closed_at=NOW, **values)


def closed_twice():
    session = SessionFactory()
    closed(session)
    closed(session)


def marked_as_nothing():
    Attendance.written.add(booking=make_booking(), state="perhaps", source="register", marked_at=NOW)


def absent_for_nothing():
    AbsenceReason.written.add(booking=make_booking(), code="flu", said_by="person", said_at=NOW)


def dated(booking=None, **fields):
    row = {"part": 2, "state": "present", "source": "register", "marked_at": NOW} | fields
    return PartAttendance.written.add(booking=booking or make_booking(), **row)


def dated_twice():
    booking = make_booking()
    dated(booking)
    dated(booking)


def reported(session=None, **values):
    row = {"digest": "a", "read_at": NOW, "placed": 1, **values}
    AttendanceReport.written.add(session=session or SessionFactory(), **row)


def reported_twice():
    session = SessionFactory()
    reported(session)
    reported(session)


def decided_twice():
    set_policy()
    PartnershipPolicy.objects.create(partnership=PartnershipFactory(), version=1)


def arrival(**values):
    return Arrival.written.add(booking=make_booking(), **{"first_at": NOW, "last_at": NOW} | values)


def calendar_reply(booking=None, **values):
    row = {"partstat": "declined", "sequence": 0, "stamp": NOW, "digest": "a" * 64, "received_at": NOW, **values}
    CalendarReply.written.add(booking=booking or make_booking(), **row)


def replied_twice(**second):
    booking = make_booking()
    calendar_reply(booking)
    calendar_reply(booking, digest="b" * 64, **second)


def decided_twice_for_a_week():
    of = {"partnership": PartnershipFactory(), "week": SessionFactory().week}
    WeekPolicy.objects.create(**of)
    WeekPolicy.objects.create(**of)


def evaluation_form(**values):
    return EvaluationForm.written.add(**{"stage": "post", "version": 1, "questions": [], **values})


def form_twice(**values):
    evaluation_form(**values)
    evaluation_form(**values)


def response(booking=None, **values):
    booking = booking or make_booking()
    row = {"session": booking.session, "booking": booking, "stage": "post", "given_at": NOW, **values}
    form = EvaluationForm.objects.first() or evaluation_form()
    return EvaluationResponse.written.add(form=form, **row)


def answered_twice():
    first = response()
    response(first.booking)


def thread_twice():
    first = response()
    response(thread=first.thread)


def evaluation(**values):
    row = {"question": "q", "measure": "other", **values}
    return EvaluationAnswer.written.add(response=EvaluationResponse.objects.first() or response(), **row)


def said_twice():
    evaluation(value=3)
    evaluation(value=4)


def certificate(booking=None, **values):
    row = {"code": new_code(), "name": "Pat", "title": "Tour", "starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}
    row |= {"zone": "Europe/London", "issued_at": NOW, **values}
    return Certificate.written.add(booking=booking or make_booking(), **row)


def certified_twice():
    certificate(certificate().booking)


BREACHES = [
    ("approval_answered_at_if_answered", lambda: approval(answer="yes")),
    ("approval_answered_at_if_answered", lambda: approval(answered_at=NOW)),
    ("handover_answered_at_if_answered", lambda: handover(answer="no")),
    ("handover_answered_at_if_answered", lambda: handover(answered_at=NOW)),
    ("handover_one_open_per_booking|bookings_handover.booking_id", asked_twice),
    ("charge_once_per_booking_and_reason|bookings_charge.booking_id", charged_twice),
    ("charge_of_something", lambda: charge(pence=0)),
    ("charge_waived_with_a_reason", lambda: charge(waived_at=NOW, waived_by=UserFactory())),
    ("charge_waived_with_a_reason", lambda: charge(waiver_reason="Ferry")),
    ("arrival_last_not_before_first", lambda: arrival(last_at=NOW - timedelta(seconds=1))),
    ("arrival_once_at_least", lambda: arrival(times=0)),
    ("calendar_reply_once_per_stamp|bookings_calendarreply.booking_id", lambda: replied_twice(partstat="accepted")),
    (
        "calendar_reply_one_open_per_booking|bookings_calendarreply.booking_id",
        lambda: replied_twice(stamp=NOW + timedelta(seconds=1)),
    ),
    ("calendar_reply_partstat_known", lambda: calendar_reply(partstat="delegated")),
    ("calendar_reply_answered_at_if_answered", lambda: calendar_reply(answer="kept")),
    ("calendar_reply_answered_at_if_answered", lambda: calendar_reply(answered_at=NOW)),
    (
        "calendar_reply_asks_only_whoever_declined",
        lambda: calendar_reply(partstat="accepted", answer="kept", answered_at=NOW),
    ),
    ("calendar_reply_release_at_only_if_it_releases", lambda: calendar_reply(release_at=NOW)),
    ("attendance_report_once_per_session|bookings_attendancereport.session_id", reported_twice),
    ("part_attendance_once|bookings_partattendance.booking_id", dated_twice),
    ("part_attendance_of_a_part", lambda: dated(part=0)),
    ("part_attendance_state_known", lambda: dated(state="perhaps")),
    ("attendance_report_has_a_digest", lambda: reported(digest="")),
    ("check_in_tries_once_at_least", lambda: CheckInTries.written.add(person=UserFactory(), since=NOW, count=0)),
    ("attendance_state_known", marked_as_nothing),
    ("absence_reason_known", absent_for_nothing),
    ("register_closed_once|bookings_registerclosing.session_id", closed_twice),
    ("register_reopened_with_a_reason", lambda: closed(reopened_at=NOW)),
    ("register_reopened_with_a_reason", lambda: closed(reason="Ferry")),
    (
        "evaluation_form_version_once|bookings_evaluationform.partnership_id",
        lambda: form_twice(partnership=PartnershipFactory()),
    ),
    ("evaluation_form_of_all_version_once|bookings_evaluationform.stage", form_twice),
    ("evaluation_form_stage_known", lambda: evaluation_form(stage="later")),
    ("evaluation_answered_once|bookings_evaluationresponse.booking_id", answered_twice),
    ("evaluation_thread_answered_once|bookings_evaluationresponse.thread", thread_twice),
    ("evaluation_response_stage_known", lambda: response(stage="later")),
    ("evaluation_answer_once|bookings_evaluationanswer.response_id", said_twice),
    ("evaluation_answer_says_one_thing", evaluation),
    ("evaluation_answer_says_one_thing", lambda: evaluation(value=3, text="x")),
    ("evaluation_answer_says_one_thing", lambda: evaluation(value=6)),
    ("evaluation_answer_says_one_thing", lambda: evaluation(text="x", redacted_at=NOW, redaction_reason="x")),
    ("evaluation_answer_redacted_with_a_reason", lambda: evaluation(redacted_at=NOW)),
    ("evaluation_answer_redacted_with_a_reason", lambda: evaluation(value=3, redaction_reason="x")),
    ("certificate_one_that_holds|bookings_certificate.booking_id", certified_twice),
    ("certificate_of_several_dates_has_their_length", lambda: certificate(dates="Part 1 of 2")),
    ("certificate_of_several_dates_has_their_length", lambda: certificate(minutes_in_all=90)),
    ("certificate_revoked_for_a_reason", lambda: certificate(revoked_at=NOW)),
    ("certificate_revoked_for_a_reason", lambda: certificate(revoked_for="replaced")),
    ("certificate_revoked_for_a_reason", lambda: certificate(revoked_at=NOW, revoked_for="whim")),
    ("certificate_of_some_length", lambda: certificate(ends_at=NOW)),
    ("partnership_policy_version_once|bookings_partnershippolicy.partnership_id", decided_twice),
    ("week_policy_once|bookings_weekpolicy.partnership_id", decided_twice_for_a_week),
]


@pytest.mark.parametrize(("name", "write"), BREACHES)
def test_the_database_refuses_what_contradicts_itself(name, write):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def test_every_constraint_has_a_row_that_breaks_it():
    broken = {name.split("|")[0] for name, _ in BREACHES}
    models = (
        AbsenceReason,
        Approval,
        Arrival,
        Attendance,
        AttendanceReport,
        PartAttendance,
        CalendarReply,
        Certificate,
        Charge,
        EvaluationAnswer,
        EvaluationForm,
        EvaluationResponse,
        CheckInTries,
        Handover,
        PartnershipPolicy,
        RegisterClosing,
        SessionPolicy,
        WeekPolicy,
    )

    assert {c.name for model in models for c in model._meta.constraints} == broken

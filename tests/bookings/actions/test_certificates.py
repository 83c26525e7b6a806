"""Certificates: due when attended and answered as policy says, again in another name, revoked when corrected."""

from datetime import timedelta

import pytest
import time_machine

from bookings import actions, afterwards, tasks
from bookings.afterwards import Share
from bookings.models import Attendance, Booking, Certificate, EvaluationResponse
from events.models import SessionHost
from tests.bookings.desk import set_policy
from tests.bookings.feedback import came, give
from tests.factories import (
    START,
    OrganisationFactory,
    PartnershipFactory,
    SessionFactory,
    UserFactory,
    make_booking,
)
from tests.factories.people import SectorFactory

pytestmark = pytest.mark.django_db
END = START + timedelta(minutes=90)
LATER = END + timedelta(hours=1)


@pytest.fixture
def booking():
    return make_booking(practitioner=UserFactory(name="Siân Sample"))


def holding():
    return list(Certificate.objects.filter(revoked_at__isnull=True).values_list("name", flat=True))


def test_certificate_when_attended_and_answered_then_issued_in_the_words_of_the_day(booking):
    booking.session.also_hosted_by = "Adult Board"
    booking.session.save()
    SessionHost.objects.create(session=booking.session, partnership=PartnershipFactory(slug="isle-of-wight"))
    came(booking)
    assert holding() == []

    give(booking)

    one = Certificate.objects.get()
    assert (one.name, one.title, one.minutes) == ("Siân Sample", booking.session.title, 90)
    assert one.hosts == (
        "Hampshire Safeguarding Children Partnership, Isle Of Wight Safeguarding Children Partnership and Adult Board"
    )
    assert (one.issued_at, one.is_multi_agency) == (END, False)


def test_certificate_when_answered_before_the_mark_then_issued_with_the_mark(booking):
    give(booking)
    assert holding() == []

    came(booking, at=LATER)

    assert holding() == ["Siân Sample"]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ("late", [True, True]),
        ("did_not_attend", [False]),
        ("excused", [False]),
    ],
)
def test_certificate_when_people_of_several_sectors_came_then_says_so(other, says):
    session = SessionFactory()
    both = []
    for slug in ("police", "schools"):
        agency = OrganisationFactory(slug=slug, sector=SectorFactory(slug=slug, name=slug.title()))
        both.append(make_booking(session=session, practitioner=UserFactory(organisation=agency)))
    for one, state in zip(both, ("present", other), strict=True):
        came(one, state)
    for one in both[: len(says)]:
        give(one)

    assert list(Certificate.objects.values_list("is_multi_agency", flat=True)) == says


def test_certificate_by_policy_for_whoever_attended_then_needs_no_feedback_but_the_end():
    set_policy(certificate_release="attended")
    booking = make_booking()
    came(booking)
    assert actions.issue_certificates(at=END - timedelta(seconds=1)) == 0

    assert actions.issue_certificates(at=END) == 1
    assert actions.issue_certificates(at=END) == 0
    assert len(holding()) == 1


def test_certificate_when_feedback_came_minutes_before_the_end_then_issued_by_the_task(booking):
    came(booking)
    give(booking, at=END - timedelta(minutes=5))
    assert holding() == []

    with time_machine.travel(END + timedelta(minutes=1)):
        tasks.issue_certificates()

    assert len(holding()) == 1


@pytest.mark.parametrize(
    ("state", "minutes", "share"),
    [
        ("present", None, Share.ALL),
        ("late", None, Share.ALL),
        ("left_early", None, Share.PART),
        ("did_not_attend", None, Share.NONE),
        ("excused", None, Share.NONE),
        ("present", 72, Share.ALL),
        ("left_early", 72, Share.ALL),
        ("present", 71, Share.PART),
        ("present", 36, Share.PART),
        ("present", 35, Share.NONE),
        ("did_not_attend", 90, Share.NONE),
    ],
)
def test_attendance_then_counted_by_minutes_where_there_are_some(booking, state, minutes, share):
    row = Attendance(booking=booking, state=state, minutes=minutes)

    assert afterwards.attended(row, booking, booking.session) == share


def test_attendance_by_another_policy_then_counted_by_that():
    set_policy(attendance_percent=50, attendance_part_percent=10)
    booking = make_booking()
    row = Attendance(booking=booking, state="present", minutes=45)

    assert afterwards.attended(row, booking, booking.session) == Share.ALL
    assert afterwards.attended(None, booking, booking.session) == Share.NONE


@pytest.mark.parametrize("state", ["left_early", "did_not_attend", "excused", ""])
def test_certificate_when_the_register_is_corrected_then_revoked_and_put_right_by_another(booking, state):
    came(booking)
    give(booking)
    first = Certificate.objects.get()

    came(booking, state, at=LATER)

    first.refresh_from_db()
    assert (first.revoked_at, first.revoked_for) == (LATER, "corrected")
    assert holding() == []
    came(booking, "late", at=LATER + timedelta(minutes=1))
    second = Certificate.objects.get(revoked_at__isnull=True)
    assert second.code != first.code


def test_certificate_when_marked_the_same_or_late_then_stays(booking):
    came(booking)
    give(booking)

    came(booking, "late", at=LATER)
    came(booking, "late", at=LATER + timedelta(minutes=1))

    assert Certificate.objects.count() == 1


def test_certificate_when_the_name_changes_then_issued_again_and_the_old_one_says_so(booking):
    came(booking)
    give(booking)
    first = Certificate.objects.get()
    person = booking.practitioner

    person.job_role = "Head"
    person.save()
    assert Certificate.objects.count() == 1
    person.name = "Siân Example"
    with time_machine.travel(LATER, tick=False):
        person.save(update_fields=["name"])
        person.save()

    first.refresh_from_db()
    second = Certificate.objects.get(revoked_at__isnull=True)
    assert (first.name, first.revoked_for) == ("Siân Sample", "replaced")
    assert (second.name, second.title, second.booking) == ("Siân Example", first.title, booking)
    assert (first.issued_at, second.issued_at) == (END, LATER)
    assert second.code != first.code
    assert Certificate.objects.count() == 2


def test_certificate_when_the_name_is_taken_away_then_stays(booking):
    came(booking)
    give(booking)
    booking.practitioner.name = ""
    booking.practitioner.save()

    assert holding() == ["Siân Sample"]


def test_certificates_of_many_then_as_many_statements_as_of_one(django_assert_max_num_queries):
    def taken(number):
        session = SessionFactory(capacity=None)
        for _ in range(number):
            booking = make_booking(session=session)
            came(booking)
            give(booking, at=END - timedelta(minutes=1))
        with django_assert_max_num_queries(30) as queries:
            assert actions.issue_certificates(at=END) == number
        return len(queries)

    assert taken(1) == taken(4)


def test_marks_before_the_end_then_cost_nothing_more(booking, django_assert_num_queries):
    came(booking)
    mark = booking.attendance_marks.get()

    with django_assert_num_queries(0):
        actions.follow_marks(booking.session, [mark], at=END - timedelta(seconds=1))


def test_certificate_of_a_place_that_was_given_up_then_none(booking):
    came(booking)
    give(booking)
    Certificate.written.all().delete()
    Booking.written.filter(pk=booking.pk).update(status="substituted")

    assert actions.issue_certificates(at=END) == 0
    assert EvaluationResponse.objects.exists()

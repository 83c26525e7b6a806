"""The sample: loaded once, with a week to book and people to sign in as."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from bookings import actions as bookings
from bookings.models import Booking, policy_of
from config.sample import SIGN_IN_AS, WEEKS, drop_in_start, load_sample, monday_after
from events.models import PracticeWeek, ProgrammeRevision, Session
from events.wall_time import LONDON
from people.models import Organisation, RoleGrant, Statement, User
from tests.kept_rows import taken_back

NOW = datetime(2027, 5, 4, 9, 0, 20, tzinfo=UTC)


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def sample(django_db_setup, django_db_blocker):
    """The sample, loaded once."""
    with taken_back(django_db_blocker):
        load_sample(at=NOW)
        yield


def copied():
    return PracticeWeek.objects.get(copied_from__slug=WEEKS[1])


def test_both_weeks_and_a_copy_to_book_are_there():
    week = copied()
    assert (week.starts_on, week.state, week.is_sample) == (date(2027, 5, 24), "published", True)
    assert week.title == "Learning from Reviews"
    assert {p.title for p in week.presentations.all()} == {
        "Hampshire Safeguarding Practice Week: Learning from Reviews",
        "Learning from Reviews 2027",
    }
    assert set(PracticeWeek.objects.exclude(pk=week.pk).values_list("slug", "is_sample")) == {(w, False) for w in WEEKS}
    codes = {session.code for session in Session.objects.bookable(at=NOW)}
    assert codes == {session.code for session in week.sessions.all()} - {"LFR-R4"}
    assert len(codes) == 19


def test_workshop_that_shares_its_places_has_a_policy_of_its_own():
    assert policy_of(Session.objects.get(code="SCW-T2")).organisation_quota == 3
    assert policy_of(Session.objects.get(code="SCW-T3")).organisation_quota == 0


def test_copied_sessions_that_are_online_have_a_way_in_of_their_own():
    online = copied().sessions.exclude(format="in_person")
    links = [session.joining_link for session in online]
    assert all(link.startswith("https://meet.example.org/") for link in links)
    assert len(set(links)) == len(links) > 10
    assert not set(links) & set(Session.objects.exclude(week=copied()).values_list("joining_link", flat=True))
    assert set(copied().sessions.filter(format="in_person").values_list("joining_link", flat=True)) == {""}


def test_each_partnership_has_a_statement_that_says_it_is_an_example():
    statements = Statement.objects.all()
    assert {(one.partnership.slug, one.version) for one in statements} == {("hampshire", 1), ("isle-of-wight", 1)}
    assert all(one.text.startswith("This is an example, made up for demonstration.") for one in statements)


def test_cancelled_session_of_the_past_week_is_cancelled():
    assert Session.objects.get(code="SCW-F2").state == "cancelled"


def test_drop_in_starts_seventy_minutes_on_and_takes_bookings():
    session = Session.objects.get(code="DROP-IN")
    assert session.starts_at == datetime(2027, 5, 4, 10, 11, tzinfo=UTC)
    assert timedelta(minutes=70) <= session.starts_at - NOW < timedelta(minutes=71)
    assert (session.week, session.state, session.format, session.is_illustrative) == (
        copied(),
        "published",
        "online",
        True,
    )
    person = User.objects.get(email=SIGN_IN_AS[0][0])
    assert bookings.book(session, practitioner=person, at=NOW).status == "confirmed"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 5, 4, 9, 0, tzinfo=UTC), "2027-05-04T11:10:00+01:00"),
        (datetime(2027, 5, 4, 9, 0, 0, 1, tzinfo=UTC), "2027-05-04T11:11:00+01:00"),
        (datetime(2027, 3, 27, 23, 55, tzinfo=UTC), "2027-03-28T02:05:00+01:00"),
        (datetime(2027, 10, 30, 23, 0, tzinfo=UTC), "2027-10-31T02:10:00+00:00"),
        (datetime(2027, 10, 31, 0, 0, tzinfo=UTC), "2027-10-31T02:10:00+00:00"),
    ],
)
def test_drop_in_starts_at_a_whole_minute_that_clocks_show_once(now, expected):
    assert drop_in_start(now).astimezone(LONDON).isoformat() == expected


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (datetime(2027, 5, 3, 9, 0, tzinfo=UTC), date(2027, 5, 17)),
        (datetime(2027, 5, 3, 22, 59, tzinfo=UTC), date(2027, 5, 17)),
        (datetime(2027, 5, 3, 23, 0, tzinfo=UTC), date(2027, 5, 24)),
        (datetime(2027, 5, 9, 9, 0, tzinfo=UTC), date(2027, 5, 24)),
    ],
)
def test_copy_starts_on_the_first_monday_two_weeks_on_by_londons_calendar(now, monday):
    assert monday_after(now) == monday


def test_second_load_keeps_everything():
    Session.objects.filter(code="DROP-IN").update(title="Changed by somebody")
    User.objects.filter(email=SIGN_IN_AS[0][0]).update(name="Changed by somebody")
    before = (ProgrammeRevision.objects.get().number, User.objects.count(), Session.objects.count())
    load_sample(at=NOW + timedelta(days=40))
    assert (ProgrammeRevision.objects.get().number, User.objects.count(), Session.objects.count()) == before
    assert Session.objects.get(code="DROP-IN").title == "Changed by somebody"


def test_missing_week_comes_back_and_the_copy_with_its_bookings_stays():
    person = User.objects.get(email=SIGN_IN_AS[0][0])
    bookings.book(Session.objects.get(code="DROP-IN"), practitioner=person, at=NOW)
    week = PracticeWeek.objects.get(slug=WEEKS[0])
    week.sessions.all().delete()
    week.delete()
    load_sample(at=NOW + timedelta(days=1))
    assert PracticeWeek.objects.filter(slug=WEEKS[0]).exists()
    assert PracticeWeek.objects.count() == 3
    assert Booking.objects.count() == 1


def test_people_are_there_with_where_they_work_and_what_they_may_do():
    people = {person.email: person for person in User.objects.all()}
    assert {email for email, _ in SIGN_IN_AS} <= set(people)
    assert all(email.endswith("@example.org") and person.has_details for email, person in people.items())
    police = people["police.officer@example.org"]
    assert {area.slug for area in police.areas.all()} == {"hampshire", "isle-of-wight"}
    roles = {(grant.user.email, grant.role) for grant in RoleGrant.objects.all()}
    assert ("organiser.hampshire@example.org", "organiser") in roles
    assert ("organiser.island@example.org", "organiser") in roles
    assert ("school.lead@example.org", "agency_lead") in roles
    trust = Organisation.objects.get(slug="example-community-trust")
    assert trust.successor.slug == "hiow-healthcare"


def test_admin_is_open_to_organisers_and_the_administrator_only():
    entering = set(User.objects.filter(is_staff=True).values_list("email", flat=True))
    assert entering == {
        "organiser.hampshire@example.org",
        "organiser.island@example.org",
        "administrator@example.org",
    }
    assert User.objects.get(is_superuser=True).email == "administrator@example.org"


def test_command_prints_whom_to_sign_in_as():
    out = StringIO()
    call_command("load_sample", stdout=out)
    assert [line.split()[0] for line in out.getvalue().splitlines()] == [email for email, _ in SIGN_IN_AS]

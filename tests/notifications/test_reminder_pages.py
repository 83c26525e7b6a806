"""The organisers' pages about reminders: what is typed, what it means, and whose it is to decide."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings.models import PartnershipPolicy, SessionPolicy, WeekPolicy
from events.models import SessionHost
from notifications.models import Message
from tests.bookings.desk import set_policy
from tests.bookings.feedback import settle
from tests.factories import NOW, SessionFactory, make_booking
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/organise/reminders/hampshire/"


@pytest.fixture
def session(hampshire):
    """A session on Tuesday 22 June 2027, 09:30."""
    return SessionFactory(host=hampshire)


def typed(organiser, page, rules, **values):
    as_of = organiser.get(page).context["as_of"]
    hours = {"quiet_from_hour": "20", "quiet_until_hour": "7"} if page == PAGE else {}
    return organiser.post(page, {"reminders": rules, "as_of": as_of, **hours, **values}, follow=True)


def test_page_then_says_in_words_what_the_rules_mean_for_the_next_session(organiser, session):
    page = markup(organiser.get(PAGE))
    assert f"For {session.title} on Tuesday 22 June 2027 at 09:30:" in page
    assert 'Friday 11 June 2027 at 09:00 <span class="quiet">(10 days before at 09:00)</span>' in page
    assert "Monday 21 June 2027 at 09:00" in page
    assert "Tuesday 22 June 2027 at 08:30" in page
    assert "None of these comes before" not in page


def test_page_where_there_is_no_session_then_speaks_of_an_ordinary_one(organiser):
    assert "For an ordinary session on Tuesday 29 June 2027 at 10:00:" in markup(organiser.get(PAGE))


def test_preview_then_nothing_is_saved_and_what_does_nothing_is_said(organiser, session):
    make_booking(session=session)
    before = sorted(Message.objects.values_list("pk", "status", "due_at"))
    answer = typed(organiser, PAGE, "60 days before\n1 day before\n1 working day before", preview="yes")
    assert answer.status_code == 200
    assert "(60 days before at 09:00)</span> <strong>is past, so it does nothing</strong>" in markup(answer)
    assert markup(answer).count("does nothing: another is due at that time") == 1
    assert not PartnershipPolicy.objects.exists()
    assert sorted(Message.objects.values_list("pk", "status", "due_at")) == before


def test_rules_when_saved_then_reminders_follow_and_everything_else_decided_stays(organiser, hampshire, session):
    set_policy(hampshire, offer_hours=9)
    booking = make_booking(session=session)
    answer = typed(organiser, PAGE, "2 DAYS before\r\n60 days before at 08:00")
    assert PartnershipPolicy.objects.first().values == {
        "offer_hours": 9,
        "reminders": ["2 days before at 09:00", "60 days before at 08:00"],
    }
    assert "“60 days before at 08:00” is past for" in markup(answer)
    assert "None of these comes before the time for cancelling free ends: Thursday 17 June 2027" not in markup(answer)
    waiting = Message.objects.filter(booking=booking, kind__startswith="reminder", status="pending")
    assert [row.occurrence.split()[0] for row in waiting] == ["-2d"]


def test_rules_that_come_too_late_to_cancel_free_then_the_page_says_so(organiser, session):
    answer = typed(organiser, PAGE, "1 hour before")
    assert "None of these comes before the time for cancelling free ends: Thursday 17 June 2027 at 23:59." in markup(
        answer
    )
    assert "Nobody is reminded." in markup(typed(organiser, PAGE, "", no_reminders="on", preview="yes"))


def test_rules_that_cannot_be_meant_then_said_at_the_field_and_nothing_saved(organiser, session):
    answer = typed(organiser, PAGE, "soon", quiet_from_hour="25")
    assert answer.status_code == 400
    assert "“soon” is no rule for a reminder." in markup(answer)
    assert "Enter a whole number from 0 to 23." in markup(answer)
    assert not PartnershipPolicy.objects.exists()


def test_rules_when_somebody_else_saved_meanwhile_then_refused(organiser, hampshire, session):
    for page, breach in (
        (PAGE, lambda: set_policy(hampshire, offer_hours=9)),
        (
            f"/organise/sessions/{session.pk}/reminders/",
            lambda: SessionPolicy.objects.create(session=session, values={"offer_hours": 3}),
        ),
    ):
        form = {"reminders": "1 day before", "as_of": organiser.get(page).context["as_of"]}
        breach()
        hours = {"quiet_from_hour": "20", "quiet_until_hour": "7"}
        assert organiser.post(page, {**form, **hours}).status_code == 409


def test_week_and_session_when_saved_then_only_what_is_otherwise(organiser, hampshire, session):
    week, one = f"{PAGE}{session.week.slug}/", f"/organise/sessions/{session.pk}/reminders/"
    assert f'href="{week}"' in markup(organiser.get(PAGE))
    typed(organiser, week, "4 days before")
    assert WeekPolicy.objects.get().values == {"reminders": ["4 days before at 09:00"]}
    assert "The partnership has: 4 days before at 09:00." in markup(organiser.get(one))
    typed(organiser, one, "none", quiet_from_hour="19", silence="0")
    assert SessionPolicy.objects.get().values == {"reminders": [], "quiet_from_hour": 19}
    assert "Nobody is reminded." in markup(organiser.get(one))
    typed(organiser, one, "")
    assert not SessionPolicy.objects.exists()
    assert "(4 days before at 09:00)" in markup(organiser.get(one))


def test_pages_of_somebody_else_then_not_there_or_only_read(organiser, island, hampshire, client):
    theirs = SessionFactory(host=island)
    session_page = f"/organise/sessions/{theirs.pk}/reminders/"
    hidden = ["/organise/reminders/isle-of-wight/", f"/organise/reminders/isle-of-wight/{theirs.week.slug}/"]
    for page in [*hidden, session_page, f"{PAGE}no-such-week/"]:
        assert organiser.get(page).status_code == 404
        assert organiser.post(page, {}).status_code == 404
    assert organiser.get(PAGE).status_code == 200  # the control
    assert client.get(PAGE).status_code == 302
    SessionHost.objects.create(session=theirs, partnership=hampshire)
    assert '<form class="form"' not in markup(organiser.get(session_page))
    assert organiser.post(session_page, {"reminders": "1 day before"}).status_code == 403
    assert not SessionPolicy.objects.exists()


def test_rules_after_the_end_then_the_page_says_when_and_to_whom(organiser, session):
    rules = "1 working day after at 09:00\n2 hours after\n1 day after\n0 days after\n1 hour before"
    page = markup(typed(organiser, PAGE, rules, preview="yes"))
    whom = ", to those who came and have not said how it was)</span>"
    assert f'Wednesday 23 June 2027 at 09:00 <span class="quiet">(1 working day after at 09:00{whom}' in page
    assert f'Tuesday 22 June 2027 at 13:00 <span class="quiet">(2 hours after{whom}</li>' in page
    assert f"(1 day after at 09:00{whom} <strong>does nothing: the thanks or another are due" in page
    assert f"(0 days after at 09:00{whom} <strong>does nothing: the thanks or another are due" in page
    assert 'at 08:30 <span class="quiet">(1 hour before)</span></li>' in page
    order = [page.index(part) for part in ("(1 hour before)", "(2 hours after", "(1 working day after")]
    assert order == sorted(order)
    assert "None of these comes before the time for cancelling free ends" in page  # what comes after does not count


def test_rules_after_the_end_when_people_are_thanked_later_then_the_page_says_what_does_nothing(
    organiser, hampshire, session
):
    set_policy(hampshire, questions_after_days=2)
    page = markup(typed(organiser, PAGE, "1 day after\n3 days after", preview="yes"))
    assert page.count("does nothing: the thanks") == 1
    assert "(1 day after at 09:00, to those who came and have not said how it was)</span> <strong>does" in page


def test_rules_after_the_end_when_saved_for_a_session_that_is_over_then_who_came_is_reminded(organiser, hampshire):
    session = SessionFactory(host=hampshire, starts_at=NOW - timedelta(hours=3), ends_at=NOW - timedelta(hours=1))
    booking = make_booking(session=session, at=NOW - timedelta(days=2))
    settle(booking)
    one = f"/organise/sessions/{session.pk}/reminders/"
    answer = typed(organiser, one, "1 WORKING DAY AFTER\n30 minutes after")
    assert "“30 minutes after” is no rule for a reminder." in markup(answer)
    answer = typed(organiser, one, "1 WORKING DAY AFTER\n1 hour after\n1 day before")
    assert "“1 day before at 09:00” is past for" in markup(answer)
    assert "“1 working day" not in markup(answer)
    assert SessionPolicy.objects.get().values == {
        "reminders": ["1 working day after at 09:00", "1 hour after", "1 day before at 09:00"]
    }
    rows = Message.objects.filter(booking=booking, kind="questions_reminder").values_list("occurrence", "due_at")
    assert [(code.split()[0], due) for code, due in rows] == [("+1w", datetime(2027, 5, 5, 8, tzinfo=UTC))]

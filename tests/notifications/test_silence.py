"""Switching reminders off: never by emptying a field, and only after the number that will not be sent was seen."""

import re

import pytest

from bookings import actions
from bookings.actions.policy import mark_of
from bookings.models import PartnershipPolicy, SessionPolicy, WeekPolicy, policy_of
from bookings.policy import KEYS, Policy
from events.models import Session
from notifications.models import Message
from notifications.silence import led_by, silence_of
from tests.bookings.desk import set_policy, set_session_policy
from tests.factories import NOW, SessionFactory, make_booking
from tests.pages import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGES = {
    "policy": "/organise/policies/hampshire/",
    "reminders": "/organise/reminders/hampshire/",
    "week": "/organise/reminders/hampshire/{week}/",
    "session policy": "/organise/sessions/{pk}/policy/",
    "session reminders": "/organise/sessions/{pk}/reminders/",
}
OF_PARTNERSHIP = ("policy", "reminders")


@pytest.fixture
def session(hampshire):
    """A session with two places, of each of which three reminders wait."""
    session = SessionFactory(host=hampshire, capacity=None)
    make_booking(session=session), make_booking(session=session)
    return session


def save(organiser, name, session, **values):
    """Send a page's form as a browser does, with some of its fields otherwise; return the answer."""
    page = PAGES[name].format(pk=session.pk, week=session.week.slug)
    context = organiser.get(page).context
    shown = {bound.name: bound.field.prepare_value(bound.value()) for bound in context["form"]}
    typed = {key: value for key, value in (shown | values).items() if value is not None and value is not False}
    return organiser.post(page, typed | {"as_of": context["as_of"]}, follow=True)


def waiting():
    return Message.objects.filter(status="pending", kind__in=["reminder", "reminder_soon"]).count()


def stored():
    return [row.values for model in (PartnershipPolicy, WeekPolicy, SessionPolicy) for row in model.objects.all()]


@pytest.mark.parametrize("name", PAGES)
def test_rules_when_emptied_then_what_lies_below_holds_and_no_reminder_is_withdrawn(organiser, session, name):
    assert waiting() == 6
    assert save(organiser, name, session, reminders="").status_code == 200
    assert waiting() == 6
    assert not [values for values in stored() if "reminders" in values]


@pytest.mark.parametrize("name", PAGES)
def test_reminders_when_switched_off_then_their_number_is_said_first_and_saved_once_confirmed(organiser, session, name):
    answer = save(organiser, name, session, no_reminders="on")
    assert "6 reminders are waiting to go, and will not be sent.</strong> Nothing is saved yet." in markup(answer)
    assert (waiting(), stored()) == (6, [])
    form = answer.content.decode().partition('name="as_of"')[2]
    first, *others = re.findall(r"<button[^>]*>", form)  # Enter in a field presses the first
    assert 'name="silence"' not in first
    assert any('name="silence"' in other for other in others)
    assert "6 reminders are waiting to go" in markup(
        save(organiser, name, session, no_reminders="on", silence="5")
    )  # as one more books
    assert (waiting(), stored()) == (6, [])
    answer = save(organiser, name, session, no_reminders="on", silence="6")
    assert (waiting(), stored()) == (0, [{"reminders": []}])
    assert answer.context["form"]["no_reminders"].value() is True
    assert save(organiser, name, session, no_reminders="").context["form"]["no_reminders"].value() is not True
    assert waiting() == 6


def test_reminders_when_only_those_after_the_end_are_left_then_the_number_is_said_too(organiser, session):
    answer = save(organiser, "reminders", session, reminders="3 days after at 09:00")
    assert "Send no reminders before the session?" in markup(answer)
    assert "6 reminders are waiting to go, and will not be sent." in markup(answer)
    assert waiting() == 6
    assert "waiting to go" not in markup(save(organiser, "reminders", session, reminders="1 hour before"))


def test_none_when_stored_before_there_was_a_tick_then_it_means_none_and_the_page_says_so(
    organiser, hampshire, session
):
    set_policy(hampshire, reminders=[])
    assert policy_of(session).reminder_rules == ()
    for name in OF_PARTNERSHIP:
        page = organiser.get(PAGES[name])
        assert page.context["form"]["no_reminders"].value() is True
        assert page.context["form"]["reminders"].value() == ""
    assert "no reminders" in markup(organiser.get("/organise/policies/"))


def test_number_when_sessions_have_rules_of_their_own_or_another_leads_then_theirs_are_not_counted_in_one_query(
    hampshire, island, session, django_assert_num_queries
):
    for other in (SessionFactory(host=island), SessionFactory(host=hampshire)):
        make_booking(session=other)
    set_session_policy(other, reminders=["1 hour before"])
    off, week = Policy.of({"reminders": []}), session.week
    with django_assert_num_queries(1):
        assert silence_of(Policy(), off, led_by(hampshire), at=NOW).count == 6
    make_booking(session=session)
    with django_assert_num_queries(1):
        assert silence_of(Policy(), off, led_by(hampshire, week), at=NOW).count == 9
    actions.set_week_policy(hampshire, week, {"reminders": ["1 hour before"]}, at=NOW, as_of=mark_of({}))
    assert silence_of(Policy(), off, led_by(hampshire), at=NOW).sentence.startswith("No reminder is waiting to go now.")
    with django_assert_num_queries(0):
        assert silence_of(Policy(), Policy(), Session.objects.all(), at=NOW) is None


def test_notice_about_safety_when_emptied_then_the_default_holds_and_none_takes_it_away(organiser, session):
    save(organiser, "policy", session, safety_notice="", offer_hours="9")
    assert stored() == [{"offer_hours": 9}]
    save(organiser, "policy", session, safety_notice="none")
    assert {"offer_hours": 9, "safety_notice": ""} in stored()
    page = organiser.get(PAGES["policy"])
    assert page.context["form"]["safety_notice"].value() == "none"
    save(organiser, "policy", session, safety_notice="")
    assert policy_of(session).safety_notice == KEYS["safety_notice"].default

"""The weeks that somebody organises: listed, begun, copied, described and published."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from events.models import PracticeWeek, WeekDay, WeekHost, WeekPresentation
from tests.events.organisers import joined, theirs, week
from tests.factories import NOW, WEEK_STARTS, SessionFactory, ThemeFactory, WeekFactory, make_booking
from tests.pages import words

__all__ = ["theirs", "week"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def errors(answer, field):
    return " ".join(answer.context["form"].errors.get(field, []))


def test_weeks_when_listed_then_by_group_with_state_numbers_and_what_is_missing(organiser, week, hampshire):
    live = WeekFactory(slug="2027-06-live", title="Live week", host=hampshire)
    make_booking(session=SessionFactory(week=live, capacity=10))
    SessionFactory(week=live, state="cancelled", cancelled_at=NOW, capacity=100)
    WeekFactory(slug="2027-04-past", title="Past week", starts_on=WEEK_STARTS - timedelta(days=70), host=hampshire)
    said = words(organiser.get("/organise/weeks/"))
    assert re.search(r"Coming up Published 9 worth a look Live week .* 1 session · 1 of 10 places taken", said)
    assert re.search(r"Drafts Draft 6 worth a look Learning from Reviews .* 0 sessions Build", said)
    assert re.search(r"Past Published Past week .* 0 sessions Build", said)


@pytest.mark.parametrize("count", [1, 10])
def test_weeks_when_there_are_many_then_asks_as_often_as_for_few(
    organiser, hampshire, count, django_assert_num_queries
):
    for number in range(count):
        week = WeekFactory(slug=f"2027-06-week-{number}", state="draft", host=hampshire)
        SessionFactory(week=week, state="draft")
    with django_assert_num_queries(11):
        answer = organiser.get("/organise/weeks/")
    assert answer.content.decode().count("week-row-title") == count


def begin(client, hampshire, **fields):
    form = {"title": "Learning together", "starts_on": "2027-06-21", "slug": "", "lead": hampshire.pk}
    return client.post("/organise/new/", form | fields)


def test_week_when_begun_then_a_draft_whose_address_is_made_of_month_and_title(organiser, hampshire, island):
    answer = begin(organiser, hampshire, co_hosts=[island.pk], introduction="Why.")
    week = PracticeWeek.objects.get()
    assert answer.url == f"/organise/weeks/{week.slug}/"
    assert (week.slug, week.state, week.introduction) == ("2027-06-learning-together", "draft", "Why.")
    assert [host.partnership for host in week.week_hosts.all()] == [hampshire, island]
    assert organiser.get(answer.url).status_code == 200


WRONG = {
    "a Tuesday": ({"starts_on": "2027-06-22"}, "starts_on", "22 June 2027 is a Tuesday; a week starts on a Monday."),
    "no day": ({"starts_on": "soon"}, "starts_on", "Write a day such as 2027-06-21."),
    "no title": ({"title": ""}, "title", "Write a title."),
    "an address that is none": ({"slug": "no address"}, "slug", "small letters"),
    "no lead": ({"lead": ""}, "lead", "Choose the partnership that leads."),
    "a control character": ({"title": "Bell\x07"}, "title", "control characters"),
}


@pytest.mark.parametrize(("fields", "field", "said"), WRONG.values(), ids=WRONG)
def test_week_when_something_is_wrong_then_said_at_the_field_and_nothing_is_made(
    organiser, hampshire, fields, field, said
):
    answer = begin(organiser, hampshire, introduction="Why this week.", **fields)
    assert answer.status_code == 400
    assert said in errors(answer, field)
    assert "Why this week." in answer.content.decode()
    assert not PracticeWeek.objects.exists()


def test_week_when_its_address_is_taken_then_said_at_the_field(organiser, hampshire, week):
    answer = begin(organiser, hampshire, slug=week.slug)
    assert "already. Choose another address." in errors(answer, "slug")
    assert PracticeWeek.objects.count() == 1


def test_week_when_none_of_ones_own_hosts_it_then_refused_at_the_lead(organiser, island):
    answer = begin(organiser, island)
    assert (answer.status_code, "that you organise for" in errors(answer, "lead")) == (409, True)
    assert not PracticeWeek.objects.exists()


def test_week_when_copied_then_a_draft_on_another_monday(organiser, week):
    SessionFactory(week=week)
    assert organiser.get(f"/organise/copy/?week={week.slug}").context["form"]["week"].value() == week.slug
    form = {"week": week.slug, "starts_on": "2027-11-22"}
    assert organiser.post("/organise/copy/", form).url == "/organise/weeks/2027-11-learning-from-reviews/"
    copy = PracticeWeek.objects.get(slug="2027-11-learning-from-reviews")
    assert (copy.state, copy.sessions.count()) == ("draft", 1)
    again = organiser.post("/organise/copy/", form)
    assert (again.status_code, "already" in errors(again, "starts_on")) == (409, True)
    tuesday = organiser.post("/organise/copy/", form | {"starts_on": "2027-11-23"})
    assert (tuesday.status_code, "is a Tuesday" in errors(tuesday, "starts_on")) == (400, True)


def test_copy_when_a_time_falls_into_the_hour_that_never_comes_then_said_and_nothing_is_copied(organiser, week):
    SessionFactory(week=week, starts_at=datetime(2027, 6, 27, 0, 30, tzinfo=UTC))
    answer = organiser.post("/organise/copy/", {"week": week.slug, "starts_on": "2028-03-20"})
    assert (answer.status_code, "does not exist" in words(answer)) == (400, True)
    assert PracticeWeek.objects.count() == 1


def details(week, hampshire, **fields):
    form = {"title": week.title, "introduction": "", "lead": hampshire.pk}
    return f"/organise/weeks/{week.slug}/details/", form | fields


def test_details_when_saved_then_title_hosts_and_ones_own_presentation_change(organiser, week, hampshire, island):
    address, form = details(
        week, hampshire, title="New title", co_hosts=[island.pk],
        **{"as-hampshire-title": "Ours", "as-hampshire-contact_email": "weeks@example.org"},
    )  # fmt: skip
    assert organiser.post(address, form).status_code == 302
    week.refresh_from_db()
    assert week.title == "New title"
    assert week.week_hosts.count() == 2
    assert week.presentations.values_list("title", "contact_email").get() == ("Ours", "weeks@example.org")


def test_details_when_a_presentation_is_wrong_then_said_at_its_field_and_nothing_is_written(organiser, week, hampshire):
    address, form = details(week, hampshire, title="New title", **{"as-hampshire-audience": "All"})
    answer = organiser.post(address, form)
    assert answer.status_code == 400
    assert b'href="#id_as-hampshire-title"' in answer.content
    week.refresh_from_db()
    assert week.title != "New title"


def test_details_when_another_partnership_hosts_then_its_part_and_words_stay(organiser, week, hampshire, island):
    joined(week, island)
    WeekPresentation.objects.create(week=week, partnership=island, title="Reviews on the Island")
    address, form = details(week, hampshire, **{"as-isle-of-wight-title": "Not theirs"})
    assert "Reviews on the Island" in words(organiser.get(address))
    refused = organiser.post(address, form)
    assert (refused.status_code, "only by somebody who organises for it" in errors(refused, "lead")) == (409, True)
    assert organiser.post(address, form | {"co_hosts": [island.pk]}).status_code == 302
    assert WeekPresentation.objects.get().title == "Reviews on the Island"
    assert WeekHost.objects.filter(week=week).count() == 2


def days_form(**fields):
    form = {f"day-{number}-kind": "tbc" for number in range(1, 6)}
    return form | fields


def test_days_when_saved_then_kind_title_and_themes_in_order(organiser, week):
    zeal, art = ThemeFactory(slug="zeal"), ThemeFactory(slug="art")
    form = days_form(**{
        "day-2-kind": "themes", "day-2-title": "Curiosity", "day-2-theme_0": zeal.pk, "day-2-theme_2": art.pk,
    })  # fmt: skip
    assert organiser.post(f"/organise/weeks/{week.slug}/days/", form).status_code == 302
    tuesday = week.days.get(number=2)
    assert (tuesday.kind, tuesday.title) == ("themes", "Curiosity")
    assert [link.theme for link in tuesday.day_themes.all()] == [zeal, art]
    shown = organiser.get(f"/organise/weeks/{week.slug}/days/").context["further"][1]
    assert [shown[name].value() for name in shown.theme_names] == [zeal.pk, art.pk, "", ""]


def test_days_when_a_theme_is_named_twice_then_said_at_the_field_and_nothing_is_written(organiser, week):
    zeal = ThemeFactory(slug="zeal")
    form = days_form(**{"day-2-theme_0": zeal.pk, "day-2-theme_1": zeal.pk})
    answer = organiser.post(f"/organise/weeks/{week.slug}/days/", form)
    assert answer.status_code == 400
    assert b'href="#id_day-2-theme_1"' in answer.content
    assert not WeekDay.objects.exists()


def test_week_when_published_now_then_public_unless_something_is_to_be_mended(organiser, week, client):
    address = f"/organise/weeks/{week.slug}/publish/"
    session = SessionFactory(week=week, state="draft", format="in_person")
    said = words(organiser.get(address))
    assert "It is in person and names no venue." in said
    assert "Publish now" not in said
    assert f"/organise/sessions/{session.pk}/edit/" in organiser.get(address).content.decode()
    refused = organiser.post(f"{address}now/", follow=True)
    assert "This week cannot be published yet." in words(refused)
    assert client.get(week.get_absolute_url()).status_code == 404
    session.format = "online"
    session.save()
    assert "Publish now" in words(organiser.get(address))
    organiser.post(f"{address}now/")
    assert client.get(week.get_absolute_url()).status_code == 200


def test_hour_when_set_then_shown_and_taken_back(organiser, week):
    address = f"/organise/weeks/{week.slug}/publish/"
    organiser.post(address, {"publish_at_0": "2027-06-01", "publish_at_1": "09:00"})
    assert "The week publishes itself on Tuesday 1 June 2027 at 09:00" in words(organiser.get(address))
    assert "Publishes itself on Tuesday 1 June 2027 at 09:00" in words(organiser.get("/organise/weeks/"))
    organiser.post(f"{address}withdraw/")
    week.refresh_from_db()
    assert week.publish_at is None


@pytest.mark.parametrize(
    ("day", "hour", "status", "said"),
    [
        ("2027-05-04", "09:00", 409, "Choose an hour that lies ahead."),
        ("2027-10-31", "01:30", 400, "comes twice"),
        ("", "09:00", 400, "Write the day and the time."),
        ("", "", 400, "Write the day and the time."),
    ],
)
def test_hour_when_it_cannot_be_set_then_said_at_the_field(organiser, week, day, hour, status, said):
    address = f"/organise/weeks/{week.slug}/publish/"
    answer = organiser.post(address, {"publish_at_0": day, "publish_at_1": hour})
    assert (answer.status_code, said in errors(answer, "publish_at")) == (status, True)
    week.refresh_from_db()
    assert week.publish_at is None


def test_week_when_it_was_refused_at_its_hour_then_the_page_says_why(organiser, week):
    SessionFactory(week=week, state="draft", format="in_person")
    PracticeWeek.objects.update(publish_at=NOW - timedelta(minutes=1))
    said = words(organiser.get(f"/organise/weeks/{week.slug}/publish/"))
    assert "The week was to be published on Tuesday 4 May 2027 at 09:59, and was not." in said
    assert "names no venue" in said

"""Making a week, and saying what it and its days are about."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from events import actions
from events.errors import UnusableHosts, UnusableStart, WeekTaken
from events.models import DayTheme, PracticeWeek, ProgrammeRevision, WeekDay, WeekHost, WeekPresentation
from tests.factories import WEEK_STARTS, ThemeFactory, WeekFactory

pytestmark = pytest.mark.django_db


def create(hampshire, **fields):
    given = {"slug": "2027-06-week", "title": "Week", "starts_on": WEEK_STARTS, "hosts": [hampshire]}
    return actions.create_week(**(given | {"within": frozenset({hampshire.pk})} | fields))


def revise(week, hampshire, **fields):
    given = {"title": "New", "introduction": "", "hosts": [hampshire], "presentations": {}}
    return actions.revise_week(week, **(given | {"within": frozenset({hampshire.pk})} | fields))


def everything():
    models = (PracticeWeek, WeekHost, WeekPresentation, WeekDay, DayTheme)
    return [list(model.objects.order_by("pk").values()) for model in models]


def revision():
    return ProgrammeRevision.objects.values_list("number", flat=True).get()


def test_week_when_made_then_a_draft_whose_first_host_leads_in_one_revision(hampshire, island):
    before = revision()
    week = create(hampshire, hosts=[island, hampshire], introduction="Why.")
    assert (week.state, week.introduction) == ("draft", "Why.")
    assert [(host.partnership, host.is_lead) for host in week.week_hosts.all()] == [(island, True), (hampshire, False)]
    assert revision() == before + 1


REFUSED = {
    "a Tuesday": ({"starts_on": date(2027, 6, 22)}, UnusableStart, "22 June 2027 is a Tuesday"),
    "another century": ({"starts_on": date(2100, 1, 4)}, UnusableStart, "2000 to 2099"),
    "no host": ({"hosts": []}, UnusableHosts, "exactly one"),
    "nothing of one's own": ({"within": frozenset()}, UnusableHosts, "that you organise for"),
    "a slug that is none": ({"slug": "no slug"}, ValidationError, "valid"),
    "a control character": ({"title": "Bell\x07"}, ValidationError, "control"),
}


@pytest.mark.parametrize(("fields", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_week_when_refused_then_nothing_is_written(hampshire, fields, error, words):
    with pytest.raises(error, match=words):
        create(hampshire, **fields)
    assert everything()[:2] == [[], []]
    create(hampshire)


def test_week_when_its_slug_is_taken_then_refused(hampshire):
    create(hampshire)
    with pytest.raises(WeekTaken, match="2027-06-week already"):
        create(hampshire)
    assert PracticeWeek.objects.count() == 1


def test_week_when_revised_then_its_presentations_come_change_and_go(hampshire, island):
    week = WeekFactory(host=hampshire)
    WeekPresentation.objects.create(week=week, partnership=island, title="Theirs")
    revise(week, hampshire, presentations={hampshire: {"title": "Ours", "audience": "All"}})
    assert [row.title for row in week.presentations.order_by("title")] == ["Ours", "Theirs"]
    before = everything()
    revise(week, hampshire, presentations={hampshire: {"title": "Ours"}})
    assert everything() == before
    revise(week, hampshire, presentations={hampshire: None})
    assert [row.title for row in week.presentations.all()] == ["Theirs"]
    revise(week, hampshire, presentations={hampshire: None})


def test_presentation_when_it_is_another_partnerships_then_not_written(hampshire, island):
    week = WeekFactory(host=hampshire)
    before = everything()
    with pytest.raises(UnusableHosts, match="by somebody who organises for it"):
        revise(week, hampshire, presentations={island: {"title": "Not theirs"}})
    assert everything() == before


def test_host_when_it_is_another_partnership_then_stays_and_keeps_the_lead(hampshire, island):
    week = WeekFactory(host=island)
    WeekHost.objects.create(week=week, partnership=hampshire)
    before = everything()
    for hosts in ([hampshire], [hampshire, island]):
        with pytest.raises(UnusableHosts, match="only by somebody who organises for it"):
            revise(week, hampshire, hosts=hosts)
    assert everything() == before
    revise(week, island, hosts=[hampshire, island])
    assert week.week_hosts.get(is_lead=True).partnership == hampshire


def test_days_when_planned_then_their_themes_stand_in_order_and_other_days_stay(hampshire):
    week = WeekFactory(host=hampshire)
    WeekDay.objects.create(week=week, number=5, kind="launch")
    themes = [ThemeFactory(slug=slug) for slug in ("zeal", "art")]
    actions.plan_days(week, [actions.DayPlan(1, "themes", "Title", "Summary", themes)])
    monday = week.days.get(number=1)
    assert (monday.kind, monday.title, monday.summary) == ("themes", "Title", "Summary")
    assert [link.theme for link in monday.day_themes.all()] == themes
    assert week.days.get(number=5).kind == "launch"
    links = list(DayTheme.objects.values_list("pk", flat=True))
    actions.plan_days(week, [actions.DayPlan(1, "training", themes=themes)])
    assert list(DayTheme.objects.values_list("pk", flat=True)) == links
    actions.plan_days(week, [actions.DayPlan(1, "training", themes=themes[::-1])])
    assert [link.theme for link in monday.day_themes.all()] == themes[::-1]


def test_days_when_one_cannot_be_then_none_is_written(hampshire):
    week = WeekFactory(host=hampshire)
    before = everything()
    with pytest.raises(ValidationError):
        actions.plan_days(week, [actions.DayPlan(1, "themes"), actions.DayPlan(2, "holiday")])
    assert everything() == before

"""The week builder's pages, as organisers see them, wide, narrow and in every palette."""

from datetime import timedelta

import pytest

from events.models import PracticeWeek, WeekHost
from people.models import RoleGrant
from tests.accessibility.axe import glance, look
from tests.browser import sign_in
from tests.factories import (
    NOW,
    START,
    PartnershipFactory,
    SessionFactory,
    ThemeFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
    WeekFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def week(context, client, site):
    """A week with sessions in every state, and an organiser who is signed in."""
    person = UserFactory(email="organiser@example.org")
    RoleGrant.objects.create(user=person, role="organiser", partnership=PartnershipFactory())
    sign_in(context, client, person, site)
    ThemeFactory()
    TrainerFactory()
    week = WeekFactory(publish_at=None)
    WeekHost.objects.create(week=week, partnership=PartnershipFactory(slug="isle-of-wight"))
    SessionFactory(week=week)
    SessionFactory(week=week, state="cancelled", cancelled_at=NOW, starts_at=START + timedelta(hours=4))
    SessionFactory(week=week, state="draft", starts_at=START + timedelta(days=9), venue=VenueFactory(), format="hybrid")
    draft = SessionFactory(
        week=week,
        state="draft",
        starts_at=START + timedelta(days=1),
        format="in_person",
        title="Disproportionality and intersectionality",
    )
    week.draft = draft
    return week


PAGES = {
    "desk": "/organise/",
    "more": "/organise/more/",
    "search": "/organise/find/?q=sample",
    "list": "/organise/weeks/",
    "timetable": "/organise/weeks/{week.slug}/",
    "publish": "/organise/weeks/{week.slug}/publish/",
    "preview": "/organise/weeks/{week.slug}/preview/",
    "details": "/organise/weeks/{week.slug}/details/",
    "days": "/organise/weeks/{week.slug}/days/",
    "edit": "/organise/sessions/{week.draft.pk}/edit/",
    "move": "/organise/sessions/{week.draft.pk}/move/",
    "duplicate": "/organise/sessions/{week.draft.pk}/duplicate/",
    "delete": "/organise/sessions/{week.draft.pk}/delete/",
    "new": "/organise/new/",
    "copy": "/organise/copy/",
}


# Forms of a few fields are made of the same parts as those that are seen in every mode; the preview is the week's page.
FURTHER = {"more", "preview", "days", "move", "duplicate", "delete", "new", "copy"}


@pytest.mark.parametrize("name", [name for name in PAGES if name not in FURTHER])
def test_page_when_looked_at_then_nothing_is_wrong_with_it(context, site, week, name):
    assert look(context, site + PAGES[name].format(week=week)) == []


def test_pages_of_the_same_parts_when_looked_at_then_nothing_is_wrong_with_them(context, site, week):
    wrong = {name: glance(context, site + PAGES[name].format(week=week)) for name in FURTHER}

    assert wrong == {name: [] for name in wrong}


def test_draft_week_when_something_is_to_be_mended_then_its_pages_have_no_fault(context, site, week):
    PracticeWeek.objects.update(state="draft", publish_at=NOW - timedelta(minutes=1))
    for part in ("", "publish/"):
        assert glance(context, f"{site}/organise/weeks/{week.slug}/{part}") == []


def test_form_when_it_is_wrong_then_its_faults_are_linked_and_take_the_focus(context, site, week):
    def send(page):
        page.get_by_role("button", name="Add the session").click()
        page.wait_for_selector(".error-summary")
        assert page.evaluate("document.activeElement.className") == "error-summary"
        for link in page.query_selector_all(".error-summary a"):
            assert page.query_selector(link.get_attribute("href"))

    assert glance(context, f"{site}/organise/weeks/{week.slug}/sessions/add/", then=send) == []

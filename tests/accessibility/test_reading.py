"""The pages to find and read: sessions, themes, resources and the front page, in each state that looks different."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from events.models import DayTheme, Resource, SessionTrainer, WeekDay
from tests.accessibility.axe import glance, look
from tests.factories import (
    NOW,
    START,
    RoomFactory,
    SessionFactory,
    ThemeFactory,
    TopicFactory,
    TrainerFactory,
    VenueFactory,
    WeekFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVERYTHING = {
    "audience": "Everybody who works with children",
    "outcomes": "- one thing\n- another",
    "content_note": "It may upset.",
    "summary": "What it is about.",
}


def programme():
    """Make a week whose pages show everything that can be read; return its session with everything."""
    week = WeekFactory()
    theme = ThemeFactory(slug="disproportionality", summary="Which children we see more often, and why.")
    theme.aliases.create(name="over-representation")
    for number in (2, 3):
        DayTheme.objects.create(day=WeekDay.objects.create(week=week, number=number, kind="themes"), theme=theme)
    topic = TopicFactory(week=week, **EVERYTHING)
    topic.themes.add(theme)
    venue = VenueFactory(
        facilities=["step_free", "hearing_loop"], access="Use the side door.", map_link="https://maps.example.org/"
    )
    session = SessionFactory(
        topic=topic, week=week, format="hybrid", venue=venue, room=RoomFactory(venue=venue), cameras="needed",
        is_recorded=True, access="Slides in advance.", practical_note="Bring a pen.",
    )  # fmt: skip
    for hours in (4, 30):
        SessionFactory(topic=topic, week=week, starts_at=START + timedelta(hours=hours))
    SessionFactory(topic=topic, week=week, starts_at=NOW - timedelta(days=3))
    trainer = TrainerFactory(job_role="Practice educator", organisation_name="Example Trust", about="Teaches.")
    SessionTrainer.objects.create(session=session, trainer=trainer)
    kit = Resource.objects.create(
        slug="kit", title="The toolkit", kind="toolkit", summary="It helps.", week=week, released_at=NOW,
        link="https://kit.example.org/", file_name="Toolkit.pdf",
    )  # fmt: skip
    kit.file.save("kit.pdf", ContentFile(b"%PDF-1.7"))
    kit.themes.add(theme)
    WeekFactory(slug="old", title="An old week", starts_on="2024-06-24")
    return session


def cancelled(session):
    """Cancel the session with everything; its other sittings take place."""
    session.state, session.cancelled_at, session.cancellation_reason = "cancelled", NOW, "The trainer is ill."
    session.save()
    return f"/sessions/{session.pk}/"


def over(session):
    """Let the session with everything be over."""
    session.starts_at, session.ends_at = NOW - timedelta(hours=3), NOW - timedelta(hours=2)
    session.save()
    return f"/sessions/{session.pk}/"


PAGES = {
    "home": lambda _: "/",
    "weeks with an archive": lambda _: "/weeks/",
    "session with everything": lambda session: f"/sessions/{session.pk}/",
    "session cancelled with other sittings": cancelled,
    "session over with resources": over,
    "sessions narrowed": lambda _: "/sessions/?q=sharing&format=online&theme=disproportionality&from=2027-06-01",
    "themes": lambda _: "/themes/",
    "theme": lambda _: "/themes/disproportionality/",
    "resources narrowed": lambda _: "/resources/?q=toolkit&kind=toolkit",
    "resources with a wrong filter": lambda _: "/resources/?kind=song",
    "resources without any": lambda _: "/resources/?q=nothing",
    "resource with a file": lambda _: "/resources/kit/",
}


# One state of each template is seen in every mode, here or in test_pages.
IN_EVERY_MODE = {"weeks with an archive", "session with everything", "themes", "theme"}


@pytest.mark.parametrize("name", PAGES)
def test_page_when_it_is_read_then_has_no_fault(site, context, name):
    see = look if name in IN_EVERY_MODE else glance

    assert see(context, site + PAGES[name](programme())) == []


def test_theme_when_nothing_is_known_of_it_then_has_no_fault(site, context):
    ThemeFactory()

    assert glance(context, f"{site}/themes/professional-curiosity/") == []


def test_filters_when_unfolded_on_a_narrow_screen_then_have_no_fault(site, context):
    programme()

    def unfold(page):
        if page.get_by_text("More filters").is_visible():
            page.get_by_text("More filters").click()
        page.get_by_label("Theme").wait_for()

    assert glance(context, f"{site}/sessions/", then=unfold) == []

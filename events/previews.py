"""What an address looks like when somebody sends it to somebody: title, a sentence and a picture."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator

from events.models import PracticeWeek, Resource, Session, Theme
from events.presenters import SessionLine, days_words

MOST_CHARACTERS: Final = 200
SITE_WORDS: Final = "Practice Weeks, with a mark of five bars, one for each day from Monday to Friday."
PAGES: Final = {
    "home": (
        "Safeguarding practice weeks",
        "Short sessions and toolkits, Monday to Friday, for everyone who works or volunteers with children.",
    ),
    "weeks": ("Practice weeks", "All practice weeks: those to come, and the programmes of the past ones."),
    "sessions": ("Sessions", "Find and book sessions of the safeguarding practice weeks."),
    "themes": ("Themes", "What the practice weeks are about, with sessions and resources on each theme."),
    "resources": ("Resources", "Toolkits, STOP Packs, briefings, recordings and slides from the practice weeks."),
}


@dataclass(frozen=True)
class Preview:
    """A page in a few words, with whole addresses of itself and its picture, and the picture's words."""

    title: str
    description: str
    address: str
    picture: str
    picture_words: str


def of_page(name: str) -> Preview:
    """Return the preview of one of the site's own pages, by the name of its address."""
    title, description = PAGES[name]
    return _with_site_picture(title, description, reverse(name))


def of_week(week: PracticeWeek, *, title: str = "", introduction: str = "") -> Preview:
    """Return a week's preview, in a partnership's words where these are given."""
    days = days_words(week.starts_on, week.ends_on)
    words = introduction or week.introduction
    return _with_week_picture(week, title or week.title, f"{days}. {words}", week.get_absolute_url())


def of_session(session: Session, line: SessionLine) -> Preview:
    """Return a session's preview, with the picture of its week."""
    words = f"{line.when}. {line.where}. {session.topic.summary}"
    return _with_week_picture(session.week, line.title, words, line.address)


def of_resource(resource: Resource) -> Preview:
    """Return a resource's preview, with the picture of its week if it has one."""
    words = f"{resource.get_kind_display()}. {resource.summary}"
    if resource.week is None:
        return _with_site_picture(resource.title, words, resource.get_absolute_url())
    return _with_week_picture(resource.week, resource.title, words, resource.get_absolute_url())


def of_theme(theme: Theme) -> Preview:
    """Return a theme's preview."""
    words = theme.summary or "Sessions and resources on this theme of the safeguarding practice weeks."
    return _with_site_picture(theme.name, words, theme.get_absolute_url())


def _with_site_picture(title: str, description: str, path: str) -> Preview:
    """Return a preview with the picture of the whole site."""
    return _preview(title, description, path, reverse("site_card"), SITE_WORDS)


def _with_week_picture(week: PracticeWeek, title: str, description: str, path: str) -> Preview:
    """Return a preview with the picture of a week."""
    words = f"{week.title}, {days_words(week.starts_on, week.ends_on)}."
    return _preview(title, description, path, reverse("week_card", args=[week.slug]), words)


def _preview(title: str, description: str, path: str, picture: str, picture_words: str) -> Preview:
    """Return a preview of a path of this site; a long description ends after a word."""
    return Preview(
        title=title,
        description=Truncator(" ".join(description.split())).chars(MOST_CHARACTERS),
        address=f"{settings.SITE_URL}{path}",
        picture=f"{settings.SITE_URL}{picture}",
        picture_words=picture_words,
    )

"""What a public calendar can be about: everything, a partnership, a week, a theme or one session."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse

from events.models import PracticeWeek, Session, SessionHost, Theme
from events.querysets import SessionQuerySet
from people.models import Partnership


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a feed is about. ``is_named``: a week or session by name, shown however long ago it was."""

    name: str
    page: str
    sessions: SessionQuerySet
    is_named: bool = False


def everything() -> Subject:
    """Return every session of every week."""
    return Subject(name="Practice weeks", page=reverse("sessions"), sessions=Session.objects.all())


def of_partnership(slug: str) -> Subject:
    """Return the sessions of a partnership; raises Http404."""
    partnership = _found(Partnership.objects.filter(slug=slug))
    hosts = SessionHost.objects.filter(session=OuterRef("pk"), partnership=partnership)
    return Subject(
        name=f"Practice weeks: {partnership.short_name}",
        page=f"{reverse('sessions')}?partnership={slug}",
        sessions=Session.objects.filter(Exists(hosts)),
    )


def of_week(slug: str) -> Subject:
    """Return the sessions of a week; raises Http404."""
    week = _found(PracticeWeek.objects.public().filter(slug=slug))
    name = f"{week.title}, {week.starts_on:%B %Y}"
    return Subject(name=name, page=week.get_absolute_url(), sessions=week.sessions.all(), is_named=True)


def of_theme(slug: str) -> Subject:
    """Return the sessions about a theme; raises Http404."""
    theme = _found(Theme.objects.filter(slug=slug))
    return Subject(
        name=f"Practice weeks: {theme.name}",
        page=f"{reverse('sessions')}?theme={slug}",
        sessions=Session.objects.filter(topic__in=theme.topics.all()),
    )


def of_session(pk: int) -> Subject:
    """Return one session; raises Http404."""
    sessions = Session.objects.filter(pk=pk)
    session = _found(sessions.public())
    return Subject(name=session.title, page=session.get_absolute_url(), sessions=sessions, is_named=True)


def _found(rows: QuerySet[Any]) -> Any:
    """Return the one row; raises Http404 that says what is missing."""
    row = rows.first()
    if row is None:
        raise Http404(f"There is no such {rows.model._meta.verbose_name}.")
    return row

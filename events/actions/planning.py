"""Plan a new session."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from events.actions.sessions import MANY_FIELDS, set_many
from events.contention import once_more
from events.models import PracticeWeek, Session, SessionHost, SessionTopic, SessionTrainer, Theme, Trainer
from events.revision import one_revision
from people.models import Partnership


@once_more
def create_session(  # noqa: PLR0913 - a session has this many sides
    week: PracticeWeek,
    *,
    partnerships: Sequence[Partnership],
    at: datetime,
    topic: SessionTopic | None = None,
    summary: str = "",
    themes: Sequence[Theme] = (),
    about: Mapping[str, Any] | None = None,
    trainers: Sequence[Trainer] = (),
    **fields: Any,
) -> Session:
    """Make a draft session of a week; the first partnership leads it.

    Without a topic, one is made of the session's title, the summary, the themes and the further words of
    ``about``; with one, they are not looked at. The trainers deliver it, in this order. ``fields`` are model
    fields by name (instants aware, ``areas`` and ``sectors`` rows); without a ``code`` the next free one of the
    week is taken. Raises ValidationError from the models, and Busy when the week's row could not be had; nothing
    is written then. That row is locked, so that two new sessions cannot take one code.
    """
    with one_revision():
        PracticeWeek.objects.select_for_update(no_key=True).get(pk=week.pk)
        topic = topic or new_topic(week, fields["title"], themes=themes, summary=summary, **(about or {}))
        code = fields.pop("code", "") or free_code(week)
        many = {name: fields.pop(name) for name in MANY_FIELDS & fields.keys()}
        session = Session(week=week, topic=topic, code=code, revised_at=at, **fields)
        session.full_clean()
        session.save()
        set_many(session, many)
        for position, partnership in enumerate(partnerships):
            SessionHost.objects.create(session=session, partnership=partnership, is_lead=position == 0)
        for position, trainer in enumerate(trainers):
            SessionTrainer.objects.create(session=session, trainer=trainer, position=position)
    return session


def free_code(week: PracticeWeek) -> str:
    """Return the next code that no session of the week has."""
    return _free("S", {*week.sessions.values_list("code", flat=True)})


def new_topic(week: PracticeWeek, title: str, *, themes: Iterable[Theme], **words: Any) -> SessionTopic:
    """Make a topic whose slug comes from its title; ``words`` are fields by name. Raises ValidationError."""
    name = slugify(title)[:70] or "topic"
    taken = {*week.topics.values_list("slug", flat=True)}
    slug = name if name not in taken else _free(f"{name}-", taken)
    topic = SessionTopic(week=week, slug=slug, title=title, **words)
    topic.full_clean()
    topic.save()
    topic.themes.set(themes)
    return topic


def _free(stem: str, taken: set[str]) -> str:
    """Return the stem with the first number from 1 that nobody has."""
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}{number}") not in taken)

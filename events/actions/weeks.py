"""Publish a week, and run it again."""

import re
import uuid
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError

from events import policies
from events.actions.parts import copy_parts
from events.actions.sessions import MANY_FIELDS, publish_locked, set_many
from events.actions.week_details import insert_week
from events.contention import once_more
from events.errors import SessionNotPublishable
from events.models import (
    DayTheme,
    KeyMessage,
    PracticeWeek,
    Session,
    SessionHost,
    SessionTopic,
    SessionTrainer,
    WeekDay,
    WeekHost,
)
from events.revision import one_revision
from events.wall_time import LONDON, move_days

LONGEST_SLUG = 80


@once_more
def publish_week(week: PracticeWeek, *, at: datetime) -> None:
    """Let the public see a week and its drafts; cancelled sessions stay cancelled.

    The week is locked, then the drafts in order of id, and they are looked at under their locks. Raises
    SessionNotPublishable, and publishes nothing, where one of them cannot be published, its room or a trainer
    being taken among the reasons; Busy when a row could
    not be had.
    """
    with one_revision():
        PracticeWeek.objects.select_for_update(no_key=True).get(pk=week.pk)
        drafts: list[Session] = week.sessions.filter(state=Session.State.DRAFT).locked_in_order()
        week.state, week.publish_at = PracticeWeek.State.PUBLISHED, None
        week.save(update_fields=["state", "publish_at"])
        for session in drafts:
            session.week = week
            if refusal := policies.why_not_publish(session):
                raise type(refusal)(f"{session.code}, {session.title}: {refusal.sentence}")
            try:
                publish_locked(session, at=at)
            except ValidationError as error:
                raise SessionNotPublishable(f"{session.code}, {session.title}: {' '.join(error.messages)}") from error


def slug_for_copy(slug: str, starts_on: date, *, to: str = "%Y-%m") -> str:
    """Return a week's slug with the new year and month in front: ``2024-06-reviews`` becomes ``2027-06-reviews``.

    ``to`` is how exact the date is: ``%Y-%m-%d`` for the second week of a month.
    """
    name = re.sub(r"^\d{4}-\d{2}-(\d{2}-)?", "", slug)
    return f"{starts_on:{to}}-{name}"[:LONGEST_SLUG].rstrip("-")


def in_year(title: str, source: PracticeWeek, starts_on: date) -> str:
    """Return a title that names the week's year with the copy's: ``Reviews 2024`` becomes ``Reviews 2027``."""
    return re.sub(rf"\b{source.starts_on.year}\b", str(starts_on.year), title)


@once_more
def copy_week(source: PracticeWeek, *, starts_on: date, at: datetime, publish: bool = False) -> PracticeWeek:
    """Make a week again, weekday by weekday and at the same times on the clock, as a draft unless published.

    Days, themes, presentations, hosts, topics, sessions and key messages are copied; bookings are not, and
    neither are resources, which stand in the library once. What came before a session within the week comes before
    it in the copy; a topic of another week stays. A session that was cancelled takes place again.
    Joining links stay behind too, because whoever was sent the old one could walk in.
    Raises UnusableStart for another day than a Monday or a year before 2000 or after 2099, WeekTaken where the
    copy's slug is in use (also by a copy that is made at the same time), ValidationError where a time falls into
    an hour that the clocks skip or repeat, and Busy when a row could not be had.
    """
    if refusal := policies.why_not_start(starts_on):
        raise refusal
    slug = slug_for_copy(source.slug, starts_on)
    if PracticeWeek.objects.filter(slug=slug).exclude(starts_on=starts_on).exists():
        slug = slug_for_copy(source.slug, starts_on, to="%Y-%m-%d")
    days = (starts_on - source.starts_on).days
    with one_revision():
        week = _new_week(source, slug, starts_on)
        for host in source.week_hosts.all():
            WeekHost.objects.create(week=week, partnership_id=host.partnership_id, is_lead=host.is_lead)
        for presentation in source.presentations.all():
            presentation.title = in_year(presentation.title, source, starts_on)
            presentation.pk, presentation.week, presentation.source = None, week, ""
            presentation._state.adding = True
            presentation.save()
        copied_days = _copy_days(source, week)
        for message in source.key_messages.all():
            KeyMessage.objects.create(
                week=week,
                day=copied_days.get(message.day_id),
                heading=message.heading,
                text=message.text,
                position=message.position,
                released_at=move_days(message.released_at, days, LONDON),
            )
        copies = {}
        for topic in source.topics.all():
            before = topic.pk
            copies[before] = _copy_topic(topic, week, days=days, at=at)
        for before in {*week.sessions.values_list("prerequisite", flat=True)} & copies.keys():
            week.sessions.filter(prerequisite=before).update(prerequisite=copies[before])
        if publish:
            publish_week(week, at=at)
    return week


def _new_week(source: PracticeWeek, slug: str, starts_on: date) -> PracticeWeek:
    """Insert the copy's own row; raises WeekTaken where its slug is in use."""
    return insert_week(
        PracticeWeek(
            slug=slug,
            title=in_year(source.title, source, starts_on),
            introduction=source.introduction,
            starts_on=starts_on,
            is_sample=source.is_sample,
            categories=source.categories,
            copied_from=source,
        )
    )


def _copy_days(source: PracticeWeek, week: PracticeWeek) -> dict[int | None, WeekDay]:
    """Copy the days and their themes; return the copies by the id of the day they come from."""
    copies: dict[int | None, WeekDay] = {}
    for day in source.days.all():
        copy = WeekDay.objects.create(week=week, number=day.number, kind=day.kind, title=day.title, summary=day.summary)
        for link in day.day_themes.all():
            DayTheme.objects.create(day=copy, theme_id=link.theme_id, position=link.position)
        copies[day.pk] = copy
    return copies


def _copy_topic(topic: SessionTopic, week: PracticeWeek, *, days: int, at: datetime) -> int:
    """Copy a topic with its sittings, each some days later at the same time on its own clock; return its id.

    A sitting still names what comes before it by the source's topic.
    """
    themes, sittings = (
        list(topic.themes.all()),
        list(topic.sittings.prefetch_related("session_hosts", "session_trainers", "parts")),
    )
    topic.pk, topic.week = None, week
    topic._state.adding = True
    topic.save()
    topic.themes.set(themes)
    for session in sittings:
        hosts, trainers = list(session.session_hosts.all()), list(session.session_trainers.all())
        many = {name: list(getattr(session, name).all()) for name in sorted(MANY_FIELDS)}
        parts = list(session.parts.all())
        session.last_ends_at, session.further_time = None, timedelta()
        session.pk, session._state.adding = None, True
        session.week, session.topic, session.state = week, topic, Session.State.DRAFT
        for name in ("starts_at", "ends_at", "booking_opens_at", "booking_closes_at"):
            if moment := getattr(session, name):
                setattr(session, name, move_days(moment, days, session.tzinfo))
        session.uid, session.sequence, session.revised_at = uuid.uuid4(), 0, at
        session.cancelled_at, session.cancellation_reason, session.joining_link = None, "", ""
        session.places_taken = session.waiting = session.queue_tail = 0
        session.save()
        set_many(session, many)
        for host in hosts:
            SessionHost.objects.create(session=session, partnership_id=host.partnership_id, is_lead=host.is_lead)
        for part in trainers:
            SessionTrainer.objects.create(session=session, trainer_id=part.trainer_id, position=part.position)
        copy_parts(parts, session, days=days)
    copied: int = topic.pk
    return copied

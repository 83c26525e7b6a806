"""Work on a draft session: change, move, repeat and delete what nobody has been told of yet."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from events import policies
from events.actions.parts import copy_parts
from events.actions.planning import free_code, new_topic
from events.actions.sessions import MANY_FIELDS, set_many
from events.contention import once_more
from events.errors import ChangedSince
from events.models import PracticeWeek, Session, SessionHost, SessionTopic, SessionTrainer, Trainer
from events.revision import one_revision
from people.models import Partnership

# What belongs to the topic, and so to all its sittings.
TOPIC_FIELDS: Final = ("summary", "audience", "outcomes", "content_note")
TOPIC_RULES: Final = ("one_sitting",)


@once_more
def revise_draft(  # noqa: PLR0913 - a session has this many sides
    session_id: int,
    *,
    hosts: Sequence[Partnership],
    trainers: Sequence[Trainer],
    within: frozenset[int],
    at: datetime,
    as_of: str = "",
    about: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Session:
    """Change a draft: its fields by name (instants aware), its hosts (the first leads), its trainers in order.

    ``about`` changes its topic, and with it the other sittings; ``within`` are the partnerships of whoever asks.
    ``as_of`` says which revision they had before them, in ISO 8601; empty asks for no check. Raises
    SessionNotDraft, ChangedSince, UnusableHosts, CapacityTooSmall, ValidationError from the models, and Busy;
    nothing is written then.
    """
    with one_revision():
        session = _locked_draft(session_id, as_of=as_of)
        set_hosts(session, hosts, within=within)
        if "capacity" in fields and (refusal := policies.why_not_hold(session, fields["capacity"])):
            raise refusal
        many = {name: fields.pop(name) for name in MANY_FIELDS & fields.keys()}
        for name, value in fields.items():
            setattr(session, name, value)
        _store(session, at=at)
        set_many(session, many)
        set_trainers(session, trainers)
        if about is not None:
            if session.topic.sittings.count() == 1:  # such a topic is called as its sitting is
                session.topic.title = session.title
            revise_topic(session.topic, about)
    return session


@once_more
def move_draft(session_id: int, *, starts_at: datetime, at: datetime) -> Session:
    """Move a draft to another start; it keeps its length, and booking closes as long before it.

    Raises SessionNotDraft, ValidationError from the model, and Busy; nothing is written then.
    """
    with one_revision():
        session = _locked_draft(session_id)
        _shift(session, starts_at - session.starts_at)
        _store(session, at=at)
    return session


@once_more
def duplicate_session(
    source: Session, *, starts_at: datetime, at: datetime, within: frozenset[int], as_sitting: bool = True
) -> Session:
    """Make a draft like a session, at another start: another sitting of its topic, or of a new topic like it.

    Hosts and trainers come along where whoever asks organises for one of the hosts, which ``within`` says;
    bookings stay behind, and so does the joining link, because whoever was sent it could walk in. Raises
    UnusableHosts, ValidationError from the model, and Busy; nothing is written then.
    """
    with one_revision():
        week = PracticeWeek.objects.select_for_update(no_key=True).get(pk=source.week_id)
        hosts, trainers = list(source.session_hosts.all()), list(source.session_trainers.all())
        wanted = {host.partnership_id: host.is_lead for host in hosts}
        if refusal := policies.why_not_host({}, wanted, within=within):
            raise refusal
        session = Session.objects.get(pk=source.pk)
        many = {name: list(getattr(session, name).all()) for name in sorted(MANY_FIELDS)}
        session.topic = source.topic if as_sitting else _topic_like(source.topic, week)
        session.pk, session._state.adding = None, True
        session.uid, session.sequence, session.state = uuid.uuid4(), 0, Session.State.DRAFT
        session.cancelled_at, session.cancellation_reason, session.joining_link = None, "", ""
        session.places_taken = session.waiting = session.queue_tail = 0
        session.last_ends_at, session.further_time = None, timedelta()
        session.code = free_code(week)
        _shift(session, starts_at - session.starts_at)
        session.revised_at = at
        session.full_clean()
        session.save()
        set_many(session, many)
        for host in hosts:
            SessionHost.objects.create(session=session, partnership_id=host.partnership_id, is_lead=host.is_lead)
        set_trainers(session, [part.trainer for part in trainers])
        copy_parts(source.parts.all(), session, days=_days_between(source, session))
    return session


@once_more
def delete_draft(session_id: int) -> None:
    """Delete a draft, and its topic where that has no other sitting and nothing builds on it.

    Raises SessionNotDraft and Busy.
    """
    with one_revision():
        session = _locked_draft(session_id)
        topic = session.topic
        session.delete()
        if not topic.sittings.exists() and not topic.leads_to.exists():
            topic.delete()


def _days_between(source: Session, session: Session) -> int:
    """Return how many days later another session starts, on the clock of each."""
    return (session.local_start.date() - source.local_start.date()).days


def set_hosts(session: Session, hosts: Sequence[Partnership], *, within: frozenset[int]) -> None:
    """Store who hosts a session, the first as the lead; raises UnusableHosts."""
    before = {host.partnership_id: host.is_lead for host in session.session_hosts.all()}
    wanted = {one.pk: place == 0 for place, one in enumerate(hosts)}
    if refusal := policies.why_not_host(before, wanted, within=within):
        raise refusal
    if before == wanted:
        return
    session.session_hosts.all().delete()
    for partnership, is_lead in wanted.items():
        SessionHost.objects.create(session=session, partnership_id=partnership, is_lead=is_lead)


def set_trainers(session: Session, trainers: Sequence[Trainer]) -> None:
    """Store who delivers a session, in order."""
    wanted = [trainer.pk for trainer in trainers]
    if wanted == list(session.session_trainers.values_list("trainer", flat=True)):
        return
    session.session_trainers.all().delete()
    for position, trainer in enumerate(wanted):
        SessionTrainer.objects.create(session=session, trainer_id=trainer, position=position)


def _locked_draft(session_id: int, *, as_of: str = "") -> Session:
    """Return a draft with its row locked; raises SessionNotDraft, or ChangedSince for another revision."""
    session: Session = Session.objects.select_related("week", "topic", "venue", "room").locked(session_id)
    if refusal := policies.why_not_edit(session):
        raise refusal
    if as_of and as_of != session.revised_at.isoformat():
        raise ChangedSince
    return session


def _shift(session: Session, by: timedelta) -> None:
    """Move the times that go with the start."""
    session.starts_at += by
    session.ends_at += by
    if session.booking_closes_at is not None:
        session.booking_closes_at += by


def _store(session: Session, *, at: datetime) -> None:
    """Check and write a draft; nobody's diary has it, so nothing is announced."""
    session.revised_at = max(session.revised_at, at)
    session.full_clean(exclude=["week", "topic"])
    session.save()


def revise_topic(topic: SessionTopic, about: Mapping[str, Any]) -> None:
    """Change what a topic says, by field; what ``about`` leaves out stays. Raises ValidationError."""
    for name in (*TOPIC_FIELDS, *TOPIC_RULES):
        setattr(topic, name, about.get(name, getattr(topic, name)))
    topic.full_clean()
    topic.save()
    if "themes" in about:
        topic.themes.set(about["themes"])


def _topic_like(topic: SessionTopic, week: PracticeWeek) -> SessionTopic:
    """Make a topic with the words and themes of another."""
    words = {name: getattr(topic, name) for name in (*TOPIC_FIELDS, *TOPIC_RULES)}
    return new_topic(week, topic.title, themes=topic.themes.all(), **words)

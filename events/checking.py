"""Read what the checklist looks at, for many weeks in the same few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from events.checklist import Finding, PlannedSession, WeekPlan, check_week
from events.models import PracticeWeek, Session, SessionTrainer, WeekDay, WeekHost

WEEKDAYS = frozenset(range(1, 6))


def findings_of(weeks: Sequence[PracticeWeek], *, at: datetime) -> dict[int, list[Finding]]:
    """Return by week what is missing before it is published, in five queries however many weeks there are."""
    sessions = planned(Session.objects.filter(week__in=weeks).exclude(state=Session.State.CANCELLED))
    return check_weeks(weeks, sessions, at=at)


def planned(sessions: Any) -> list[Session]:
    """Fetch sessions in order of time with what the checklist looks at, in two queries."""
    trainers = Prefetch("session_trainers", queryset=SessionTrainer.objects.select_related("trainer"))
    areas = Session.areas.through.objects.filter(session=OuterRef("pk"))
    before = Session.objects.filter(topic=OuterRef("prerequisite")).exclude(state=Session.State.CANCELLED)
    rows = (
        sessions.select_related("week", "topic", "venue", "room", "prerequisite")
        .prefetch_related(trainers)
        .annotate(
            is_for_areas=Exists(areas),
            is_for_own_area=Exists(areas.filter(area__partnerships__sessions=OuterRef("pk"))),
            prerequisite_ends_at=Subquery(before.order_by("ends_at").values("ends_at")[:1]),
        )
    )
    return list(rows.order_by("starts_at", "code"))


def check_weeks(
    weeks: Sequence[PracticeWeek], sessions: Sequence[Session], *, at: datetime
) -> dict[int, list[Finding]]:
    """Return by week what is missing, with the sessions read already; cancelled ones are not looked at."""
    by_week: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        if session.state != Session.State.CANCELLED:
            by_week[session.week_id].append(session)
    led = {*WeekHost.objects.filter(week__in=weeks, is_lead=True).values_list("week_id", flat=True)}
    settled = defaultdict(set)
    for day in WeekDay.objects.filter(week__in=weeks).exclude(kind=WeekDay.Kind.TBC):
        settled[day.week_id].add(day.number)
    elsewhere = _rivals(sessions)
    return {
        week.pk: check_week(
            WeekPlan(
                starts_on=week.starts_on,
                has_lead=week.pk in led,
                open_days=WEEKDAYS - settled[week.pk],
                sessions=[_facts(session) for session in by_week[week.pk]],
                elsewhere=[_facts(session) for session in elsewhere if session.week_id != week.pk],
            ),
            at=at,
        )
        for week in weeks
    }


def _rivals(sessions: Iterable[Session]) -> list[Session]:
    """Return the published sessions of any week, in the same span of time, in the rooms or with the trainers of these.

    Drafts are left out: they keep nobody busy, and are nobody else's business.
    """
    rows = list(sessions)
    venues = {row.venue_id for row in rows if row.venue_id}
    trainers = {part.trainer_id for row in rows for part in row.session_trainers.all()}
    if not (venues or trainers):
        return []
    wanted = Session.objects.filter(Q(venue__in=venues) | Q(session_trainers__trainer__in=trainers))
    in_time = wanted.filter(
        state=Session.State.PUBLISHED,
        starts_at__lt=max(row.ends_at for row in rows),
        ends_at__gt=min(row.starts_at for row in rows),
    )
    return planned(Session.objects.filter(pk__in=in_time.order_by().values("pk")))


def _facts(session: Any) -> PlannedSession:
    """Return the facts of a session that `planned` fetched."""
    return PlannedSession(
        pk=session.pk,
        title=session.title,
        starts_at=session.local_start,
        ends_at=session.local_end,
        format=session.format,
        venue=(session.venue.pk, session.venue.name) if session.venue else None,
        room=(session.room.pk, session.room.name) if session.room else None,
        trainers={part.trainer_id: part.trainer.name for part in session.session_trainers.all()},
        joining_link=session.joining_link,
        capacity=session.capacity,
        booking_required=session.booking_required,
        booking_opens_at=session.booking_opens_at,
        booking_closes_at=session.booking_closes_at,
        summary=session.topic.summary,
        audience=session.topic.audience,
        outcomes=session.topic.outcomes,
        in_person_capacity=session.in_person_capacity,
        online_capacity=session.online_capacity,
        is_for_areas=session.is_for_areas,
        is_for_own_area=session.is_for_own_area,
        prerequisite=session.prerequisite.title if session.prerequisite else "",
        prerequisite_ends_at=session.prerequisite_ends_at,
    )

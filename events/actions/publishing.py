"""Publish a week once nothing stands in its way: now, or when its hour has come."""

from datetime import datetime

from events import policies
from events.actions.weeks import publish_week
from events.checking import findings_of
from events.contention import once_more
from events.errors import WeekNotPublishable
from events.models import PracticeWeek, Session
from events.revision import one_revision


@once_more
def schedule_publishing(week: PracticeWeek, *, publish_at: datetime | None, at: datetime) -> PracticeWeek:
    """Set the hour at which a draft publishes itself, or take it back with None.

    Raises WeekNotSchedulable for a week that is no draft and for an hour that has passed, and Busy.
    """
    with one_revision():
        week = PracticeWeek.objects.select_for_update(no_key=True).get(pk=week.pk)
        if refusal := policies.why_not_schedule(week, publish_at, at=at):
            raise refusal
        week.publish_at = publish_at
        week.save(update_fields=["publish_at"])
    return week


@once_more
def publish_checked(week: PracticeWeek, *, at: datetime) -> None:
    """Publish a week with its drafts, unless the checklist names something that must be mended first.

    Raises WeekNotPublishable with what that is, whatever `publish_week` raises, and Busy; nothing is written then.
    """
    with one_revision():
        week = PracticeWeek.objects.select_for_update(no_key=True).get(pk=week.pk)
        _refuse_unmended(week, at=at)
        publish_week(week, at=at)


@once_more
def publish_due_week(week_id: int, *, at: datetime) -> bool:
    """Publish a draft whose hour has come, and say whether it was; under its lock, so that two do it once.

    Raises as `publish_checked` does; the week then stays a draft, and keeps its hour for the next try.
    """
    with one_revision():
        due = PracticeWeek.objects.select_for_update(no_key=True).due(at=at)
        week: PracticeWeek | None = due.filter(pk=week_id).first()
        if week is None:
            return False
        _refuse_unmended(week, at=at)
        publish_week(week, at=at)
    return True


def _refuse_unmended(week: PracticeWeek, *, at: datetime) -> None:
    """Raise WeekNotPublishable with all that must be mended."""
    if must := [finding for finding in findings_of([week], at=at)[week.pk] if finding.must]:
        titles = dict(Session.objects.filter(week=week).values_list("pk", "title"))
        words = [f"{titles[one.session]}: {one.sentence}" if one.session else one.sentence for one in must]
        raise WeekNotPublishable(f"This week cannot be published yet. {' '.join(words)}")

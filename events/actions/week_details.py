"""Make a week, and say what it is called, who hosts it, and what each of its days is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from events import policies
from events.contention import once_more
from events.errors import WeekTaken
from events.models import DayTheme, PracticeWeek, Theme, WeekDay, WeekHost, WeekPresentation
from events.revision import one_revision
from people.models import Partnership


@dataclass(frozen=True)
class DayPlan:
    """What one day of a week is to be: by its number, Monday being 1; the themes in order."""

    number: int
    kind: str
    title: str = ""
    summary: str = ""
    themes: Sequence[Theme] = ()


@once_more
def create_week(  # noqa: PLR0913 - a week has this many sides
    *,
    slug: str,
    title: str,
    starts_on: date,
    hosts: Sequence[Partnership],
    within: frozenset[int],
    introduction: str = "",
) -> PracticeWeek:
    """Make a draft of a week; the first host leads it.

    ``within`` are the partnerships of whoever asks. Raises UnusableStart, UnusableHosts, WeekTaken where the slug
    is in use (also by a week that is made at the same time), ValidationError from the model, and Busy; nothing
    is written then.
    """
    if refusal := policies.why_not_start(starts_on):
        raise refusal
    with one_revision():
        week = PracticeWeek(slug=slug, title=title, starts_on=starts_on, introduction=introduction)
        week.full_clean(validate_unique=False)
        insert_week(week)
        set_week_hosts(week, hosts, within=within)
    return week


def insert_week(week: PracticeWeek) -> PracticeWeek:
    """Insert a week's own row; raises WeekTaken where the unique index has the slug, whoever was first."""
    try:
        with transaction.atomic():
            week.save(force_insert=True)
    except IntegrityError as error:
        if PracticeWeek.objects.filter(slug=week.slug).exists():
            raise WeekTaken(f"There is a week {week.slug} already.") from error
        raise
    return week


@once_more
def revise_week(  # noqa: PLR0913 - a week has this many sides
    week: PracticeWeek,
    *,
    title: str,
    introduction: str,
    hosts: Sequence[Partnership],
    within: frozenset[int],
    presentations: Mapping[Partnership, Mapping[str, Any] | None],
) -> PracticeWeek:
    """Change a week's title, introduction and hosts, and how some partnerships present it.

    The first host leads. A presentation is given by its fields; None takes it away, and whoever is not named
    keeps theirs. Raises UnusableHosts, also for the presentation of a partnership beyond ``within``,
    ValidationError from the models, and Busy; nothing is written then.
    """
    with one_revision():
        week = PracticeWeek.objects.select_for_update(no_key=True).get(pk=week.pk)
        week.title, week.introduction = title, introduction
        week.full_clean(validate_unique=False)
        week.save(update_fields=["title", "introduction"])
        set_week_hosts(week, hosts, within=within)
        for partnership, words in presentations.items():
            if refusal := policies.why_not_present(partnership.pk, within=within):
                raise refusal
            _present(week, partnership, words)
    return week


@once_more
def plan_days(week: PracticeWeek, days: Sequence[DayPlan]) -> None:
    """Say what days of a week are for, with their themes in order; days that are not named stay as they are.

    Raises ValidationError from the models, and Busy; nothing is written then.
    """
    with one_revision():
        week = PracticeWeek.objects.select_for_update(no_key=True).get(pk=week.pk)
        rows = {day.number: day for day in week.days.all()}
        for plan in days:
            day = rows.get(plan.number) or WeekDay(week=week, number=plan.number)
            day.kind, day.title, day.summary = plan.kind, plan.title, plan.summary
            day.full_clean()
            day.save()
            _set_themes(day, plan.themes)


def set_week_hosts(week: PracticeWeek, hosts: Sequence[Partnership], *, within: frozenset[int]) -> None:
    """Store who hosts a week, the first as the lead; raises UnusableHosts."""
    before = {host.partnership_id: host.is_lead for host in week.week_hosts.all()}
    wanted = {one.pk: place == 0 for place, one in enumerate(hosts)}
    if refusal := policies.why_not_host(before, wanted, within=within):
        raise refusal
    if before == wanted:
        return
    week.week_hosts.all().delete()
    for partnership, is_lead in wanted.items():
        WeekHost.objects.create(week=week, partnership_id=partnership, is_lead=is_lead)


def _present(week: PracticeWeek, partnership: Partnership, words: Mapping[str, Any] | None) -> None:
    """Store or take away one presentation."""
    row = week.presentations.filter(partnership=partnership).first()
    if words is None:
        if row:
            row.delete()
        return
    row = row or WeekPresentation(week=week, partnership=partnership)
    for name, value in words.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()


def _set_themes(day: WeekDay, themes: Sequence[Theme]) -> None:
    """Store the themes of a day, in order."""
    wanted = [theme.pk for theme in themes]
    if wanted == list(day.day_themes.values_list("theme", flat=True)):
        return
    day.day_themes.all().delete()
    for position, theme in enumerate(wanted):
        DayTheme.objects.create(day=day, theme_id=theme, position=position)

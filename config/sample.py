"""The sample: both practice weeks, people to sign in as, and a copied week that can be booked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from bookings.models import SessionPolicy
from events import actions, programme_files
from events.models import PracticeWeek, Session, SessionHost, SessionTopic, Trainer
from events.programme_files.reading import read_yaml
from events.programme_files.schema import columns
from events.wall_time import LONDON, instant, move_days
from people.actions import grant_role
from people.models import Area, Organisation, Partnership, RoleGrant, Statement, User

FOLDER: Final[Path] = settings.ROOT / "sample"
WEEKS: Final = ("2023-10-safeguarding-children-week", "2024-06-learning-from-reviews")
PEOPLE_TABLES: Final = {
    "people": ["email", "name", "organisation", "job_role", "areas"],
    "role_grants": ["email", "role", "partnership", "organisation"],
}
STATEMENT_TABLES: Final = {"statements": ["partnership", "kind", "version", "in_force_on", "text"]}
SIGN_IN_AS: Final[list[tuple[str, str]]] = [
    ("practitioner@example.org", "practitioner: finds and books sessions"),
    ("childminder@example.org", "childminder, works alone"),
    ("school.lead@example.org", "safeguarding lead of a school"),
    ("agency.lead@example.org", "agency lead: sees and books for the people of their organisation and its parts"),
    ("trainer@example.org", "trainer: sees the sessions they deliver"),
    ("organiser.hampshire@example.org", "organiser for Hampshire: builds weeks, may enter the admin"),
    ("organiser.island@example.org", "organiser for the Isle of Wight: the same there"),
    ("administrator@example.org", "administrator, may do everything"),
]
# What one session has otherwise than its partnership, by its code; programme files have no column for it.
OWN_POLICIES: Final = {"SCW-T2": {"organisation_quota": 3}}
# What takes place a second time two weeks on; programme files have no column for that either.
TWO_DATES: Final = ("LFR-R3",)
# A drop-in starts this long after the first start, so that its one-hour reminder falls due ten minutes later.
DROP_IN_AFTER: Final = timedelta(minutes=70)
NOTICE: Final = timedelta(days=14)


def load_sample(*, at: datetime) -> None:
    """Put the sample into the database, all or nothing; once both weeks are there it leaves everything alone.

    The 2024 week is copied onto the first Monday at least 14 days after the instant, by London's calendar.
    """
    with transaction.atomic():
        missing = [slug for slug in WEEKS if not PracticeWeek.objects.filter(slug=slug).exists()]
        if not missing:
            return
        for name in ("organisations", *missing):
            programme_files.load(programme_files.read(FOLDER / f"{name}.yaml"), at=at)
        for code, values in OWN_POLICIES.items():
            SessionPolicy.objects.create(session=Session.objects.get(code=code), values=values)
        load_statements(FOLDER / "statements.yaml")
        load_people(FOLDER / "people.yaml", at=at)
        Trainer.objects.filter(slug="toni-sample").update(user=User.objects.get(email="trainer@example.org"))
        source = PracticeWeek.objects.get(slug=WEEKS[-1])
        give_second_dates(source)
        if not source.copies.exists():
            week = actions.copy_week(source, starts_on=monday_after(at), at=at, publish=True)
            week.is_sample = True
            week.save(update_fields=["is_sample"])
            give_links(week, at=at)
            add_drop_in(week, at=at)


def monday_after(at: datetime) -> date:
    """Return the first Monday at least 14 days after an instant's day in London."""
    earliest = at.astimezone(LONDON).date() + NOTICE
    return earliest + timedelta(days=-earliest.weekday() % 7)


def give_second_dates(week: PracticeWeek) -> None:
    """Let the sessions that say so take place a second time, two weeks on at the same hours."""
    for session in week.sessions.filter(code__in=TWO_DATES, last_ends_at__isnull=True):
        starts_at, ends_at = (move_days(moment, 14, LONDON) for moment in (session.starts_at, session.ends_at))
        second = actions.WantedPart(starts_at, ends_at, "Bringing back what you tried")
        actions.set_parts(session.pk, [second], at=session.starts_at - NOTICE)


def give_links(week: PracticeWeek, *, at: datetime) -> None:
    """Give each copied session that is online a made-up way in of its own, because a copy comes without."""
    for session in week.sessions.exclude(format=Session.Format.IN_PERSON):
        link = f"https://meet.example.org/{week.starts_on:%Y-%m}-{session.code.lower()}"
        actions.revise_session(session.pk, at=at, joining_link=link)


def drop_in_start(at: datetime) -> datetime:
    """Return when the drop-in starts: 70 minutes on, at a whole minute that London's clocks show once."""
    start = (at + DROP_IN_AFTER).astimezone(LONDON)
    if start.second or start.microsecond:
        start = (at + DROP_IN_AFTER + timedelta(minutes=1)).astimezone(LONDON).replace(second=0, microsecond=0)
    while True:
        try:
            return instant(start.date(), start.time().replace(fold=0))
        except ValidationError:
            start = (start.astimezone(UTC) + timedelta(hours=1)).astimezone(LONDON)


def add_drop_in(week: PracticeWeek, *, at: datetime) -> Session:
    """Add an online session of half an hour that starts soon and takes bookings until then."""
    topic = SessionTopic.objects.create(
        week=week,
        slug="drop-in",
        title="Practice weeks drop-in",
        summary="Ask how booking, invitations and reminders work.",
    )
    start = drop_in_start(at)
    session = Session(
        week=week,
        topic=topic,
        code="DROP-IN",
        title=topic.title,
        format=Session.Format.ONLINE,
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        joining_link="https://meet.example.org/drop-in",
        capacity=30,
        is_illustrative=True,
        revised_at=at,
    )
    session.full_clean()
    session.save()
    for host in week.week_hosts.all():
        SessionHost.objects.create(session=session, partnership_id=host.partnership_id, is_lead=host.is_lead)
    return actions.publish_session(session.pk, at=at)


def load_statements(path: Path) -> None:
    """Add the examples of the partnerships' own statements; a version that is there stays as it is."""
    for cells in (row.cells for row in read_yaml(path.read_bytes(), STATEMENT_TABLES).rows):
        partnership = Partnership.objects.get(slug=cells["partnership"])
        version = {"kind": cells["kind"], "version": int(cells["version"])}
        if partnership.statements.filter(**version).exists():
            continue
        in_force_on = date.fromisoformat(cells["in_force_on"])
        statement = Statement(partnership=partnership, in_force_on=in_force_on, text=cells["text"], **version)
        statement.full_clean()
        statement.save()


def load_people(path: Path, *, at: datetime) -> None:
    """Make the sample people, with where they work and what they may do; those who are there stay as they are."""
    reading = read_yaml(path.read_bytes(), {**columns(), **PEOPLE_TABLES})
    of_people = [row for row in reading.rows if row.table in PEOPLE_TABLES]
    programme = [row for row in reading.rows if row.table not in PEOPLE_TABLES]
    programme_files.load(programme_files.Reading(programme, reading.faults), at=at)
    _make_people(row.cells for row in of_people if row.table == "people")
    _grant_roles((row.cells for row in of_people if row.table == "role_grants"), at=at)


def _make_people(rows: Iterable[dict[str, str]]) -> None:
    """Make those who are not there."""
    for cells in rows:
        if User.objects.filter(email=cells["email"]).exists():
            continue
        organisation = Organisation.objects.get(slug=cells["organisation"])
        person = User.objects.create_user(
            cells["email"],
            name=cells["name"],
            organisation=organisation,
            organisation_name=organisation.name,
            job_role=cells["job_role"],
        )
        person.areas.set(Area.objects.filter(slug__in=cells["areas"].split(", ")))


def _grant_roles(rows: Iterable[dict[str, str]], *, at: datetime) -> None:
    """Give the roles; an administrator of everything may do everything in the admin too."""
    for cells in rows:
        person = User.objects.get(email=cells["email"])
        partnership = Partnership.objects.filter(slug=cells.get("partnership", "")).first()
        organisation = Organisation.objects.filter(slug=cells.get("organisation", "")).first()
        if cells["role"] == RoleGrant.Role.ADMINISTRATOR and not person.is_superuser:
            person.is_superuser = True
            person.save(update_fields=["is_superuser"])
        grant_role(person, cells["role"], at=at, partnership=partnership, organisation=organisation)

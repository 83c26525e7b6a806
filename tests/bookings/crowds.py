"""Many bookings at once, in every state that reports tell apart; and a plain recount of them."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from bookings.models import Attendance, Booking, BookingChange
from events.models import Session, SessionHost, SessionTopic
from people.models import Area, Organisation, Partnership, Sector, User
from tests.bookings.crowd_afterwards import CAME, follow, lend_trainers
from tests.factories import NOW, PartnershipFactory, ThemeFactory, VenueFactory, WeekFactory

ENDS = [
    ("confirmed", "present"),
    ("confirmed", "present"),
    ("confirmed", "present"),
    ("confirmed", "late"),
    ("confirmed", "left_early"),
    ("confirmed", "did_not_attend"),
    ("confirmed", "excused"),
    ("confirmed", ""),
    ("cancelled", ""),
    ("cancelled late", ""),
    ("cancelled from queue", ""),
    ("substituted", ""),
    ("waitlisted", ""),
    ("expired", ""),
    ("declined", ""),
    ("walk-in", "present"),
    ("walk-in", "late"),
    ("walk-in taken off", ""),
]
NEEDS_ROOM = {"confirmed", "waitlisted", "walk-in"}  # one such booking for each person and session
NAMES = ["Pat", "=1+1", "+44", "-5", "@SUM(A1)", "\tTab", "Żółć O'Brien"]


def crowd(bookings, *, sessions=40, seed=7):
    """Make so many bookings on sessions of two partnerships, some of them joint; return how they were made.

    A session in five is cancelled and one in five is still to come. The same seed makes the same.
    """
    dice = random.Random(seed)
    hampshire, island = PartnershipFactory(), PartnershipFactory(slug="isle-of-wight")
    areas = [hampshire.area, island.area, Area.objects.create(slug="portsmouth", name="Portsmouth", position=9)]
    organisations = _organisations(dice)
    people = _people(dice, max(bookings // 4, 20), organisations, areas)
    held = _sessions(dice, sessions, hampshire, island)
    rows, seen = [], set()
    while len(rows) < bookings:
        session, person, end = dice.choice(held), dice.choice(people), dice.choice(ENDS)
        if end[0] in NEEDS_ROOM and (session.pk, person.pk) in seen:
            continue
        seen.add((session.pk, person.pk))
        rows.append((_booking(len(rows), session, person, end[0]), end))
    made = Booking.written.bulk_create([row for row, _ in rows], batch_size=2000)
    ends = [end for _, end in rows]
    BookingChange.written.bulk_create(_changes(made, ends), batch_size=5000)
    Attendance.written.bulk_create(_attendances(made, ends), batch_size=5000)
    follow(made, ends, random.Random(seed), own=island)
    lend_trainers(held)


def _organisations(dice):
    sectors = [Sector.objects.create(slug=f"sector-{n}", name=f"Sector {n}", position=n) for n in range(4)]
    return Organisation.objects.bulk_create(
        Organisation(slug=f"organisation-{n}", name=f"Organisation {n}", sector=dice.choice(sectors)) for n in range(25)
    )


def _people(dice, count, organisations, areas):
    people = User.objects.bulk_create(
        [
            User(
                email=f"crowd{n}@example.org",
                address_key=f"crowd{n}@example.org",
                name=f"{dice.choice(NAMES)} {n}",
                # a few organisations have most of the people, and one person in nine has none that we know
                organisation=None if n % 9 == 0 else organisations[min(int(dice.expovariate(0.4)), 24)],
                organisation_name="Somewhere else" if n % 18 == 0 else "",
                password="!",
            )
            for n in range(count)
        ],
        batch_size=2000,
    )
    works = User.areas.through
    works.objects.bulk_create(
        works(user=person, area=area) for person in people for area in dice.sample(areas, dice.randrange(3))
    )
    return people


def _sessions(dice, count, hampshire, island):
    themes = [ThemeFactory(slug=slug) for slug in ("neglect", "curiosity")]
    found = []
    for n in range(count):
        week = WeekFactory(
            slug=f"week-{n % 4}", title="Learning together", starts_on=NOW.date() - timedelta(days=1 + 7 * (n % 4) * 5)
        )
        topic = SessionTopic.objects.create(week=week, slug=f"topic-{n}", title=f"Topic {n}")
        topic.themes.set(dice.sample(themes, dice.randrange(3)))
        starts_at = NOW + timedelta(days=3) if n % 5 == 4 else NOW - timedelta(days=1 + n * 9)
        session = Session.objects.create(
            week=week,
            topic=topic,
            code=f"C{n}",
            title=f"=Session {n}",
            format="online" if n % 2 else "in_person",
            venue=None if n % 2 else VenueFactory(),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=dice.choice([45, 60, 90])),
            capacity=None if n % 7 == 0 else 500,
            state="cancelled" if n % 5 == 3 else "published",
            cancelled_at=NOW if n % 5 == 3 else None,
        )
        hosts = [hampshire] if n % 3 == 0 else [island] if n % 3 == 1 else [hampshire, island]
        for host in hosts:
            SessionHost.objects.create(session=session, partnership=host, is_lead=host == hosts[0])
        found.append(session)
    return found


def _booking(n, session, person, end):
    is_cancelled = end.startswith("cancelled") or end == "walk-in taken off"
    organisation = person.organisation
    return Booking(
        session=session,
        practitioner=person,
        status="cancelled" if is_cancelled else "confirmed" if end == "walk-in" else end,
        source="walk_in" if end.startswith("walk-in") else "self",
        policy={"questions_impact_weeks": 12} if n % 4 == 0 else {},
        queue_number=n + 1 if end == "waitlisted" else None,
        cancelled_at=session.starts_at - timedelta(days=2) if is_cancelled else None,
        cancelled_late=end == "cancelled late",
        cancel_free_until=session.starts_at - timedelta(days=5),
        email=person.email,
        name=person.name,
        organisation=organisation,
        organisation_name=organisation.name if organisation else person.organisation_name,
        sector=organisation.sector if organisation else None,
        job_role="Teacher",
        created_at=NOW - timedelta(days=700),
    )


def _changes(bookings, ends):
    """Return the history: most had a place first; those who left the queue never had one."""
    never = {"cancelled from queue", "waitlisted", "expired", "declined"}
    found = []
    for booking, (end, _) in zip(bookings, ends, strict=True):
        usual = "walked_in" if end.startswith("walk-in") else "booked"
        first = ("queued", "waitlisted") if end in never else (usual, "confirmed")
        found.append(_change(booking, first[0], "", first[1]))
        if end.startswith("cancelled"):
            found.append(_change(booking, "cancelled", first[1], "cancelled"))
        if end == "walk-in taken off":
            found.append(_change(booking, "taken_off", first[1], "cancelled"))
    return found


def _change(booking, verb, before, after):
    return BookingChange(booking=booking, verb=verb, from_status=before, to_status=after, sequence=0, at=NOW)


def _attendances(bookings, ends):
    return [
        Attendance(booking=booking, state=mark, source="register", marked_at=NOW)
        for booking, (_, mark) in zip(bookings, ends, strict=True)
        if mark
    ]


class Recount:
    """Everything that reports count, read into plain rows with no word of SQL in what is counted."""

    def __init__(self, partnerships):
        wanted = {one.pk for one in partnerships}
        hosts = {}
        for host in SessionHost.objects.all():
            hosts.setdefault(host.session_id, set()).add(host.partnership_id)
        self.hosts = hosts
        self.sessions = [
            one
            for one in Session.objects.select_related("week").prefetch_related("topic__themes")
            if hosts.get(one.pk, set()) & wanted and one.starts_at <= NOW
        ]
        self.held = {one.pk: one for one in self.sessions if one.state == "published"}
        self.marks = dict(Attendance.objects.values_list("booking", "state"))
        self.had_place = {c.booking_id for c in BookingChange.objects.all() if c.to_status == "confirmed"}
        rows = Booking.objects.select_related("sector", "organisation", "practitioner")
        self.bookings = [one for one in rows.prefetch_related("practitioner__areas") if one.session_id in self.held]

    def figures(self, bookings):
        """Return what the attendance report says of some bookings."""
        counted = dict.fromkeys(
            (
                *("booked", "cancelled_in_time", "cancelled_late", "given_away", "expected", "attended", "part"),
                *("walked_in", "did_not_attend", "excused", "not_marked"),
            ),
            0,
        )
        people = set()
        for one in bookings:
            walked_in = one.source == "walk_in"
            if one.status == "cancelled" and one.pk in self.had_place and not walked_in:
                counted["booked"] += 1
                counted["cancelled_late" if one.cancelled_late else "cancelled_in_time"] += 1
            elif one.status == "substituted":
                counted["booked"] += 1
                counted["given_away"] += 1
            elif one.status == "confirmed":
                counted["booked"] += not walked_in
                counted["expected"] += not walked_in
                mark = self.marks.get(one.pk, "")
                if mark in CAME:
                    counted["attended"] += 1
                    counted["walked_in"] += walked_in
                    people.add(one.practitioner_id)
                counted["part"] += mark in {"late", "left_early"}
                counted["did_not_attend"] += mark == "did_not_attend"
                counted["excused"] += mark == "excused"
                counted["not_marked"] += not mark
        return {**counted, "people": len(people)}


@pytest.fixture(scope="module")
def recount(django_db_setup, django_db_blocker):
    """Ten thousand bookings, recounted once for all tests of a file; taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        crowd(10_000)
        yield Recount(Partnership.objects.all())
        transaction.set_rollback(True)


@pytest.fixture
def own(recount):
    return list(Partnership.objects.order_by("slug"))

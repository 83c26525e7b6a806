"""The organisers' mail of the morning: what needs them today, the same as their desk shows."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final, Literal

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from bookings.working_days import is_working_day
from events.dates import long_day
from events.wall_time import LONDON, instant
from notifications.choices import is_switched_off
from notifications.colours import ink_on
from notifications.desk_page import desk_of
from notifications.kinds import Kind
from notifications.message_names import id_of
from notifications.models import Message
from notifications.readers import NoLongerTrue
from people.models import RoleGrant, User
from people.models.access import unexpired
from people.names import given_name, turned_round
from people.text import strip_controls

MORNING: Final = time(7, 30)
WRITTEN_FROM: Final = time(5)
EVENING: Final = time(17)


@dataclass(frozen=True)
class DeskLine:
    """One thing to see to, with the address where it is done."""

    what: str
    why: str
    address: str


@dataclass(frozen=True)
class DeskPart:
    """Things of one kind; ``more`` is how many the desk shows beside these."""

    title: str
    lines: tuple[DeskLine, ...]
    more: int


@dataclass(frozen=True)
class DeskFacts:
    """What the mail of the morning says. Two equal ones make the same mail."""

    sender: str
    recipient: str
    name: str
    partnership: str
    contact: str
    website: str
    colour: str
    day: str
    link: str
    count: int
    parts: tuple[DeskPart, ...]
    kind: str = Kind.DESK_TODAY
    method: Literal["REQUEST", "CANCEL"] | None = None
    sequence: int = 0
    says: str = ""

    @property
    def things(self) -> str:
        """Return how much there is to do."""
        return "1 thing needs you" if self.count == 1 else f"{self.count} things need you"

    @property
    def greeting(self) -> str:
        """Return the mail's first line."""
        first = given_name(self.name) or turned_round(self.name)
        return f"Hello {first}," if first else "Hello,"

    @property
    def ink(self) -> str:
        """Return the colour of letters on the partnership's own."""
        return ink_on(self.colour)

    @property
    def choices(self) -> str:
        """Return where the reader can switch mails of this kind off."""
        return f"{settings.SITE_URL}{reverse('my_messages')}"


def write_mornings(*, at: datetime) -> int:
    """Write this working day's mail to everybody who organises, once; return how many rows that makes.

    It is written in the hours before, and in the course of the day to who began to organise, or where nothing ran.
    """
    local = at.astimezone(LONDON)
    if not is_working_day(local.date()) or not WRITTEN_FROM <= local.time() < EVENING:
        return 0
    grants = RoleGrant.objects.filter(unexpired(at), role="organiser", user__is_active=True)
    people = User.objects.filter(Q(pk__in=grants.order_by().values("user")))
    rows = [_row(person, local, at=at) for person in people.order_by("pk")]
    names = [row.message_id for row in rows]
    known = set(Message.objects.filter(message_id__in=names).values_list("message_id", flat=True))
    new = [row for row in rows if row.message_id not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


def _row(person: User, local: datetime, *, at: datetime) -> Message:
    """Return somebody's row of a day."""
    occurrence = f"day {local.date().isoformat()}"
    return Message(
        reader=person,
        kind=Kind.DESK_TODAY,
        occurrence=occurrence,
        message_id=id_of(f"{Kind.DESK_TODAY} {person.pk} {occurrence}"),
        due_at=max(instant(local.date(), MORNING).astimezone(UTC), at),
        expires_at=instant(local.date(), EVENING).astimezone(UTC),
    )


def desk_facts_of(message: Message) -> DeskFacts:
    """Return what somebody's desk says; raises NoLongerTrue where nothing needs them, or they organise no more."""
    person, at = message.reader, message.due_at
    if person is None or not person.is_active:
        raise NoLongerTrue("This account is closed.")
    if is_switched_off(person.pk, Kind.DESK_TODAY):
        raise NoLongerTrue("The person has switched these messages off.")
    partnership = person.organised_partnerships(at=at).order_by("name", "pk").first()
    if partnership is None:
        raise NoLongerTrue("They organise for no partnership any more.")
    groups = desk_of(person, at=at)
    if not groups:
        raise NoLongerTrue("Nothing needs them today.")
    return DeskFacts(
        sender=settings.ORGANIZER_EMAIL,
        recipient=person.email,
        name=person.name,
        partnership=partnership.name,
        contact=partnership.contact_email,
        website=partnership.website,
        colour=partnership.colour,
        day=long_day(at.astimezone(LONDON).date()),
        link=f"{settings.SITE_URL}{reverse('organise')}",
        count=sum(group.count for group in groups),
        parts=tuple(
            DeskPart(
                group.title,
                tuple(
                    DeskLine(strip_controls(item.what), strip_controls(item.why), f"{settings.SITE_URL}{item.address}")
                    for item in group.items
                ),
                group.more,
            )
            for group in groups
        ),
    )

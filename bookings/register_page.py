"""The register of a session in words, for organisers and for its trainers on the day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch

from bookings.models import CAME, AccessNeed, Attendance, AttendanceMark, Booking, PartAttendance, Presence
from bookings.querysets import BookingQuerySet
from events.dates import long_day, moment_words
from events.models import Session
from events.models.session_part import Part, parts_of
from events.presenters import Tag
from people.models import User

OF_DATE: Final = "said_of_date"
TONES: Final = {
    Presence.PRESENT: "good",
    Presence.LATE: "good",
    Presence.LEFT_EARLY: "attention",
    Presence.DID_NOT_ATTEND: "stop",
    Presence.EXCUSED: "quiet",
}


def register_of(session: Session, actor: User, *, at: datetime, part: Part | None = None) -> BookingQuerySet:
    """Return everybody with a place on a session by name, with what the register says; one query.

    ``part`` is which of several dates, else what they come to; a date costs one query more. ``has_need`` says that
    something would help them, where the actor may know of it.
    """
    needs = AccessNeed.objects.to_act_on(actor, at=at).order_by().filter(booking=OuterRef("pk"))
    places: BookingQuerySet = Booking.objects.confirmed().filter(session=session)
    rows = places.select_related("attendance__marked_by", "substitute_for").annotate(has_need=Exists(needs))
    found: BookingQuerySet = rows.order_by("name", "pk")
    if part is None or part.total == 1:
        return found
    said = PartAttendance.objects.filter(part=part.number).select_related("marked_by")
    return found.prefetch_related(Prefetch("part_attendances", queryset=said, to_attr=OF_DATE))


@dataclass(frozen=True)
class StateButton:
    """A button of the register: what it marks, its words, and the tone of the tag that shows it."""

    value: str
    words: str
    tone: str


STATE_BUTTONS: Final = tuple(StateButton(state.value, str(state.label), TONES[state]) for state in Presence)


def presence_tag(attendance: Attendance | PartAttendance | None) -> Tag | None:
    """Return what the register says of somebody, in a word or two; None where it says nothing."""
    if attendance is None:
        return None
    state = Presence(attendance.state)
    return Tag(str(state.label), TONES[state])


def attendance_of(booking: Booking) -> Attendance | PartAttendance | None:
    """Return what the register says of a booking, of a date where that was asked for; it was fetched with it."""
    of_date: list[PartAttendance] | None = vars(booking).get(OF_DATE)
    if of_date is not None:
        return of_date[0] if of_date else None
    found: Attendance | None = getattr(booking, "attendance", None)
    return found


@dataclass(frozen=True)
class RegisterLine:
    """Somebody with a place. Needs what `register_of` fetches."""

    booking: Booking
    session: Session

    @property
    def tag(self) -> Tag | None:
        """Return what the register says, in a word or two."""
        return presence_tag(attendance_of(self.booking))

    @property
    def state(self) -> str:
        """Return what the register says; empty where nobody has marked them."""
        attendance = attendance_of(self.booking)
        return attendance.state if attendance else ""

    @property
    def seen(self) -> str:
        """Return who marked them and when, or what did."""
        if (attendance := attendance_of(self.booking)) is None:
            return ""
        by = attendance.marked_by.get_full_name() if attendance.marked_by else attendance.get_source_display().lower()
        return f"{by}, {moment_words(attendance.marked_at, self.session.tzinfo)}"

    @property
    def walked_in(self) -> bool:
        """Say whether they came without a booking."""
        return not self.booking.takes_place

    @property
    def instead_of(self) -> str:
        """Return whose place they took over."""
        before = self.booking.substitute_for
        return before.name if before else ""

    @property
    def has_need(self) -> bool:
        """Say whether something would help them, as far as whoever looks may know."""
        return bool(vars(self.booking)["has_need"])


@dataclass(frozen=True)
class PartTab:
    """One of several dates whose register can be opened: its words, and whether it is the one that is open."""

    part: Part
    is_open: bool

    @property
    def query(self) -> str:
        """Return what leads to it behind the register's address."""
        return query_of(self.part)

    @property
    def words(self) -> str:
        """Return which it is and when."""
        return f"{self.part.name}, {long_day(self.part.local_day)}"


def query_of(part: Part) -> str:
    """Return what names a date behind the register's address; nothing for a session of one date."""
    return f"?part={part.number}" if part.total > 1 else ""


def tabs_of(part: Part) -> list[PartTab]:
    """Return the dates to choose from, the open one marked; none for a session of one date."""
    dates = parts_of(part.session) if part.total > 1 else []
    return [PartTab(one, one.number == part.number) for one in dates]


@dataclass(frozen=True)
class LastStep:
    """What one marked last, and can undo: whom, and when in words."""

    who: str
    when: str

    @classmethod
    def of(cls, marks: Sequence[AttendanceMark], lines: Sequence[RegisterLine]) -> "LastStep | None":
        """Return the step that these marks were; None for none, and for people who are not on the register."""
        marked = {one.booking_id for one in marks}
        found = [line for line in lines if line.booking.pk in marked]
        if not found:
            return None
        who = found[0].booking.name if len(found) == 1 else f"{len(found)} people"
        return cls(who, moment_words(marks[0].recorded_at, found[0].session.tzinfo))


@dataclass(frozen=True)
class Tally:
    """How many came, did not and are not marked yet; and of those on the register, how many had not booked."""

    came: int
    absent: int
    unmarked: int
    walked_in: int

    @classmethod
    def of(cls, lines: Sequence[RegisterLine]) -> "Tally":
        """Count the lines of a register."""
        counts = Counter(line.state for line in lines)
        came = sum(count for state, count in counts.items() if state in CAME)
        walked_in = sum(line.walked_in for line in lines)
        return cls(came, len(lines) - came - counts[""], counts[""], walked_in)

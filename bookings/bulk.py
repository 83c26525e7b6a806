"""Booking many people by a pasted list: what would happen to each line, and doing it line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.core.exceptions import PermissionDenied, ValidationError

from bookings import actions, errors, policies
from bookings.bulk_lines import Line
from bookings.models import Booking
from bookings.other_people import NOT_YOURS, words_for_others
from bookings.states import LIVE, Status
from events.errors import Busy, Refusal
from events.models import Session
from people.addresses import address_key
from people.models import Organisation, User
from people.permissions import led_organisations

NEEDS_NAME = "We do not know this address yet. Write a name before it."


@dataclass(frozen=True)
class Row:
    """What happens to one line on one session; ``sentence`` says it, and why not where it is a fault."""

    line: Line
    session: Session
    state: str
    sentence: str

    @property
    def is_fault(self) -> bool:
        """Say whether nobody is booked by this line."""
        return self.state == "fault"

    @property
    def is_ready(self) -> bool:
        """Say whether the line is to be booked."""
        return self.state in {"new", "known", "waits"}


@dataclass(frozen=True)
class Bulk:
    """Who books whom on what, and as what; ``organisation`` is where somebody new works, for an agency lead."""

    actor: User
    at: datetime
    sessions: Sequence[Session]
    as_lead: bool
    organisation: Organisation | None = None
    mode: str = ""

    def look(self, lines: Sequence[Line]) -> list[Row]:
        """Return what would happen to each line on each session, in order; a few queries for any number of lines."""
        keys = [address_key(line.email) for line in lines if not line.fault]
        people = {person.address_key: person for person in User.objects.filter(address_key__in=keys)}
        booked = Booking.objects.filter(
            session__in=self.sessions, status__in=sorted(LIVE), practitioner__address_key__in=keys
        )
        have = set(booked.values_list("session", "practitioner__address_key"))
        led = set(led_organisations(self.actor, at=self.at).values_list("pk", flat=True)) if self.as_lead else None
        rows = []
        for session in self.sessions:
            places = _Places(session)
            for line in lines:
                key = address_key(line.email)
                person, has_booking = people.get(key), (session.pk, key) in have
                rows.append(self._row(line, session, person, has_booking=has_booking, led=led, places=places))
        return rows

    def _row(  # noqa: PLR0913 - what is known of a line has this many sides
        self,
        line: Line,
        session: Session,
        person: User | None,
        *,
        has_booking: bool,
        led: set[int] | None,
        places: "_Places",
    ) -> Row:
        """Return what would happen to one line on one session."""
        if fault := line.fault or self._why_not(person, line, led):
            return Row(line, session, "fault", fault)
        if has_booking:
            return Row(line, session, "booked", "Booked already: nothing changes.")
        if refusal := policies.why_not_book(session, at=self.at) or places.why_not_another():
            return Row(line, session, "fault", words_for_others(refusal))
        who = "Known" if person else "New"
        if places.take():
            return Row(line, session, "known" if person else "new", f"{who}: gets a place.")
        return Row(line, session, "waits", f"{who}: joins the waiting list.")

    def _why_not(self, person: User | None, line: Line, led: set[int] | None) -> str:
        """Return why this person cannot be booked at all; one sentence for whoever is beyond a lead's reach."""
        if person is None:
            return "" if line.name else NEEDS_NAME
        is_within = led is None or person == self.actor or person.organisation_id in led
        return "" if is_within and person.is_active else NOT_YOURS

    def carry_out(self, lines: Sequence[Line], *, start: int = 0, seconds: float = 10) -> tuple[list[Row], int]:
        """Book the lines that are ready, from a row on, each in a transaction of its own, until the time is up.

        Returns what became of the rows it came to, one at least, and the number of the next; the same lines again
        change nothing.
        """
        rows = self.look(lines)
        began, done = monotonic(), []
        for row in rows[start:]:
            done.append(self._book(row) if row.is_ready else row)
            if monotonic() - began >= seconds:
                break
        return done, start + len(done)

    def _book(self, row: Row) -> Row:
        """Book one line."""
        line = row.line
        details = {"email": line.email, "name": line.name, "job_role": line.job_role}
        if self.organisation:
            details["organisation"] = self.organisation.name
        try:
            booking = actions.book_for(
                row.session, details, actor=self.actor, at=self.at, mode=self.mode, only_as_lead=self.as_lead
            )
        except errors.AlreadyBooked:
            return Row(line, row.session, "booked", "Booked already: nothing changes.")
        except Refusal as refusal:
            return Row(line, row.session, "fault", words_for_others(refusal))
        except PermissionDenied:
            return Row(line, row.session, "fault", NOT_YOURS)
        except ValidationError as error:
            return Row(line, row.session, "fault", " ".join(error.messages))
        except Busy as busy:
            return Row(line, row.session, "fault", str(busy))
        waits = booking.status == Status.WAITLISTED
        return Row(line, row.session, "waits" if waits else "known", "Waiting list" if waits else "Booked")


class _Places:
    """The places of a session as the lines of a list would take them, one after the other."""

    def __init__(self, session: Session) -> None:
        self.session, self.left = session, session.places_left

    def why_not_another(self) -> Refusal | None:
        """Return why the next line gets neither a place nor one in the queue."""
        return policies.why_not_queue(self.session, wanted=True) if self.left == 0 else None

    def take(self) -> bool:
        """Take a place; say whether there was one."""
        if self.left is None:
            return True
        was_there = self.left > 0
        self.left -= was_there
        return was_there

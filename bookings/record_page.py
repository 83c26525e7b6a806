"""A person's record of learning: the sessions they attended, the hours, and the certificate of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch

from bookings import afterwards, errors
from bookings.afterwards import Share
from bookings.certificate_page import hours_number
from bookings.links import feedback_path
from bookings.models import CAME, Booking, Certificate, EvaluationResponse, Stage
from bookings.printed import as_pdf
from events.dates import long_day
from events.models import SessionHost
from events.models.session_part import not_over
from events.presenters import length_words, list_words
from people.models import User

COLUMNS: Final = ("date", "title", "hours", "hosts", "type", "attended", "multi_agency", "certificate")
NOTE: Final = (
    "Made from the registers of the sessions. Hours are those of the session for whoever attended it, and the minutes "
    "that were counted for whoever attended a part."
)


def minutes_length(minutes: int) -> str:
    """Return minutes as a length in words."""
    return length_words(timedelta(minutes=minutes)) or "0 minutes"


@dataclass(frozen=True)
class RecordLine:
    """A session that somebody attended, in whole or in part. Needs what `record_of` fetches."""

    booking: Booking
    at: datetime

    @property
    def title(self) -> str:
        """Return the session, as the certificate has it where there is one."""
        return self.certificate.title if self.certificate else self.booking.session.title

    @property
    def day(self) -> str:
        """Return its day."""
        return long_day(self.booking.session.local_start.date())

    @property
    def date(self) -> str:
        """Return its day as a file has it."""
        return self.booking.session.local_start.date().isoformat()

    @property
    def hosts(self) -> str:
        """Return who hosted it, as the certificate has it where there is one."""
        if self.certificate:
            return self.certificate.hosts
        session = self.booking.session
        names = [host.partnership.name for host in session.session_hosts.all()]
        return list_words([*names, session.also_hosted_by] if session.also_hosted_by else names)

    @property
    def kind(self) -> str:
        """Return how people met."""
        return str(self.booking.session.get_format_display())

    @property
    def share(self) -> Share:
        """Return how much of it they attended."""
        return afterwards.attended(self.booking.attendance, self.booking, self.booking.session)

    @property
    def is_part(self) -> bool:
        """Say whether they attended a part of it."""
        return self.share != Share.ALL

    @property
    def minutes(self) -> int:
        """Return the learning time: the session's for whoever attended, what was counted for a part."""
        session = self.booking.session
        whole = round(session.length_in_all.total_seconds() / 60)
        return min(whole, self.booking.attendance.minutes or 0) if self.is_part else whole

    @property
    def hours(self) -> str:
        """Return the learning time in words."""
        if self.is_part and not self.minutes:
            return "In part"
        return f"{minutes_length(self.minutes)}{' (in part)' if self.is_part else ''}"

    @property
    def certificate(self) -> Certificate | None:
        """Return the certificate that holds."""
        found: list[Certificate] = vars(self.booking)["holding"]
        return found[0] if found else None

    @property
    def code(self) -> str:
        """Return its code; empty where there is none."""
        return self.certificate.grouped_code if self.certificate else ""

    @property
    def why_none(self) -> str:
        """Return why there is no certificate yet, or at all; empty where there is one."""
        if self.certificate:
            return ""
        refusal = self._refusal
        return refusal.sentence if refusal else "It comes within minutes."

    @property
    def feedback(self) -> str:
        """Return the path of the questions that the certificate waits for; empty where it waits for nothing."""
        waits = isinstance(self._refusal, errors.CertificateNotYet) and not self.is_given
        return "" if self.certificate or not waits else feedback_path(self.booking, Stage.POST)

    @property
    def is_given(self) -> bool:
        """Say whether they have given feedback."""
        return bool(vars(self.booking)["is_given"])

    @property
    def _refusal(self) -> Any:
        booking = self.booking
        return afterwards.why_no_certificate(
            booking, booking.session, attendance=booking.attendance, is_given=self.is_given, at=self.at
        )


@dataclass(frozen=True)
class Record:
    """Everything one person attended, the latest first, or what of it lies in one year."""

    person: User
    lines: Sequence[RecordLine]
    years: Sequence[int]
    year: int | None = None

    @property
    def minutes(self) -> int:
        """Return the learning time of all of it."""
        return sum(line.minutes for line in self.lines)

    @property
    def total(self) -> str:
        """Return what it comes to, in words."""
        count = len(self.lines)
        return f"{count} session{'' if count == 1 else 's'}, {minutes_length(self.minutes)} of learning"

    @property
    def span(self) -> str:
        """Return of which time it is."""
        return f"Year {self.year}" if self.year else "All years"

    def rows(self) -> Iterator[list[object]]:
        """Return the rows of the file; hours as numbers."""
        for line in self.lines:
            multi = "yes" if line.certificate and line.certificate.is_multi_agency else ""
            share = "in part" if line.is_part else "yes"
            hours = float(hours_number(line.minutes))
            yield [line.date, line.title, hours, line.hosts, line.kind, share, multi, line.code]

    def facts(self) -> dict[str, Any]:
        """Return what stands in the document."""
        rows = [[line.day, line.title, line.hours, line.hosts, line.code or "None"] for line in self.lines]
        name = self.person.get_full_name()
        return {
            "title": f"Record of learning: {name}",
            "name": name,
            "span": self.span,
            "total": self.total,
            "rows": rows,
            "note": NOTE,
        }

    def pdf(self) -> bytes:
        """Return the record as a tagged PDF."""
        return as_pdf("record", self.facts())


def record_of(person: User, *, at: datetime, year: int | None = None) -> Record:
    """Return what somebody attended until an instant, in one year of the sessions' clocks or in all; three queries."""
    given = EvaluationResponse.objects.order_by().filter(booking=OuterRef("pk"), stage=Stage.POST)
    holding = Certificate.objects.filter(revoked_at__isnull=True)
    hosts = SessionHost.objects.select_related("partnership").order_by("-is_lead", "partnership__position")
    rows = Booking.objects.confirmed().filter(
        ~not_over("session__", at=at), practitioner=person, attendance__state__in=CAME
    )
    rows = rows.select_related("session", "attendance").annotate(is_given=Exists(given))
    rows = rows.prefetch_related(
        Prefetch("certificates", queryset=holding, to_attr="holding"),
        Prefetch("session__session_hosts", queryset=hosts),
    )
    lines = [RecordLine(one, at) for one in rows.order_by("-session__starts_at", "-pk")]
    years = sorted({line.booking.session.local_start.year for line in lines}, reverse=True)
    wanted = [line for line in lines if year is None or line.booking.session.local_start.year == year]
    return Record(person, wanted, years, year)

"""Certificates in words: on the page where anybody checks one, in its document, and in a person's own record."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings

from bookings.certificate_codes import grouped, is_code
from bookings.models import Certificate
from bookings.printed import as_pdf, qr_svg
from events.dates import long_day, span_words
from events.presenters import length_words

ENDED: Final = {
    Certificate.Revoked.REPLACED: (
        "This certificate was replaced",
        "Another was issued instead of it. Ask the person for the newer one.",
    ),
    Certificate.Revoked.CORRECTED: (
        "This certificate is revoked",
        "It is no longer valid, because the record of who attended was corrected.",
    ),
}


def hours_number(minutes: int) -> str:
    """Return a length of time in hours with two decimals, such as ``1.50``."""
    return f"{minutes / 60:.2f}"


@dataclass(frozen=True)
class CheckedCertificate:
    """What the page of a code says: that it holds and for whom, that it holds no more, or that there is none."""

    code: str
    certificate: Certificate | None

    @property
    def holds(self) -> bool:
        """Say whether there is a certificate that holds."""
        return self.certificate is not None and self.certificate.revoked_at is None

    @property
    def is_known(self) -> bool:
        """Say whether there ever was one."""
        return self.certificate is not None

    @property
    def heading(self) -> str:
        """Return what the page is headed with."""
        if self.certificate is None:
            return "There is no certificate with this code"
        return "This certificate is valid" if self.holds else ENDED[self._ended][0]

    @property
    def sentence(self) -> str:
        """Return what is so; of one that holds no more, nothing about the person and the session."""
        if self.certificate is None:
            typed = "Look at the code again and type it as it stands on the certificate."
            return typed if is_code(self.code) else f"A sign in it is missing or wrong. {typed}"
        if self.holds:
            return "We issued it. Compare the name and the session with what you have before you."
        return f"{ENDED[self._ended][1]} That was on {self.ended}."

    @property
    def _ended(self) -> Certificate.Revoked:
        return Certificate.Revoked(self.certificate.revoked_for) if self.certificate else Certificate.Revoked.CORRECTED

    @property
    def ended(self) -> str:
        """Return the day on which it was revoked; empty where it was not."""
        one = self.certificate
        return long_day(one.revoked_at.astimezone(one.tzinfo).date()) if one and one.revoked_at else ""

    @property
    def grouped_code(self) -> str:
        """Return the code as people read it."""
        return grouped(self.code)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return what a certificate that holds says, as labels with words."""
        one = self.certificate
        if one is None or not self.holds:
            return []
        return [
            ("Name", one.name),
            ("Session", one.title),
            ("When", when_of(one)),
            ("Learning time", length_words(timedelta(minutes=one.minutes))),
            ("Hosted by", one.hosts),
            ("Issued", long_day(one.issued_at.astimezone(one.tzinfo).date())),
        ]


def when_of(certificate: Certificate) -> str:
    """Return when the session was, of several dates all, in the words of the day it was issued."""
    one = certificate
    return one.dates or span_words(one.starts_at, one.ends_at, one.tzinfo)


def certificate_facts(certificate: Certificate) -> dict[str, Any]:
    """Return what stands in the document."""
    address = f"{settings.SITE_URL.rstrip('/')}{certificate.path}"
    zone = certificate.tzinfo
    return {
        "title": f"Certificate of attendance: {certificate.name}, {certificate.title}",
        "hosts": certificate.hosts,
        "name": certificate.name,
        "session": certificate.title,
        "when": when_of(certificate),
        "hours": length_words(timedelta(minutes=certificate.minutes)),
        "multi_agency": certificate.is_multi_agency,
        "code": certificate.grouped_code,
        "issued": long_day(certificate.issued_at.astimezone(zone).date()),
        "address": address,
        "qr": qr_svg(address),
    }


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return a certificate as a tagged PDF."""
    return as_pdf("certificate", certificate_facts(certificate))

"""Certificates: checked by anybody who has the code, and downloaded by whoever they are for."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.certificate_codes import grouped, is_code, plain
from bookings.certificate_page import CheckedCertificate, certificate_pdf
from bookings.links import FEEDBACK, key_in
from bookings.models import Certificate
from bookings.record_page import COLUMNS, record_of
from bookings.views.signed_links import HEADERS
from people.signin import signed_in
from people.spreadsheets import as_csv

PRIVATE = {"Cache-Control": "no-store, private"}


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and lead to its page."""
    if not (code := plain(request.GET.get("code", ""))):
        return render(request, "bookings/certificate_check.html", {})
    return redirect("certificate", grouped(code)) if is_code(code) else _what_is_said_of(request, code)


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a certificate holds; whoever has the code reads for whom it was issued."""
    written = plain(code)
    if is_code(written) and code != grouped(written):
        return redirect("certificate", grouped(written))
    return _what_is_said_of(request, written)


def _what_is_said_of(request: HttpRequest, code: str) -> HttpResponse:
    """Answer for a code in its plain form; what is no code is known of nobody."""
    found = Certificate.objects.filter(code=code).first() if is_code(code) else None
    page = CheckedCertificate(code, found)
    answer = render(request, "bookings/certificate.html", {"page": page}, status=200 if page.is_known else 404)
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


def pdf_of(found: Certificate) -> HttpResponse:
    """Return a certificate as a file."""
    return as_file(certificate_pdf(found), f"certificate-{found.grouped_code}.pdf", "application/pdf")


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file to keep; nobody in between keeps it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **PRIVATE}
    return HttpResponse(content, content_type=kind, headers=headers)


def holding() -> Any:
    """Return the certificates that hold."""
    return Certificate.objects.filter(revoked_at__isnull=True)


@require_safe
@login_required
def my_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Return one's own certificate as a PDF; anybody else's is not there."""
    return pdf_of(get_object_or_404(holding(), code=plain(code), booking__practitioner=signed_in(request)))


@require_safe
def certificate_by_link(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Return the certificate of the booking that a feedback link is of: whoever gave feedback has it at once."""
    key = key_in(FEEDBACK, token)
    if key is None:
        raise Http404
    return pdf_of(get_object_or_404(holding(), booking=key))


@require_safe
@login_required
def my_record(request: HttpRequest) -> HttpResponse:
    """Show what one attended, what it comes to, and each certificate."""
    person = signed_in(request)
    record = record_of(person, at=timezone.now(), year=year_in(request))
    return render(request, "bookings/my_record.html", {"record": record})


@require_safe
@login_required
def my_record_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Return the record as CSV or as PDF, narrowed as the page is."""
    if kind not in {"csv", "pdf"}:
        raise Http404
    record = record_of(signed_in(request), at=timezone.now(), year=year_in(request))
    if kind == "csv":
        return as_file(as_csv(COLUMNS, record.rows()), "record-of-learning.csv", "text/csv; charset=utf-8")
    return as_file(record.pdf(), "record-of-learning.pdf", "application/pdf")


def year_in(request: HttpRequest) -> int | None:
    """Return the year that is asked for; None for all, and for what is no year."""
    year = request.GET.get("year", "")
    return int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None

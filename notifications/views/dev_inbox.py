"""The local inbox in a browser; the addresses are not there in production."""

from dataclasses import dataclass
from email.message import EmailMessage

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import inbox
from notifications.entry_card import cards_of


@dataclass(frozen=True)
class Parts:
    """What a mail holds, as text."""

    plain: str
    html: str
    calendar: str
    files: tuple[str, ...]


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The newest mails; ``?to=ADDRESS`` keeps those to one person."""
    to = request.GET.get("to", "")
    return render(request, "notifications/inbox.html", {"mails": inbox.newest(to=to), "to": to})


@require_safe
def mail_detail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail: who, what, its words, its diary entry."""
    kept = _kept(mail_id)
    parts = parts_of(kept.mail)
    facts = {"kept": kept, "parts": parts, "cards": cards_of(parts.calendar), "to": sorted(inbox.recipients(kept.mail))}
    return render(request, "notifications/mail.html", facts)


@require_safe
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # a view may take more than the request
    {
        "default-src": ["'none'"],
        "script-src": ["'none'"],
        "img-src": ["data:"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "sandbox": [],
    }
)
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The mail's HTML as a mail program shows it: no script, no picture from elsewhere."""
    return HttpResponse(parts_of(_kept(mail_id).mail).html or "This mail has no HTML.")


@require_safe
def mail_raw(request: HttpRequest, mail_id: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The mail as it was sent."""
    content = inbox.raw(mail_id)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


def parts_of(mail: EmailMessage) -> Parts:
    """Return a mail's parts as text; a part that is not there is empty."""
    found = {"text/plain": "", "text/html": "", "text/calendar": ""}
    files: list[str] = []
    for part in mail.walk():
        kind = part.get_content_type()
        if name := part.get_filename():
            files.append(name)
        elif kind in found and not found[kind]:
            found[kind] = part.get_content()
    return Parts(found["text/plain"], found["text/html"], found["text/calendar"], tuple(files))


def _kept(mail_id: str) -> inbox.Kept:
    kept = inbox.find(mail_id)
    if kept is None:
        raise Http404
    return kept

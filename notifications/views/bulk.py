"""Writing to the people of a session, with a look at it before and ten minutes to take it back."""

import uuid
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import View

from bookings.views.others import OrganiserOfBookingsMixin
from events.errors import Refusal
from events.models import Session
from events.presenters import SessionLine
from events.views.organise.pages import OrganiseFormView
from notifications import bulk, nudge
from notifications.bulk_forms import LetterForm
from notifications.models import BulkMessage
from notifications.previews import letter_facts
from notifications.rendering import Rendered, render


class Write(OrganiserOfBookingsMixin, OrganiseFormView):
    """A letter to some people of a session: counted and shown first, then sent, and what was written before."""

    form_class = LetterForm
    template_name = "notifications/bulk.html"
    extra_context = {"organise_here": "weeks"}
    seen: int | None = None
    mail: Rendered | None = None

    @cached_property
    def planned(self) -> Session:
        """Return the session, one of one's own; raises Http404."""
        return self.session(self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form how many are in each group."""
        initial = {"groups": ["confirmed"], "about": "session"}
        return {**super().get_form_kwargs(), "counts": bulk.counts(self.planned), "initial": initial}

    def act(self, form: LetterForm) -> HttpResponse:
        """Send what was previewed; show everything else first."""
        if "send" in self.request.POST:
            if self.request.POST.get("digest") == form.digest:
                return self._send(form)
            messages.warning(self.request, "It is not what you looked at. Look at it again, then send it.")
        return self._show(form)

    def _send(self, form: LetterForm) -> HttpResponse:
        """Write it to everybody."""
        key, seen = _key_in(self.request.POST.get("key", "")), self.request.POST.get("seen", "")
        count = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else -1
        try:
            row = bulk.write(self.planned, form.letter, key=key, seen=count, actor=self.actor, at=self.at)
        except bulk.OthersThanSeen as refusal:
            form.add_error(None, refusal.sentence)
            self._look(form)
            return self.answer(form, status=409)
        nudge.after_commit()
        messages.success(self.request, f"It goes to {row.recipients} at {_hour(row)}. Until then you can take it back.")
        return redirect(self.request.path)

    def _show(self, form: LetterForm) -> HttpResponse:
        """Show whom it goes to and what they read."""
        self._look(form)
        if not self.seen:
            raise bulk.NobodyToTell
        return self.answer(form, status=200)

    def _look(self, form: LetterForm) -> None:
        """Count the people, and build the mail as an invented one of them reads it."""
        letter = form.letter
        people = bulk.recipients(self.planned, letter.groups, letter.kind)
        self.seen = len(people)
        if not people:
            return
        row = BulkMessage(
            session=self.planned,
            groups=list(letter.groups),
            subject=letter.subject,
            text=letter.text,
            is_service=letter.is_service,
        )
        waits = set(letter.groups) == {"waiting"}
        self.mail = render(letter_facts(letter.kind, self.planned, row.words, at=self.at, waits=waits))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, the preview if there is one, and what was written before."""
        facts = super().get_context_data(**kwargs)
        form = facts["form"]
        written = self.planned.bulk_messages.select_related("made_by", "undone_by")
        return {
            **facts,
            "session": self.planned,
            "line": SessionLine(self.planned, self.at),
            "mail": self.mail,
            "seen": self.seen,
            "digest": form.digest if self.mail else "",
            "key": self.request.POST.get("key") or uuid.uuid4(),
            "written": [(row, row.undone_at is None and self.at < row.goes_at) for row in written],
        }


class TakeBack(OrganiserOfBookingsMixin, View):
    """Take back what has not begun to go."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do so; raises Http404 for what was written about others' sessions."""
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        row = get_object_or_404(BulkMessage.objects.filter(session__in=own), pk=pk)
        try:
            bulk.take_back(row, actor=self.actor, at=self.at)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "It is taken back: nobody gets it.")
        return redirect("organise_write", row.session_id)


def _key_in(text: str) -> uuid.UUID:
    """Return the form's own key; raises Http404 for what no form of ours has sent."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


def _hour(row: BulkMessage) -> str:
    """Return when it goes, on the session's clock."""
    return f"{row.goes_at.astimezone(row.session.tzinfo):%H:%M}"

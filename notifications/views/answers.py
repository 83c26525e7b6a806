"""Answers to invitations that changed nothing, as organisers look at them."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView, View

from events.dates import moment_words
from events.views.organise.access import OrganiserMixin
from notifications import replies
from notifications.models import InboundReply
from notifications.reply_reading import texts_in
from people.text import strip_controls

ON_A_PAGE: Final = 50
LONGEST_SHOWN: Final = 20_000


@dataclass(frozen=True)
class AnswerLine:
    """A mail that came in, in words. Needs its booking, and whoever saw it."""

    row: InboundReply

    @property
    def when(self) -> str:
        """Return when it came."""
        return moment_words(self.row.received_at)

    @property
    def sender(self) -> str:
        """Return whom it says it is from."""
        return self.row.sender or "Nobody is named"

    @property
    def state(self) -> str:
        """Return what became of it."""
        if self.row.seen_at:
            return f"Seen by {self.row.seen_by or 'somebody'}"
        return str(self.row.get_outcome_display())

    @property
    def may_be_seen(self) -> bool:
        """Say whether somebody has still to look at it."""
        return self.row.outcome == InboundReply.Outcome.ODD and self.row.seen_at is None


class OfAnswers(OrganiserMixin):
    """A page about mails that came in; those beyond one's reach are not there."""

    def rows(self) -> "QuerySet[InboundReply]":
        """Return the mails one may look at, without their letters."""
        found = InboundReply.objects.visible_to(self.actor, at=self.at).defer("raw")
        return found.select_related("booking__session", "seen_by")


class Answers(OfAnswers, TemplateView):
    """What is to look at, the latest first; with ``?all=1`` everything that is still kept."""

    template_name = "notifications/answers.html"
    extra_context = {"organise_here": "answers"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the mails."""
        shows_all = self.request.GET.get("all") == "1"
        rows = self.rows() if shows_all else self.rows().unseen()  # type: ignore[attr-defined]
        page = Paginator(rows, ON_A_PAGE).get_page(self.request.GET.get("page"))
        lines = [AnswerLine(row) for row in page.object_list]
        query = "all=1&" if shows_all else ""
        facts = {"page": page, "lines": lines, "shows_all": shows_all, "query": query}
        return super().get_context_data(**{**kwargs, **facts})


class Answer(OfAnswers, TemplateView):
    """One mail: why it changed nothing, what it says, and its letters as text and as nothing else."""

    template_name = "notifications/answer.html"
    extra_context = {"organise_here": "answers"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the mail; raises Http404 for one beyond one's reach."""
        row = get_object_or_404(self.rows().defer(None), pk=kwargs["pk"])
        raw = bytes(row.raw)
        letters = strip_controls(raw[:LONGEST_SHOWN].decode("utf-8", "replace"))
        texts = [(kind, strip_controls(text[:LONGEST_SHOWN])) for kind, text in texts_in(raw)]
        facts = {"row": row, "line": AnswerLine(row), "letters": letters, "texts": texts}
        return super().get_context_data(**{**kwargs, **facts, "is_cut": row.size > LONGEST_SHOWN})


class Seen(OfAnswers, View):
    """Say that one has looked at a mail; twice is as once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do so; raises Http404 for one beyond one's reach."""
        replies.mark_seen(get_object_or_404(self.rows(), pk=pk), by=self.actor, at=self.at)
        messages.success(request, "It is marked as seen.")
        return redirect("organise_answers")

"""What people said about a session, as its organisers read it; and taking a text out that speaks of a case."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from bookings import actions
from bookings.feedback_forms import RedactForm
from bookings.feedback_summary import organiser_summary
from bookings.models import EvaluationAnswer
from events.models import Session
from events.presenters import SessionLine
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OrganiseFormView


class SessionFeedback(OrganiserMixin, TemplateView):
    """The answers about a session of one's own, added up, and the comments without names."""

    template_name = "bookings/session_feedback.html"
    extra_context = {"organise_here": "weeks"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the session and what was said; raises Http404."""
        session = self.session(kwargs["pk"])
        facts = {"session": session, "line": SessionLine(session, self.at), "said": organiser_summary(session)}
        return super().get_context_data(**{**kwargs, **facts})


class Redact(OrganiseFormView):
    """Say why a text is taken out, and take it out for good."""

    form_class = RedactForm
    template_name = "bookings/redact.html"

    @cached_property
    def answer_of(self) -> EvaluationAnswer:
        """Return a text about a session of one's own that is still there; raises Http404."""
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        rows = EvaluationAnswer.objects.filter(response__session__in=own).exclude(text="")
        found: EvaluationAnswer = get_object_or_404(rows.select_related("response__session"), pk=self.kwargs["pk"])
        return found

    def act(self, form: RedactForm) -> HttpResponse:
        """Take it out."""
        actions.redact(self.answer_of, reason=form.cleaned_data["reason"], actor=self.actor, at=self.at)
        messages.success(self.request, "The text is taken out.")
        return redirect("organise_feedback", self.answer_of.response.session_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the text and its session."""
        session = self.answer_of.response.session
        line = SessionLine(session, self.at)
        return {**super().get_context_data(**kwargs), "text": self.answer_of.text, "session": session, "line": line}

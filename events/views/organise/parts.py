"""The further dates of a session, on a page of their own."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from events import actions
from events.part_forms import PartsForm
from events.presenters import SessionLine
from events.views.organise.saving import SavingView


class Parts(SavingView):
    """Add, change and take away the further dates of a session of one's own."""

    form_class = PartsForm
    template_name = "events/organise/session_parts.html"
    extra_context = {"organise_here": "weeks"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the session with its dates; raises Http404 for one that is not one's own."""
        self.planned = self.session(self.kwargs["pk"])
        return {**super().get_form_kwargs(), "session": self.planned}

    def act(self, form: PartsForm) -> HttpResponse:
        """Set them, and say what follows."""
        reason = form.cleaned_data.get("reason", "")
        session = actions.set_parts(self.planned.pk, form.wanted, at=self.at, actor=self.actor, reason=reason)
        told = " Everybody who booked is being told." if session.sequence != self.planned.sequence else ""
        messages.success(self.request, f"The dates are saved.{told}")
        return redirect("organise_session_parts", session.pk)

    def add_faults(self, form: PartsForm, error: ValidationError) -> None:
        """Show what is wrong with a date at its day."""
        form.add_faults(error)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        context = super().get_context_data(**kwargs)
        return {**context, "session": self.planned, "line": SessionLine(self.planned, self.at)}

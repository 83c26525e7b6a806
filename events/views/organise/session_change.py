"""Changing or cancelling a published session: first what changes, then whom it concerns, then the decision."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import FormView

from events import actions, policies
from events.change_presenters import ChangePreview, tells
from events.dates import moment_words
from events.errors import Refusal
from events.models import PlannedChange, Session
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.organise.planned_forms import CancelForm, PlannedForm


class PlanView(BusyMixin, OrganiserMixin, FormView[PlannedForm]):
    """The three steps of a change; nothing is kept between them but what the browser sends again.

    The answer says in ``step`` what is wanted: to see the preview, to go back to the form, or to decide.
    """

    form_class: type[PlannedForm]
    template_name: str
    preview_name: ClassVar[str] = "events/organise/session_change_preview.html"

    @cached_property
    def subject(self) -> Session:
        """Return the session, one of one's own; raises Http404."""
        return self.session(self.kwargs["pk"])

    @property
    def kind(self) -> PlannedChange.Kind:
        """Return what is to happen."""
        return self.form_class.kind

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form of which session it is."""
        return {**super().get_form_kwargs(), "session": self.subject, "at": self.at, "actor": self.actor}

    def why_not(self) -> Refusal | None:
        """Return why the session has no such change now."""
        is_waiting = self.subject.planned_changes.filter(state=PlannedChange.State.WAITING).exists()
        cancels = self.kind == PlannedChange.Kind.CANCEL
        return policies.why_not_plan(self.subject, is_waiting=is_waiting, cancels=cancels, at=self.at)

    def in_the_way(self) -> Refusal | None:
        """Return why what was sent is not looked at."""
        return self.why_not()

    @property
    def as_of(self) -> str:
        """Return which revision of the session this is."""
        return self.subject.revised_at.isoformat()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Check what was typed, and take the step that is asked for."""
        form = self.get_form()
        if refusal := self.in_the_way():
            return self.show_form(form, sentence=refusal.sentence, status=409)
        if not form.is_valid():
            return self.show_form(form, status=409 if form.is_refused else 400)
        match request.POST.get("step"):
            case "edit":
                return self.show_form(form)
            case "confirm" if request.POST.get("as_of") == self.as_of:
                return self.decide(form)
            case "confirm":
                return self.show_preview(form, status=409)
        return self.show_preview(form)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Ask what changes, or say why nothing can."""
        refusal = self.why_not()
        return self.show_form(self.get_form(), sentence=refusal.sentence if refusal else "")

    def decide(self, form: PlannedForm) -> HttpResponse:
        """Plan the change; where there is no time to wait, carry it out."""
        try:
            change = actions.plan_change(
                self.subject.pk,
                kind=self.kind,
                actor=self.actor,
                at=self.at,
                pause=pause(),
                changes=form.changes,
                details=self.details_of(form),
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            return self.show_form(form, sentence=refusal.sentence, status=409)
        if change.due_at <= self.at:
            change = actions.carry_out(change.pk, at=self.at) or change
        say_what_became(self.request, change)
        return redirect("organise_changes")

    def details_of(self, form: PlannedForm) -> dict[str, Any]:  # noqa: ARG002 - what a page that has some needs
        """Return what is stored at once beside the change."""
        return {}

    def show_form(self, form: PlannedForm, *, sentence: str = "", status: int = 200) -> HttpResponse:
        """Show the form, or the sentence that says why there is none."""
        context = {"organise_here": "changes", "form": form, "session": self.subject, "sentence": sentence}
        context |= self.form_context()
        return render(self.request, self.template_name, context, status=status)

    def form_context(self) -> dict[str, Any]:
        """Return what a page says beside the form."""
        return {}

    def show_preview(self, form: PlannedForm, *, status: int = 200) -> HttpResponse:
        """Show what would happen; ``status`` 409 where the session changed since it was shown."""
        preview = self.preview_of(form.changes)
        context = {**self.preview_context(preview), "form": form, "is_other_now": status == 409}
        return render(self.request, self.preview_name, context, status=status)

    def preview_of(self, changes: Mapping[str, Any]) -> ChangePreview:
        """Return what a change would do, and when."""
        starts_at = changes.get("starts_at", self.subject.starts_at)
        due_at = policies.due_at(self.subject, starts_at=starts_at, at=self.at, pause=pause())
        return ChangePreview(self.subject, self.kind, changes, due_at, self.at)

    def preview_context(self, preview: ChangePreview) -> dict[str, Any]:
        """Return what the page says beside the form; whoever knows more of a session adds to it."""
        return {
            "organise_here": "changes",
            "preview": preview,
            "session": self.subject,
            "as_of": self.as_of,
            "minutes": settings.CHANGE_UNDO_MINUTES,
            "cancels": self.kind == PlannedChange.Kind.CANCEL,
        }


class Cancel(PlanView):
    """Call a session off."""

    form_class = CancelForm
    template_name = "events/organise/session_cancel.html"


def pause() -> timedelta:
    """Return how long a change waits before it is carried out."""
    return timedelta(minutes=settings.CHANGE_UNDO_MINUTES)


def say_what_became(request: HttpRequest, change: PlannedChange) -> None:
    """Say in a message whether a change waits, was carried out or could not be."""
    title = change.session.title
    match change.state:
        case PlannedChange.State.WAITING:
            due = moment_words(change.due_at)
            messages.success(request, f"“{title}”: this is carried out on {due}. Until then you can take it back here.")
        case PlannedChange.State.DONE:
            told = ", and people are being told" if tells(change.kind, change.changes) else ""
            messages.success(request, f"The change of “{title}” is carried out{told}.")
        case PlannedChange.State.REFUSED:
            messages.error(request, f"The change of “{title}” could not be carried out: {change.outcome}")

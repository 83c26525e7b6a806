"""Move, repeat and delete a session of a week."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from events import actions
from events.builder.cards import QUARTER, steps_of
from events.builder_forms.moves import DuplicateForm, MoveForm, StepForm, start_initial
from events.dates import moment_words
from events.errors import Refusal
from events.models import Session
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OfSession, timetable_at, words_of
from events.wall_time import move_days


class ToAnotherTime(OfSession):
    """A form that asks for a start of one session of one's own."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return the week's days and the session's clock."""
        return {**super().get_form_kwargs(), "week": self.planned.week, "zone": self.planned.tzinfo}

    def get_initial(self) -> dict[str, Any]:
        """Return where the session stands."""
        return start_initial(self.planned)


class MoveSession(ToAnotherTime):
    """Move a draft to another day and time; also where a session is let go of in the timetable."""

    template_name = "events/organise/session_move.html"
    form_class = MoveForm

    def act(self, form: MoveForm) -> HttpResponse:
        """Move it."""
        session = actions.move_draft(self.planned.pk, starts_at=form.cleaned_data["starts_at"], at=self.at)
        messages.success(self.request, moved_words(session))
        return timetable_at(session)


class StepSession(BusyMixin, OrganiserMixin):
    """Move a draft a quarter of an hour, or to the day before or after."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move it, or say why not; the way back leads to the same buttons."""
        session, form = self.session(pk), StepForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Choose where the session goes.")
            return timetable_at(session)
        step = form.cleaned_data["step"]
        try:
            starts_at = stepped(session, step)
            session = actions.move_draft(pk, starts_at=starts_at, at=self.at)
        except (Refusal, ValidationError) as error:
            messages.error(request, f"{session.title}: {words_of(error)}")
        else:
            messages.success(request, moved_words(session))
        if step not in {one.name for one in steps_of(session)}:
            return timetable_at(session)
        return HttpResponseRedirect(f"{reverse('organise_week', args=[session.week.slug])}#{step}-{pk}")


def stepped(session: Session, step: str) -> datetime:
    """Return the start after a step; raises ValidationError for a time there is not, or a day outside the week."""
    match step:
        case "earlier":
            moved = session.starts_at - QUARTER
        case "later":
            moved = session.starts_at + QUARTER
        case _:
            moved = move_days(session.starts_at, 1 if step == "next" else -1, session.tzinfo)
    day = moved.astimezone(session.tzinfo).date()
    if not timedelta() <= day - session.week.starts_on < timedelta(days=5):
        raise ValidationError("That day lies outside the week. Choose it on the page “Move”, if it is meant.")
    return moved


def moved_words(session: Session) -> str:
    """Return where a session stands now."""
    return f"“{session.title}” now starts on {moment_words(session.starts_at, session.tzinfo)}."


class DuplicateSession(ToAnotherTime):
    """Make a draft like a session, whatever state that is in."""

    template_name = "events/organise/session_duplicate.html"
    form_class = DuplicateForm
    drafts_only = False

    def get_initial(self) -> dict[str, Any]:
        """Propose another sitting."""
        return {**super().get_initial(), "kind": "sitting"}

    def act(self, form: DuplicateForm) -> HttpResponse:
        """Make it."""
        session = actions.duplicate_session(
            self.planned,
            starts_at=form.cleaned_data["starts_at"],
            at=self.at,
            within=self.within,
            as_sitting=form.as_sitting,
        )
        messages.success(self.request, f"“{session.title}” was added again as a draft.")
        return timetable_at(session)


class DeleteSession(OfSession):
    """Delete a draft, once whoever asks has seen which."""

    template_name = "events/organise/session_delete.html"
    form_class = forms.Form

    def act(self, form: forms.Form) -> HttpResponse:  # noqa: ARG002 - nothing is filled in
        """Delete it."""
        actions.delete_draft(self.planned.pk)
        messages.success(self.request, f"“{self.planned.title}” was deleted.")
        return HttpResponseRedirect(reverse("organise_week", args=[self.planned.week.slug]))

"""What the organisers' forms have in common: faults stand at their fields, and nothing typed is lost."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from events import policies
from events.errors import Refusal
from events.models import PracticeWeek, Session, SessionTopic
from events.presenters import SessionLine
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.refusals import RefusalFormView
from people.models import Partnership, User

# Where what the model says of a column stands in a form.
COLUMNS: Final = {"starts_at": "starts", "ends_at": "ends", "zone": "starts"}


class OrganiseFormView(BusyMixin, OrganiserMixin, RefusalFormView):
    """A form for organisers: 400 where it is wrong, 409 where what it asks for is refused.

    ``shown_at`` says by a refusal's code at which field its sentence stands; every other stands by the form.
    """

    extra_context = {"organise_here": "weeks"}
    shown_at: ClassVar[dict[str, str]] = {}

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or show why not."""
        try:
            return self.act(form)
        except Refusal as refusal:
            form.add_error(self.shown_at.get(refusal.code), refusal.sentence)
            return self.answer(form, status=409)
        except ValidationError as error:
            show_refused(form, error)
            return self.answer(form, status=400)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what is wrong."""
        return self.answer(form, status=400)

    def answer(self, form: Any, *, status: int) -> HttpResponse:
        """Return the page with the form as it was filled in."""
        return self.render_to_response(self.get_context_data(form=form), status=status)

    @property
    def own(self) -> list[Partnership]:
        """Return the partnerships of whoever asks."""
        return list(self.actor.organised_partnerships(at=self.at))

    @property
    def within(self) -> frozenset[int]:
        """Return the ids of the partnerships of whoever asks."""
        return frozenset(one.pk for one in self.own)


class OfWeek(OrganiseFormView):
    """A form about one week of one's own."""

    @cached_property
    def planned(self) -> PracticeWeek:
        """Return the week; raises Http404 for one that is not one's own."""
        return self.week(self.kwargs["slug"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form with its week."""
        return {**super().get_context_data(**kwargs), "week": self.planned}


class OfSession(OrganiseFormView):
    """A form about one session of one's own; ``drafts_only`` says that it must be a draft to be asked about."""

    drafts_only = True

    @cached_property
    def planned(self) -> Session:
        """Return the session; raises Http404 for one that is not one's own."""
        return self.session(self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; of what is no draft any more, say so beside the timetable."""
        if self.drafts_only and (refusal := policies.why_not_edit(self.planned)):
            messages.error(request, f"{self.planned.title}: {refusal.sentence}")
            return timetable_at(self.planned)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form with its session, in words too, and its week."""
        line = SessionLine(self.planned, self.at)
        facts = {"session": self.planned, "line": line, "week": self.planned.week}
        return {**super().get_context_data(**kwargs), **facts}


def show_refused(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what a model refused beside the fields it is about."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, sentences in by_field.items():
        field = COLUMNS.get(name, name)
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


def is_shared(topic: SessionTopic, actor: User, *, at: datetime) -> bool:
    """Say whether others than whoever asks give sittings of a topic, so that its words are not theirs alone."""
    own = Session.objects.hosted_within(actor, at=at).order_by()
    return bool(topic.sittings.exclude(pk__in=own.values("pk")).exists())


def words_of(error: Refusal | ValidationError) -> str:
    """Return why something was not done, as one text."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else error.sentence


def timetable_at(session: Session) -> HttpResponse:
    """Return the way back to a session's place in its week."""
    return HttpResponseRedirect(f"{reverse('organise_week', args=[session.week.slug])}#session-{session.pk}")

"""What a partnership asks before, after and some weeks after a session: edited, or from a file; versions are kept."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from bookings import actions
from bookings.models import EvaluationForm, Stage
from bookings.question_forms import QuestionFileForm, QuestionParts, parts_of
from bookings.question_sets import Question, shipped, write_yaml
from bookings.views.certificates import as_file
from events.dates import moment_words
from events.errors import Refusal
from events.views.organise.pages import OrganiseFormView
from people.models import Partnership

LONGEST_VERSION = 5  # digits


class OfPartnership(OrganiseFormView):
    """The questions of one of one's own partnerships at a stage."""

    extra_context = {"organise_here": "policies"}

    @cached_property
    def partnership(self) -> Partnership:
        """Return the partnership; raises Http404."""
        own = self.actor.organised_partnerships(at=self.at)
        found: Partnership = get_object_or_404(own, slug=self.kwargs["slug"])
        return found

    @cached_property
    def stage(self) -> Stage:
        """Return the stage; raises Http404."""
        if self.kwargs["stage"] not in Stage.values:
            raise Http404
        return Stage(self.kwargs["stage"])

    @cached_property
    def versions(self) -> list[EvaluationForm]:
        """Return every version, the newest first."""
        rows = EvaluationForm.objects.filter(partnership=self.partnership, stage=self.stage)
        return list(rows.select_related("made_by").order_by("-version"))

    @property
    def asked(self) -> tuple[Question, ...]:
        """Return what is asked now."""
        return self.versions[0].asks if self.versions else shipped(self.stage)

    def keep(self, stored: list[Any]) -> HttpResponse:
        """Add the version, and say so."""
        as_of = self.request.POST.get("as_of", "")
        seen = int(as_of) if as_of.isascii() and as_of.isdigit() and len(as_of) <= LONGEST_VERSION else -1
        found = actions.set_questions(self.partnership, self.stage, stored, actor=self.actor, at=self.at, as_of=seen)
        words = f"Version {found.version} is asked from now on." if found else "Nothing was changed."
        messages.success(self.request, words)
        return redirect("organise_questions", self.partnership.slug, self.stage)


class QuestionSet(OfPartnership):
    """The questions one by one, each to be changed, moved and taken out, and one to add; or a file instead."""

    template_name = "bookings/question_set.html"

    def get_form(self, form_class: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Return the parts of the form, or the form of the file where that was sent."""
        is_sent = self.request.method == "POST"
        if is_sent and "from_file" in self.request.POST:
            return QuestionFileForm(self.request.POST, self.request.FILES)
        known = [
            {**part, "known": dict(one.choices)} for part, one in zip(parts_of(self.asked), self.asked, strict=False)
        ]
        initial = [*known, *parts_of(self.asked)[len(known) :]]
        return QuestionParts(self.request.POST if is_sent else None, initial=initial, prefix="q")

    def act(self, form: Any) -> HttpResponse:
        """Keep what was typed or sent."""
        return self.keep(form.stored)

    def form_valid(self, form: Any) -> HttpResponse:
        """Act; that somebody else changed the questions meanwhile is said above them."""
        try:
            return self.act(form)
        except Refusal as refusal:
            return self.render_to_response(self.get_context_data(form=form, refused=refusal.sentence), status=409)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the questions, the form of the file, and the versions."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        is_file = isinstance(form, QuestionFileForm)
        lines = [
            (one.version, moment_words(one.made_at), one.made_by.get_full_name() if one.made_by else "", len(one.asks))
            for one in self.versions
        ]
        parts = self._parts() if is_file else form
        return {
            **context,
            "partnership": self.partnership,
            "stage": self.stage,
            "stages": Stage.choices,
            "parts": parts,
            "file_form": form if is_file else QuestionFileForm(),
            "versions": lines,
            "as_of": self.request.POST.get("as_of", self.versions[0].version if self.versions else 0),
            "has_errors": bool(form.errors if is_file else form.is_bound and not form.is_valid()),
        }

    def _parts(self) -> Any:
        """Return the questions as they are asked."""
        return QuestionParts(initial=parts_of(self.asked), prefix="q")


class QuestionFile(OfPartnership):
    """The questions as a YAML file."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Return the file."""
        name = f"questions-{self.partnership.slug}-{self.stage}.yaml"
        return as_file(write_yaml(self.asked).encode(), name, "application/yaml; charset=utf-8")

"""Trainers, as organisers work on them: who they are, when they are busy, and which sessions they deliver."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import ListView, TemplateView

from events import actions
from events.models import Session, Trainer
from events.place_page import busy
from events.presenters import SessionLine
from events.trainer_forms import NamedTrainersForm, TrainerForm
from events.views.organise.access import OrganiserMixin
from events.views.organise.saving import SavingView

HERE = {"organise_here": "trainers"}


class Trainers(OrganiserMixin, ListView[Trainer]):
    """List all trainers, with how many sessions they have ahead of them."""

    template_name = "events/organise/trainers.html"
    context_object_name = "trainers"
    extra_context = HERE

    def get_queryset(self) -> Any:
        """Return the trainers with the number of published sessions to come."""
        parts = Q(session_trainers__takes_place=True, session_trainers__ends_at__gt=self.at)
        return Trainer.objects.annotate(coming=Count("session_trainers", filter=parts))


class TrainerPage(OrganiserMixin, TemplateView):
    """One trainer: who they are and when they are busy."""

    template_name = "events/organise/trainer.html"
    extra_context = HERE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the trainer, their coming sessions, and whether one may change them."""
        trainer = get_object_or_404(Trainer.objects.select_related("user"), slug=kwargs["slug"])
        named = Session.objects.filter(pk__in=trainer.session_trainers.order_by().values("session"))
        coming = named.filter(ends_at__gt=self.at).within_sight_of(self.actor, at=self.at)
        own = frozenset(coming.hosted_within(self.actor, at=self.at).values_list("pk", flat=True))
        lines = busy(coming.select_related("week", "venue", "room"), own=own, at=self.at)
        may_change = Trainer.objects.changeable_by(self.actor, at=self.at).filter(pk=trainer.pk).exists()
        return super().get_context_data(trainer=trainer, lines=lines, may_change=may_change, **kwargs)


class AddTrainer(SavingView):
    """Add a trainer."""

    form_class = TrainerForm
    template_name = "events/organise/trainer_form.html"
    extra_context = HERE

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form an empty row."""
        return {**super().get_form_kwargs(), "instance": Trainer()}

    def act(self, form: TrainerForm) -> HttpResponse:
        """Make them."""
        trainer = actions.create_trainer(at=self.at, **form.cleaned_data)
        messages.success(self.request, f"{trainer} is added.")
        return redirect("organise_trainer", trainer.slug)


class ChangeTrainer(SavingView):
    """Change a trainer, and which account is theirs."""

    form_class = TrainerForm
    template_name = "events/organise/trainer_form.html"
    extra_context = HERE

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the trainer; raises PermissionDenied where they deliver sessions of others too."""
        self.trainer = get_object_or_404(Trainer.objects.select_related("user"), slug=self.kwargs["slug"])
        if not Trainer.objects.changeable_by(self.actor, at=self.at).filter(pk=self.trainer.pk).exists():
            raise PermissionDenied
        return {**super().get_form_kwargs(), "instance": self.trainer}

    def act(self, form: TrainerForm) -> HttpResponse:
        """Change what differs."""
        trainer = actions.revise_trainer(self.trainer, at=self.at, **form.cleaned_data)
        messages.success(self.request, f"{trainer} is saved.")
        return redirect("organise_trainer", trainer.slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says; the trainer as they are stored."""
        context = super().get_context_data(**kwargs)
        return {**context, "trainer": Trainer.objects.get(pk=self.trainer.pk)}


class SessionTrainers(SavingView):
    """Name who delivers a session."""

    form_class = NamedTrainersForm
    template_name = "events/organise/session_trainers.html"
    extra_context = HERE

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the session and who is named so far."""
        self.named_for = self.session(self.kwargs["pk"])
        parts = self.named_for.session_trainers.select_related("trainer")
        return {
            **super().get_form_kwargs(),
            "session": self.named_for,
            "named": [part.trainer for part in parts],
        }

    def act(self, form: NamedTrainersForm) -> HttpResponse:
        """Name them."""
        actions.name_trainers(self.named_for.pk, form.trainers, at=self.at)
        messages.success(self.request, "The trainers are saved.")
        return redirect("organise_session_trainers", self.named_for.pk)

    def add_faults(self, form: NamedTrainersForm, error: ValidationError) -> None:
        """Show whose time is taken at the field in which they were chosen."""
        for slug, words in error.message_dict.items():
            form.add_error(form.field_of(slug), words)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        context = super().get_context_data(**kwargs)
        return {**context, "session": self.named_for, "line": SessionLine(self.named_for, self.at)}

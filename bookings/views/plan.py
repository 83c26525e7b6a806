"""My plan: pick sessions, see how they fit together, and book them in one step."""

import uuid
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from bookings import actions
from bookings.forms import PlanDetailsForm, PlanForm
from bookings.models import Booking
from bookings.plan_done import Step, read_done
from bookings.plan_page import PlanPage, read_plan, shown_sessions
from bookings.planning import why_not_pick
from bookings.questions import Questions
from bookings.views.from_here import from_here
from bookings.views.picks import drop, pick, picked
from events.errors import Refusal
from events.models import Session
from events.views.busy import BusyMixin
from people.models import User
from people.signin import signed_in

KEPT_STEP: Final = "plan_done"
LONGEST_ID: Final = 18


class Plan(BusyMixin, FormView[Any]):
    """Show what is picked, and book all of it; asks who one is when that is not known yet."""

    template_name = "bookings/plan.html"
    http_method_names = ("get", "head", "post", "options")  # a form takes PUT for POST otherwise

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Read the plan as it stands now."""
        self.at = timezone.now()
        if request.method == "POST" and not request.user.is_authenticated:
            return redirect_to_login(reverse("plan"))
        self.plan = read_plan(picked(request.session), request.user, at=self.at)
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> forms.BaseForm:  # noqa: ARG002 - Django's signature
        """Return the questions there are to ask, with a fresh key."""
        if self.request.method != "POST":
            return _form_of(self.request.user, self.plan)
        self.practitioner = User.objects.select_related("organisation").get(pk=signed_in(self.request).pk)
        return _form_of(self.practitioner, self.plan, self.request.POST)

    def form_valid(self, form: Any) -> HttpResponse:
        """Book; a form that was sent before answers with what it led to."""
        plan = form.cleaned_data["key"] or uuid.uuid4()
        if Booking.objects.filter(plan=plan, practitioner=self.practitioner).exists():
            self._remember(Step(plan))
        elif self.plan.together:
            self._book(plan, form)
        else:
            return redirect("plan")
        return redirect("plan_done")

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what is wrong beside the plan."""
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says."""
        context = super().get_context_data(**kwargs)
        return {**context, **_context(self.plan, context["form"])}

    def _book(self, plan: uuid.UUID, form: Any) -> None:
        """Book what is picked; what could not be booked stays in the plan."""
        outcomes = actions.book_all(
            self.plan.together,
            practitioner=self.practitioner,
            plan=plan,
            at=self.at,
            actor=self.practitioner,
            join_waiting_list=form.cleaned_data["wait"],
            manager=form.manager,
        )
        form.keep()
        stay = {one.session.pk for one in outcomes if one.booking is None} | {one.pk for one in self.plan.alone}
        drop(self.request.session, set(picked(self.request.session)) - stay)
        self._remember(Step.of(plan, outcomes))

    def _remember(self, step: Step) -> None:
        """Keep what became of a step; of one that is kept already, more is known than a repeated form can tell."""
        kept = self.request.session.get(KEPT_STEP, {})
        if step.refused is not None or kept.get("plan") != str(step.plan):
            self.request.session[KEPT_STEP] = step.kept


def _form_of(person: Any, plan: PlanPage, data: Any = None) -> forms.BaseForm:
    """Return the questions to ask somebody before they book, with a fresh key."""
    initial = {"key": uuid.uuid4()}
    if not isinstance(person, User):
        return PlanForm(data, initial=initial, asks=Questions(), person=User())
    if not person.has_details:
        return PlanDetailsForm(data, initial=initial, instance=person, asks=plan.questions, person=person)
    return PlanForm(data, initial=initial, asks=plan.questions, person=person)


def _context(plan: PlanPage, form: forms.BaseForm) -> dict[str, Any]:
    """Return what the page of a plan says."""
    return {"plan": plan, "form": form, "asks_details": isinstance(form, PlanDetailsForm)}


@require_safe
@login_required
def plan_done(request: HttpRequest) -> HttpResponse:
    """Show what became of the last step that booked a plan."""
    kept = request.session.get(KEPT_STEP)
    if kept is None:
        return redirect("plan")
    user = signed_in(request)
    done = read_done(Step.read(kept), picked(request.session), user, at=timezone.now())
    return render(request, "bookings/plan_done.html", {"done": done})


@from_here
@require_POST
def add_to_plan(request: HttpRequest) -> HttpResponse:
    """Pick a session, perhaps in place of another, and go back to where it was picked; twice is as once."""
    at, session = timezone.now(), _posted_session(request)
    _forget_gone(request.session)
    try:
        if refusal := why_not_pick(session, at=at):
            raise refusal
        pick(request.session, session.pk, instead_of=_number(request, "instead_of"))
    except Refusal as refusal:
        return _refused(request, refusal, read_plan(picked(request.session), request.user, at=at))
    messages.success(request, f"“{session.title}” is in your plan.")
    return _back(request)


@from_here
@require_POST
def remove_from_plan(request: HttpRequest) -> HttpResponse:
    """Take a session out of the plan, whether or not there still is such a session; twice is as once."""
    number = _number(request, "session")
    if number is None:
        raise Http404
    _forget_gone(request.session)
    drop(request.session, [number])
    return _back(request)


def _forget_gone(visit: SessionBase) -> None:
    """Take out of the plan what the programme no longer shows; the page has said so until now."""
    pks = picked(visit)
    shown = shown_sessions().filter(pk__in=pks).values_list("pk", flat=True) if pks else []
    drop(visit, set(pks) - set(shown))


def _refused(request: HttpRequest, refusal: Refusal, plan: PlanPage) -> HttpResponse:
    """Show the plan as it is, and why it takes nothing more or not this."""
    context = {**_context(plan, _form_of(request.user, plan)), "sentence": refusal.sentence}
    return render(request, "bookings/plan.html", context, status=409)


def _posted_session(request: HttpRequest) -> Session:
    """Return the session of a form; raises Http404 for one that the public may not see."""
    found: Session | None = shown_sessions().filter(pk=_number(request, "session") or 0).first()
    if found is None:
        raise Http404
    return found


def _number(request: HttpRequest, name: str) -> int | None:
    """Return an id that a form names; None for anything else."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def _back(request: HttpRequest) -> HttpResponse:
    """Go back to the page of this site that the form names, or to the plan."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if is_ours else reverse("plan"))

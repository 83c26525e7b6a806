"""What organisers decide about bookings: for their partnership in versions, and otherwise for one session."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from bookings import actions
from bookings.actions.policy import mark_of
from bookings.models import PartnershipPolicy, SessionPolicy, leader_of, newest_policy, policy_below, policy_of
from bookings.policy import Policy
from bookings.policy_forms import PolicyForm, SessionPolicyForm
from bookings.policy_page import Facts, PartnershipLine, versions
from events.bank_holidays import ANNOUNCED_UNTIL, are_announced
from events.dates import long_day
from events.models import Session
from events.presenters import SessionLine
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OrganiseFormView
from people.models import Partnership


class Policies(OrganiserMixin, TemplateView):
    """The partnerships that one organises for, and what each has decided."""

    template_name = "bookings/policies.html"
    extra_context = {"organise_here": "policies"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the partnerships, each with the version that holds."""
        own = self.actor.organised_partnerships(at=self.at).order_by("position", "name")
        newest = {
            row.partnership_id: row for row in PartnershipPolicy.objects.filter(partnership__in=own).order_by("version")
        }
        lines = [PartnershipLine(one, newest.get(one.pk)) for one in own]
        return super().get_context_data(lines=lines, **kwargs)


class PolicyOfPartnership(OrganiseFormView):
    """Every key of a partnership's policy; saving adds a version, and what went before can be read."""

    form_class = PolicyForm
    template_name = "bookings/policy.html"
    extra_context = {"organise_here": "policies"}

    @cached_property
    def partnership(self) -> Partnership:
        """Return the partnership, one of one's own; raises Http404."""
        own = self.actor.organised_partnerships(at=self.at)
        found: Partnership = get_object_or_404(own, slug=self.kwargs["slug"])
        return found

    @cached_property
    def newest(self) -> PartnershipPolicy | None:
        """Return the version that holds."""
        return newest_policy(self.partnership)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what holds."""
        return {**super().get_form_kwargs(), "below": Policy(), "own": self.newest.values if self.newest else {}}

    def act(self, form: PolicyForm) -> HttpResponse:
        """Add a version."""
        seen = self.request.POST.get("as_of", "")
        as_of = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 8 else -1
        row = actions.set_policy(self.partnership, form.values(), actor=self.actor, at=self.at, as_of=as_of)
        is_new = row is not None and row.version > as_of
        messages.success(
            self.request, f"Version {row.version} holds from now on." if row and is_new else "Nothing differs."
        )
        return redirect("organise_policy", self.partnership.slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form with what went before."""
        rows = PartnershipPolicy.objects.filter(partnership=self.partnership).select_related("made_by")
        facts = {"partnership": self.partnership, "versions": versions(rows)}
        as_of = self.request.POST.get("as_of") or (self.newest.version if self.newest else 0)
        return {**super().get_context_data(**kwargs), **facts, "as_of": as_of}


class PolicyOfSession(OrganiseFormView):
    """What one session has otherwise; those who organise for its leading partnership change it, other hosts read it."""

    form_class = SessionPolicyForm
    template_name = "bookings/session_policy.html"
    extra_context = {"organise_here": "weeks"}

    @cached_property
    def planned(self) -> Session:
        """Return the session, one of one's own; raises Http404."""
        return self.session(self.kwargs["pk"])

    @cached_property
    def leader(self) -> Partnership:
        """Return the partnership whose policy the session goes by."""
        return leader_of(self.planned)

    @property
    def may_change(self) -> bool:
        """Say whether whoever asks organises for the leading partnership."""
        return self.leader.pk in self.within

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return what the session has otherwise."""
        row = SessionPolicy.objects.filter(session=self.planned).first()
        return row.values if row and isinstance(row.values, dict) else {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; raises PermissionDenied for the organisers of another host."""
        if not self.may_change:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what holds."""
        return {**super().get_form_kwargs(), "below": policy_below(self.planned), "own": self.values}

    def act(self, form: SessionPolicyForm) -> HttpResponse:
        """Save what is otherwise."""
        as_of = self.request.POST.get("as_of", "")
        actions.set_session_policy(self.planned, form.values(), at=self.at, as_of=as_of)
        messages.success(self.request, "Saved. It holds for bookings from now on.")
        return redirect("organise_session_policy", self.planned.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, or what holds in words for those who only read."""
        day = self.planned.local_start.date()
        return {
            **super().get_context_data(**kwargs),
            "session": self.planned,
            "line": SessionLine(self.planned, self.at),
            "leader": self.leader,
            "may_change": self.may_change,
            "facts": Facts(policy_of(self.planned), frozenset(self.values)),
            "as_of": self.request.POST.get("as_of") or mark_of(self.values),
            "announced_until": "" if are_announced(day) else long_day(ANNOUNCED_UNTIL),
        }

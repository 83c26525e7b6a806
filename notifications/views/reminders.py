"""When people are reminded: decided by organisers for a partnership, one of its weeks, or one session."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from bookings import actions
from bookings.actions.policy import mark_of
from bookings.models import (
    SessionPolicy,
    WeekPolicy,
    leader_of,
    newest_policy,
    policy_below,
    policy_of_partnership,
)
from bookings.policy import Policy
from events.models import PracticeWeek, Session
from events.views.organise.pages import OrganiseFormView
from notifications.forms import REMINDER_KEYS, OwnReminderForm, ReminderForm
from notifications.reminder_page import Example, Preview, ordinary, preview
from notifications.silence import led_by
from notifications.views.policies import AsksBeforeSilence
from people.models import Partnership


class Reminders(AsksBeforeSilence, OrganiseFormView):
    """The rules of a partnership, with what they mean for its next session; to preview them saves nothing."""

    form_class: Any = ReminderForm
    template_name = "notifications/reminders.html"
    extra_context = {"organise_here": "policies"}
    typed: Mapping[str, Any] | None = None
    may_change = True

    @cached_property
    def partnership(self) -> Partnership:
        """Return the partnership, one of one's own; raises Http404."""
        found: Partnership = get_object_or_404(self.actor.organised_partnerships(at=self.at), slug=self.kwargs["slug"])
        return found

    @cached_property
    def version(self) -> int:
        """Return which version of the partnership's policy holds; 0 for none."""
        newest = newest_policy(self.partnership)
        return newest.version if newest else 0

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return everything that is decided here, rules for reminders or not."""
        newest = newest_policy(self.partnership)
        return newest.values if newest else {}

    @property
    def below(self) -> Policy:
        """Return what holds where nothing is decided here."""
        return Policy()

    @property
    def mark(self) -> Any:
        """Return by what one sees whether somebody else has decided meanwhile."""
        return self.version

    @property
    def whose(self) -> str:
        """Return whose rules these are, in words."""
        return self.partnership.name

    @property
    def sessions(self) -> Any:
        """Return the sessions that the rules may be for."""
        return Session.objects.filter(session_hosts__partnership=self.partnership)

    @property
    def example(self) -> Example:
        """Return the next of the sessions, or an ordinary one."""
        one = self.sessions.filter(starts_at__gt=self.at).order_by("starts_at", "pk").first()
        return Example.of(one) if one else ordinary(at=self.at)

    @property
    def following(self) -> QuerySet[Session]:
        """Return the sessions that follow these rules."""
        return led_by(self.partnership)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what holds."""
        return {**super().get_form_kwargs(), "below": self.below, "own": self.values}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; raises PermissionDenied for the organisers of another host."""
        if not self.may_change:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def act(self, form: Any) -> HttpResponse:
        """Save the rules beside everything else that is decided here, or only show what they would mean."""
        own = {name: value for name, value in self.values.items() if name not in REMINDER_KEYS}
        self.typed = {**own, **form.values()}
        if "preview" in self.request.POST or self.falls_silent(form):
            return self.answer(form, status=200)
        self.save(self.typed)
        messages.success(self.request, "Saved. Reminders that wait follow the new rules.")
        for rule in self.preview.past:
            messages.warning(self.request, f"“{rule}” is past for {self.preview.example.title}, so it does nothing.")
        return redirect(self.request.path)

    def save(self, values: Mapping[str, Any]) -> None:
        """Write what is decided here."""
        seen = self.request.POST.get("as_of", "")
        as_of = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 8 else -1
        actions.set_policy(self.partnership, values, actor=self.actor, at=self.at, as_of=as_of)

    @property
    def preview(self) -> Preview:
        """Return what the rules mean: those that were typed, or those that hold."""
        own = self.values if self.typed is None else self.typed
        return preview(self.example, Policy.of(self.below.as_dict(), own), at=self.at)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form with its preview, and where to go from here."""
        facts = {"whose": self.whose, "preview": self.preview, "links": self.links, "may_change": self.may_change}
        as_of = self.request.POST.get("as_of") or self.mark
        return {**super().get_context_data(**kwargs), **facts, "as_of": as_of}

    @property
    def links(self) -> list[tuple[str, str]]:
        """Return pages nearby: the partnership's weeks to come, and every version of its policy."""
        weeks = PracticeWeek.objects.filter(
            week_hosts__partnership=self.partnership, sessions__starts_at__gt=self.at
        ).distinct()
        found = [
            (f"For {week}", reverse("organise_week_reminders", args=[self.partnership.slug, week.slug]))
            for week in weeks
        ]
        return [*found, ("Every version of this policy", reverse("organise_policy", args=[self.partnership.slug]))]


class WeekReminders(Reminders):
    """What a partnership has otherwise for the sessions that it leads in one week."""

    form_class = OwnReminderForm

    @cached_property
    def planned(self) -> PracticeWeek:
        """Return the week, which the partnership hosts; raises Http404."""
        week = self.week(self.kwargs["week"])
        if not week.week_hosts.filter(partnership=self.partnership).exists():
            raise Http404
        return week

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return what is decided for the week."""
        row = WeekPolicy.objects.filter(partnership=self.partnership, week=self.planned).first()
        return row.values if row else {}

    @property
    def below(self) -> Policy:
        """Return what the partnership has."""
        return policy_of_partnership(self.partnership)

    @property
    def mark(self) -> Any:
        """Return a mark of what is decided."""
        return mark_of(self.values)

    @property
    def whose(self) -> str:
        """Return whose rules these are, in words."""
        return f"{self.partnership.short_name} in {self.planned}"

    @property
    def sessions(self) -> Any:
        """Return the sessions of the week."""
        return super().sessions.filter(week=self.planned)

    @property
    def following(self) -> QuerySet[Session]:
        """Return the sessions of the week that have no rules of their own."""
        return led_by(self.partnership, self.planned)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Return the way up."""
        return [
            (f"For every week of {self.partnership.name}", reverse("organise_reminders", args=[self.partnership.slug]))
        ]

    def save(self, values: Mapping[str, Any]) -> None:
        """Write what the week has otherwise."""
        as_of = self.request.POST.get("as_of", "")
        actions.set_week_policy(self.partnership, self.planned, values, at=self.at, as_of=as_of)


class SessionReminders(WeekReminders):
    """What one session has otherwise; those who organise for its leading partnership change it, others read."""

    @cached_property
    def one(self) -> Session:
        """Return the session, one of one's own; raises Http404."""
        return self.session(self.kwargs["pk"])

    @cached_property
    def partnership(self) -> Partnership:
        """Return the partnership that leads the session."""
        return leader_of(self.one)

    @property
    def may_change(self) -> bool:  # type: ignore[override]  # asked of each request
        """Say whether whoever asks organises for the leading partnership."""
        return self.partnership.pk in self.within

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return what is decided for the session."""
        row = SessionPolicy.objects.filter(session=self.one).first()
        return row.values if row and isinstance(row.values, dict) else {}

    @property
    def below(self) -> Policy:
        """Return what the partnership has, and for the week."""
        return policy_below(self.one)

    @property
    def whose(self) -> str:
        """Return which session it is."""
        return self.one.title

    @property
    def following(self) -> QuerySet[Session]:
        """Return the session."""
        return Session.objects.filter(pk=self.one.pk)

    @property
    def example(self) -> Example:
        """Return the session."""
        return Example.of(self.one)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Return the other pages about the session."""
        return [
            ("Who is booked", reverse("organise_people", args=[self.one.pk])),
            ("Everything else in its policy", reverse("organise_session_policy", args=[self.one.pk])),
        ]

    def save(self, values: Mapping[str, Any]) -> None:
        """Write what the session has otherwise."""
        actions.set_session_policy(self.one, values, at=self.at, as_of=self.request.POST.get("as_of", ""))

"""The pages of policies, which say how many reminders will not be sent before people are reminded no more."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from bookings.policy import Policy
from bookings.policy_forms import PolicyForm
from bookings.views import policies
from events.models import Session
from notifications.silence import Silence, led_by, silence_of


class AsksBeforeSilence:
    """A page with a form of policy: what would let reminders fall silent is said with its number, then saved.

    ``following`` are the sessions that follow what is decided on the page.
    """

    request: HttpRequest
    at: Any
    silence: Silence | None = None

    @property
    def following(self) -> QuerySet[Session]:
        """Return those sessions."""
        raise NotImplementedError

    def falls_silent(self, form: PolicyForm) -> bool:
        """Say whether reminders would fall silent and nobody has confirmed that many yet."""
        below = form.below.as_dict()
        before, after = Policy.of(below, form.own), Policy.of(below, form.values())
        self.silence = silence_of(before, after, self.following, at=self.at)
        if self.silence is None:
            return False
        seen = self.request.POST.get("silence", "")
        return not (seen.isascii() and seen.isdigit() and len(seen) < 10 and int(seen) >= self.silence.count)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page with what would fall silent."""
        facts: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a view's
        return {**facts, "silence": self.silence}


class PolicyOfPartnership(AsksBeforeSilence, policies.PolicyOfPartnership):
    """Every key of a partnership's policy."""

    template_name = "notifications/policy.html"

    @property
    def following(self) -> QuerySet[Session]:
        """Return the sessions that the partnership leads."""
        return led_by(self.partnership)

    def act(self, form: PolicyForm) -> HttpResponse:
        """Add a version, unless what falls silent is to be confirmed first."""
        return self.answer(form, status=200) if self.falls_silent(form) else super().act(form)


class PolicyOfSession(AsksBeforeSilence, policies.PolicyOfSession):
    """What one session has otherwise."""

    template_name = "notifications/session_policy.html"

    @property
    def following(self) -> QuerySet[Session]:
        """Return the session."""
        return Session.objects.filter(pk=self.planned.pk)

    def act(self, form: Any) -> HttpResponse:
        """Save what is otherwise, unless what falls silent is to be confirmed first."""
        return self.answer(form, status=200) if self.falls_silent(form) else super().act(form)

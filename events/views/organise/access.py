"""Who may open the organisers' pages, and which weeks and sessions are theirs there."""

from datetime import datetime
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import View

from events.models import PracticeWeek, Session
from people.models import User
from people.signin import signed_in


class OrganiserMixin(LoginRequiredMixin, View):
    """A page for organisers: whoever is signed in and organises for nobody finds that it is not there.

    ``at`` is the instant of the request, ``actor`` whoever asks.
    """

    at: datetime
    actor: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer organisers; ask everybody else to sign in, or say that there is no such page."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.actor = signed_in(request)
            if not self.actor.organised_partnerships(at=self.at).exists():
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def week(self, slug: str) -> PracticeWeek:
        """Return a week that one of one's partnerships hosts, drafts too; raises Http404."""
        found: PracticeWeek = get_object_or_404(PracticeWeek.objects.hosted_within(self.actor, at=self.at), slug=slug)
        return found

    def session(self, pk: int) -> Session:
        """Return a session that one of one's partnerships hosts, drafts too, with its programme; raises Http404."""
        own = Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")
        found: Session = get_object_or_404(Session.objects.filter(pk__in=own).with_programme(), pk=pk)
        return found


class AdministratorMixin(OrganiserMixin):
    """A page for administrators: everybody else who is signed in finds that it is not there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer administrators; ask others to sign in, or say that there is no such page."""
        if request.user.is_authenticated and not signed_in(request).administers(at=timezone.now()):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

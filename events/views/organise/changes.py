"""The changes that wait and those that ended, and the sessions that can be changed."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from events import actions, policies
from events.actions.planned_changes import MANY, ROWS
from events.change_presenters import ChangeLine
from events.errors import ChangeNotWaiting, Refusal
from events.models import PlannedChange, Session
from events.presenters import SessionLine
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.organise.session_change import say_what_became

ENDED_SHOWN: Final = 20
SESSIONS_ON_A_PAGE: Final = 25


class Changes(BusyMixin, OrganiserMixin):
    """List what waits, what ended lately, and the coming sessions of one's own."""

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Show the lists."""
        return self.show()

    def own_sessions(self) -> QuerySet[Any, Any]:
        """Return the ids of the sessions that one's partnerships host."""
        return Session.objects.hosted_within(self.actor, at=self.at).order_by().values("pk")

    def own_changes(self) -> QuerySet[PlannedChange]:
        """Return the planned changes of those sessions, the newest first."""
        return PlannedChange.objects.filter(session__in=self.own_sessions()).select_related("session", "made_by")

    def show(self, *, refusal: Refusal | None = None) -> HttpResponse:
        """Show the page; a refusal stands above it, as 409."""
        waits = PlannedChange.State.WAITING
        waiting = list(self.own_changes().filter(state=waits).order_by("due_at", "pk"))
        ended = list(self.own_changes().exclude(state=waits).order_by("-ended_at", "-pk")[:ENDED_SHOWN])
        rows = named_rows([*waiting, *ended])
        page = Paginator(self.coming(), SESSIONS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        context = {
            "organise_here": "changes",
            "refusal": refusal,
            "waiting": [ChangeLine(change, rows) for change in waiting],
            "ended": [ChangeLine(change, rows) for change in ended],
            "page": page,
            "lines": [SessionLine(session, self.at) for session in page.object_list],
        }
        return render(self.request, "events/organise/changes.html", context, status=409 if refusal else 200)

    def coming(self) -> QuerySet[Session]:
        """Return the published sessions that have not begun, the next first, with whether a change waits."""
        waiting = PlannedChange.objects.filter(session=OuterRef("pk"), state=PlannedChange.State.WAITING)
        found: QuerySet[Session] = (
            Session.objects.filter(pk__in=self.own_sessions(), state=Session.State.PUBLISHED, starts_at__gt=self.at)
            .select_related("venue")
            .annotate(has_change=Exists(waiting))
            .order_by("starts_at", "code", "pk")
        )
        return found


class CarryOut(Changes):
    """Carry a waiting change out now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Carry it out, or say why not."""
        found = get_object_or_404(self.own_changes(), pk=pk)
        change = actions.carry_out(found.pk, at=self.at)
        if change is None:
            found.refresh_from_db()
            wait = ChangeNotWaiting("This change is being carried out just now.")
            return self.show(refusal=policies.why_not_take_back(found) or wait)
        say_what_became(request, change)
        return redirect("organise_changes")


class TakeBack(Changes):
    """Take a waiting change back, before anybody is told."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back, or say why not."""
        found = get_object_or_404(self.own_changes(), pk=pk)
        try:
            actions.take_back(found.pk, at=self.at)
        except Refusal as refusal:
            return self.show(refusal=refusal)
        messages.success(request, f"The change of “{found.session.title}” is taken back. Nobody was told.")
        return redirect("organise_changes")


def named_rows(changes: list[PlannedChange]) -> dict[tuple[str, int], str]:
    """Return the rows that changes name, by field and id: a query for each field that any of them is about."""
    found: dict[tuple[str, int], str] = {}
    for name, model in {**ROWS, **MANY}.items():
        values = [change.changes[name] for change in changes if change.changes.get(name)]
        ids = {pk for value in values for pk in (value if name in MANY else [value])}
        if ids:
            found |= {(name, row.pk): str(row) for row in model.objects.filter(pk__in=ids)}
    return found

"""Booking many people by a pasted list: first what would happen line by line, then doing it, in steps of a few seconds.

Nothing is kept between the steps but what the browser sends again; the same list again changes nothing.
"""

from functools import cached_property
from typing import Any, ClassVar, Final

from django.core import signing
from django.http import HttpResponse

from bookings.bulk import Bulk, Row
from bookings.other_forms import BulkForm
from bookings.views.other_bookings import OfAgency, OfOrganiser
from bookings.views.others import ActForOthers
from events.models import Session
from events.presenters import SessionLine

SALT: Final = "bookings.bulk"


class BulkPage(ActForOthers):
    """A list, its preview, and what came of it."""

    form_class = BulkForm
    template_name = "bookings/others/bulk.html"
    seconds: ClassVar[float] = 10  # a request's, long before a server gives it up

    def chosen(self, form: BulkForm) -> list[Session]:
        """Return the sessions of a checked form."""
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form when it is."""
        view: Any = self
        return {**super().get_form_kwargs(), "at": view.at}

    def act(self, form: BulkForm) -> HttpResponse:
        """Show what would happen, or do it."""
        view: Any = self
        sessions = self.chosen(form)
        if not form.cleaned_data["mode"] and any(session.has_limits_by_mode for session in sessions):
            form.add_error("mode", "Say whether these people come to the venue or join online.")
            return self.answer(form, status=400)
        pk, led = form.cleaned_data.get("organisation", ""), getattr(view, "led", [])
        organisation = next((one for one in led if str(one.pk) == pk), led[0] if len(led) == 1 else None)
        bulk = Bulk(view.actor, view.at, sessions, view.as_lead, organisation, form.cleaned_data["mode"])
        if self.request.POST.get("step") != "book":
            return self.show(form, bulk.look(form.lines))
        total, so_far = len(form.lines) * len(sessions), self.so_far()
        rows, upto = bulk.carry_out(form.lines, start=min(so_far["upto"], total - 1), seconds=self.seconds)
        for row in rows:
            so_far[row.state] = so_far.get(row.state, 0) + 1
            if row.is_fault:
                so_far["faults"].append([row.line.number, row.line.text, row.session.title, row.sentence])
        so_far["upto"] = upto
        return self.show(form, [], done=so_far, left=total - upto)

    def so_far(self) -> dict[str, Any]:
        """Return what the steps before did, as we signed it; nothing for a first step."""
        try:
            kept: dict[str, Any] = signing.loads(self.request.POST.get("so_far", ""), salt=SALT)
        except signing.BadSignature:
            return {"upto": 0, "faults": []}
        return kept

    def show(
        self, form: BulkForm, rows: list[Row], *, done: dict[str, Any] | None = None, left: int = 0
    ) -> HttpResponse:
        """Return the page with a preview, or with what was done."""
        ready = sum(row.is_ready for row in rows)
        facts = {
            "rows": rows,
            "ready": ready,
            "faults": sum(row.is_fault for row in rows),
            "done": done,
            "booked": done and done.get("known", 0) + done.get("new", 0),
            "left": left,
            "so_far": signing.dumps(done, salt=SALT, compress=True) if done and left else "",
            "several": len({row.session.pk for row in rows}) > 1,
        }
        return self.render_to_response(self.get_context_data(form=form, **facts))


class AgencyBulk(OfAgency, BulkPage):
    """Book many of one's people on one or several sessions."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let one choose among what can be booked, and among one's organisations."""
        sessions = Session.objects.bookable(at=self.at).order_by("starts_at", "code")
        return {**super().get_form_kwargs(), "sessions": sessions, "organisations": self.led}

    def chosen(self, form: BulkForm) -> list[Session]:
        """Return the sessions that were ticked."""
        return list(form.cleaned_data["sessions"])


class OrganiseBulk(OfOrganiser, BulkPage):
    """Book many people on a session that one organises."""

    @cached_property
    def subject(self) -> Session:
        """Return the session; raises Http404 for one that is not one's own."""
        return self.session(self.kwargs["pk"])

    def chosen(self, form: BulkForm) -> list[Session]:  # noqa: ARG002 - it is in the address
        """Return the session of the address."""
        return [self.subject]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says, with the session."""
        return super().get_context_data(session=self.subject, line=SessionLine(self.subject, self.at), **kwargs)

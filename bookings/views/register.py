"""The register of a session: marked on the day by its organisers and trainers, closed afterwards by organisers."""

from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from bookings import actions, keepers, policies
from bookings.actions import Mark
from bookings.afterwards import is_followed_up
from bookings.models import Booking, Presence, RegisterClosing, policy_of
from bookings.policy import Policy
from bookings.register_forms import ReopenForm, WalkInForm
from bookings.register_page import (
    STATE_BUTTONS,
    LastStep,
    RegisterLine,
    Tally,
    attendance_of,
    query_of,
    register_of,
    tabs_of,
)
from events.errors import Refusal
from events.models import Session
from events.models.session_part import Part, part_of, part_of_day
from events.presenters import SessionLine
from events.views.busy import BusyMixin
from events.views.organise.pages import show_refused
from people.models import User
from people.signin import signed_in

REST: Final = "rest"
UNDO: Final = "undo"
LONGEST_ID: Final = 19  # digits; a longer number is no id of the database


class RegisterMixin(LoginRequiredMixin, View):
    """A session's register: its organisers always, its trainers on its day; to others it is not there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer those who keep the register; ask everybody else to sign in, or say that there is no such page."""
        self.at = timezone.now()
        if request.user.is_authenticated:
            self.actor: User = signed_in(request)
            if not (self.organises or self.trains_today):
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def session(self) -> Session:
        """Return the session; raises Http404."""
        found: Session = get_object_or_404(Session.objects.public().with_programme(), pk=self.kwargs["pk"])
        return found

    @cached_property
    def part(self) -> Part:
        """Return which of several dates is asked for, or else the one of today; raises Http404 for none."""
        said = self.request.GET.get("part", "")
        if not said:
            return part_of_day(self.session, at=self.at)
        found = part_of(self.session, int(said)) if said.isascii() and said.isdigit() and len(said) < 3 else None
        if found is None:
            raise Http404
        return found

    @cached_property
    def organises(self) -> bool:
        """Say whether whoever asks organises for a host of the session."""
        return keepers.organises(self.actor, self.session, at=self.at)

    @cached_property
    def trains_today(self) -> bool:
        """Say whether whoever asks delivers the session, and it is the day of it."""
        return keepers.trains_today(self.actor, self.session, at=self.at)

    @cached_property
    def policy(self) -> Policy:
        """Return what holds for the session."""
        return policy_of(self.session)

    @property
    def sends_mail(self) -> bool:
        """Say whether closing the register now sends mail."""
        return is_followed_up(self.session, self.policy, closed_at=self.at)

    @property
    def base(self) -> str:
        """Return the frame of the page."""
        return "events/organise/base.html" if self.organises else "base.html"

    def back(self, anchor: str = "") -> HttpResponse:
        """Go back to the register, to the person last marked."""
        address = reverse("register", args=[self.session.pk])
        return HttpResponseRedirect(f"{address}{query_of(self.part)}{anchor}")


class Register(RegisterMixin, TemplateView):
    """Everybody with a place, with a button for each thing there is to say of them."""

    template_name = "bookings/register.html"
    http_method_names: tuple[str, ...] = ("get", "head")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the register's lines, what they add up to, and whether it can be marked and closed now."""
        rows = register_of(self.session, self.actor, at=self.at, part=self.part)
        lines = [RegisterLine(one, self.session) for one in rows]
        closing = RegisterClosing.objects.filter(session=self.session, reopened_at__isnull=True).first()
        why_not = policies.why_not_mark(self.session, is_closed=closing is not None, at=self.at)
        why_not = why_not or policies.why_not_mark_part(self.part, at=self.at)
        facts = {
            "session": self.session,
            "line": SessionLine(self.session, self.at),
            "lines": lines,
            "part": self.part,
            "parts": tabs_of(self.part),
            "query": query_of(self.part),
            "tally": Tally.of(lines),
            "states": STATE_BUTTONS,
            "keeper": self.actor.pk,
            "closed": closing,
            "organises": self.organises,
            "why_not": why_not,
            "form": WalkInForm(),
            "reopening": ReopenForm(),
            "last_step": None if why_not else LastStep.of(actions.last_marks(self.session, self.actor), lines),
            "may_close": self.organises and policies.why_not_close(self.session, at=self.at) is None,
            "organise_here": "weeks",
            "base": self.base,
        }
        if facts["may_close"] and not closing:
            facts |= {"follow_up_days": self.policy.follow_up_days, "sends_mail": self.sends_mail}
        return super().get_context_data(**{**facts, **kwargs})


class Worker(TemplateView):
    """The script that keeps the pages of registers on a device. It is the same for everybody and names nobody."""

    template_name = "bookings/register_worker.js"
    content_type = "text/javascript"
    http_method_names = ("get", "head")


class MarkOne(BusyMixin, RegisterMixin):
    """Mark one person, or take their mark back; all who are not marked at once; or undo one's last step."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Write the mark and go back to the person."""
        booking, state = request.POST.get("booking", ""), request.POST.get("state", "")
        try:
            if booking in {REST, UNDO}:
                self._mark_rest() if booking == REST else self._undo()
                return self.back("#rest")
            if not booking.isascii() or not booking.isdigit() or len(booking) >= LONGEST_ID:
                raise Http404
            mark = Mark(int(booking), state, self.at, part=self.part.number)
            actions.mark(self.session, [mark], at=self.at, actor=self.actor)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return self.back(f"#person-{booking}")

    def _mark_rest(self) -> None:
        """Mark whoever is not marked as present."""
        rows = register_of(self.session, self.actor, at=self.at, part=self.part)
        unmarked = [one.pk for one in rows if attendance_of(one) is None]
        marks = [Mark(pk, Presence.PRESENT, self.at, part=self.part.number) for pk in unmarked]
        made = actions.mark(self.session, marks, at=self.at, actor=self.actor)
        messages.success(self.request, f"Marked as present: {len(made)}.")

    def _undo(self) -> None:
        """Bring back what was there before one's last step."""
        undone = actions.undo(self.session, actor=self.actor, at=self.at)
        if undone:
            messages.success(self.request, f"Undone: {len(undone)}.")
        else:
            messages.info(self.request, "There is nothing of yours to undo: others have marked since.")


class WalkIn(BusyMixin, Register):
    """Put somebody on the register who came without a booking."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Find or make the person, mark them, and go to them; or show what is wrong with what was typed."""
        form, status = WalkInForm(request.POST), 400
        if form.is_valid():
            try:
                booking = actions.walk_in(self.session, form.cleaned_data, actor=self.actor, at=self.at)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
                status = 409
            except PermissionDenied as error:
                form.add_error("email", str(error))
                status = 409
            except ValidationError as error:
                show_refused(form, error)
            else:
                messages.success(request, f"On the register: {booking.name}.")
                return self.back(f"#person-{booking.pk}")
        return self.render_to_response(self.get_context_data(form=form), status=status)


class TakeOff(BusyMixin, RegisterMixin):
    """Take somebody off the register who was put on it by mistake."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *_: Any, **kwargs: Any) -> HttpResponse:
        """Take them off; whoever booked stays."""
        booking = get_object_or_404(Booking.objects.filter(session=self.session), pk=kwargs["booking"])
        try:
            actions.take_off(booking, actor=self.actor, at=self.at)
            messages.success(request, f"Not on the register any more: {booking.name}.")
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return self.back("#rest")


class Close(BusyMixin, Register):
    """Close the register, or open it again with a reason; for organisers only."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Close or open it, and say what follows."""
        if not self.organises:
            raise Http404
        try:
            return self._reopen() if "reopen" in request.POST else self._close()
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return self.back()

    def _reopen(self) -> HttpResponse:
        """Open it; show what is wrong with the reason, and keep it."""
        form = ReopenForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(reopening=form), status=400)
        actions.reopen_register(self.session, reason=form.cleaned_data["reason"], at=self.at, actor=self.actor)
        waits = " Mail that has not gone yet waits until you close it." if self.sends_mail else ""
        messages.success(self.request, f"The register is open again.{waits}")
        return self.back()

    def _close(self) -> HttpResponse:
        """Close it; of one that is closed say no more than that."""
        was_closed = RegisterClosing.objects.filter(session=self.session, reopened_at__isnull=True).exists()
        absent = "absent" in self.request.POST
        left = actions.close_register(self.session, at=self.at, actor=self.actor, others_absent=absent)
        if was_closed:
            messages.info(self.request, "The register was closed already. Nothing is changed.")
        else:
            messages.success(self.request, f"The register is closed. Not marked: {left}. {self._mail_words}")
        return self.back()

    @property
    def _mail_words(self) -> str:
        """Return when mail goes about the session, and how to hold it back."""
        if not self.sends_mail:
            return "No new mail goes: the session ended too long ago."
        return "Mail goes in ten minutes at the earliest. To hold it back, open the register again."

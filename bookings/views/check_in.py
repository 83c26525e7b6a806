"""Checking in: the code that a room shows, typing or scanning it, and an organiser who scans somebody's own code."""

import math
import re
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView, View

from bookings import actions, check_in_codes, door_errors, policies
from bookings.actions.attendance import is_closed
from bookings.actions.check_ins import WINDOW
from bookings.actions.marks import said_of
from bookings.links import ARRIVAL, key_in
from bookings.models import CAME, Booking
from bookings.policies import CHECK_IN_OPENS
from bookings.register_page import presence_tag
from bookings.views.register import RegisterMixin
from events.errors import Refusal
from events.models import Session, SessionPart
from events.models.session_part import part_at, part_of_day
from events.presenters import SessionLine
from events.qr_code import qr_code
from events.views.busy import BusyMixin
from people.signin import signed_in

LONGEST_WORD: Final = 200


class CodeForm(forms.Form):
    """The six digits that are shown; spaces between them do not matter."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The six digits that are shown in the room or on the shared screen.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Type the six digits that are shown."},
    )

    def clean_code(self) -> str:
        """Return the digits; raises ValidationError for anything else, which is not judged."""
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError("A code has six digits.")
        return code


class RoomCode(RegisterMixin, TemplateView):
    """The code and its picture, for the room or the shared screen; it follows the minute by itself."""

    template_name = "bookings/room_code.html"
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the code of this minute, and come again with the next."""
        answer = super().get(request, *args, **kwargs)
        seconds = math.ceil((check_in_codes.next_step_at(self.at) - self.at).total_seconds())
        answer.headers["Refresh"] = f"{seconds}; url={request.path}"
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the code, where it is typed, and what the picture leads to."""
        session = self.session
        code = check_in_codes.code_at(session.pk, self.at)
        query = urlencode({"shown": check_in_codes.picture_word(session.pk, self.at)})
        facts = {
            "session": session,
            "line": SessionLine(session, self.at),
            "why_not": policies.why_not_check_in(
                session, is_closed=is_closed(session), at=self.at, part=part_at(session, at=self.at)
            ),
            "code": f"{code[:3]} {code[3:]}",
            "address": f"{settings.SITE_URL}{reverse('check_in_sessions')}".partition("//")[2],
            "qr": qr_code(f"{settings.SITE_URL}{reverse('check_in', args=[session.pk])}?{query}"),
            "organise_here": "weeks",
            "base": self.base,
        }
        return super().get_context_data(**{**kwargs, **facts})


@require_safe
def check_in_sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions that one can check in to now."""
    at = timezone.now()
    is_now = {"starts_at__lte": at + CHECK_IN_OPENS, "ends_at__gt": at}
    later = SessionPart.objects.filter(session=OuterRef("pk"), **is_now)
    found = Session.objects.public().filter(Q(**is_now) | Exists(later), state=Session.State.PUBLISHED)
    sessions = list(found.with_programme().order_by("starts_at", "title"))
    mine: set[int] = set()
    if request.user.is_authenticated:
        own = Booking.objects.confirmed().filter(practitioner=signed_in(request), session__in=sessions)
        mine = set(own.values_list("session", flat=True))
    lines = [SessionLine(one, at) for one in sorted(sessions, key=lambda one: one.pk not in mine)]
    return render(request, "bookings/check_in_sessions.html", {"sessions": lines, "mine": mine})


class CheckIn(LoginRequiredMixin, BusyMixin, View):
    """Say that one is here, with the code that is shown or by its picture; looking changes nothing."""

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask for the code, or for one press where its picture was scanned."""
        self.at = timezone.now()
        return self._page(CodeForm(), picture=request.GET.get("shown", "")[:LONGEST_WORD])

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Check in, or say why not."""
        self.at = timezone.now()
        form, picture = CodeForm(request.POST), request.POST.get("shown", "")[:LONGEST_WORD]
        if not picture and not form.is_valid():
            return self._page(form, status=400)
        said = {"picture": picture} if picture else {"code": form.cleaned_data["code"]}
        try:
            actions.check_in(
                self.session, signed_in(request), at=self.at, without_booking="without" in request.POST, **said
            )
        except Refusal as refusal:
            return self._refused(form if not picture else CodeForm({"code": ""}), refusal)
        return HttpResponseRedirect(request.path)

    def _refused(self, form: CodeForm, refusal: Refusal) -> HttpResponse:
        """Show why not, by the code where it is about that."""
        form.is_valid()
        form.errors.clear()
        wrong = isinstance(refusal, door_errors.CodeWrong)
        form.add_error("code" if wrong else None, refusal.sentence)
        limited = isinstance(refusal, door_errors.TooManyTries)
        answer = self._page(form, status=400 if wrong else 429 if limited else 409)
        if limited:
            answer.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
        return answer

    @cached_property
    def session(self) -> Session:
        """Return the session; raises Http404."""
        found: Session = get_object_or_404(Session.objects.public().with_programme(), pk=self.kwargs["pk"])
        return found

    def _page(self, form: CodeForm, *, picture: str = "", status: int = 200) -> HttpResponse:
        """Return the page as it is for whoever asks."""
        session, person = self.session, signed_in(self.request)
        booking = Booking.objects.confirmed().filter(session=session, practitioner=person).first()
        attendance = said_of(booking, part_of_day(session, at=self.at)) if booking else None
        shown = picture and check_in_codes.session_of_picture(picture, at=self.at)
        if picture and shown != session.pk:
            refusal = door_errors.CodeOfOtherSession() if shown else door_errors.CodeWrong()
            form = CodeForm({"code": ""})
            form.errors.clear()
            form.add_error(None, refusal.sentence)
            picture = ""
        facts = {
            "session": session,
            "line": SessionLine(session, self.at),
            "form": form,
            "picture": picture,
            "booking": booking,
            "came": presence_tag(attendance) if attendance and attendance.state in CAME else None,
            "marked": presence_tag(attendance),
            "mine": [] if booking else self._others_today(person.pk),
            "why_not": policies.why_not_check_in(
                session, is_closed=is_closed(session), at=self.at, part=part_at(session, at=self.at)
            ),
        }
        return render(self.request, "bookings/check_in.html", facts, status=status)

    def _others_today(self, person_id: int) -> list[Session]:
        """Return the sessions of today on which somebody has a place, so that a wrong door is found out."""
        begins = self.at.astimezone(self.session.tzinfo).replace(hour=0, minute=0, second=0, microsecond=0)
        own = Booking.objects.confirmed().filter(practitioner=person_id).values("session")
        today = Session.objects.public().filter(pk__in=own, starts_at__gte=begins, ends_at__gt=self.at)
        return list(today.order_by("starts_at")[:3])


class Arrive(BusyMixin, RegisterMixin):
    """Somebody's own code, scanned by whoever keeps the register: who it is, and one button."""

    http_method_names = ("get", "head", "post")

    @cached_property
    def booking(self) -> Booking:
        """Return the booking that a code is of; raises Http404."""
        key = key_in(ARRIVAL, self.kwargs["token"])
        found: Booking | None = Booking.objects.filter(pk=key).first() if key else None
        if found is None:
            raise Http404
        return found

    @cached_property
    def session(self) -> Session:
        """Return the session of the booking; raises Http404."""
        rows = Session.objects.public().with_programme()
        found: Session = get_object_or_404(rows, pk=self.booking.session_id)
        return found

    def get(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Say who it is and what the register says of them; nothing changes."""
        attendance = said_of(self.booking, part_of_day(self.session, at=self.at))
        facts = {
            "session": self.session,
            "line": SessionLine(self.session, self.at),
            "booking": self.booking,
            "tag": presence_tag(attendance),
            "came": attendance is not None and attendance.state in CAME,
            "why_not": policies.why_not_mark(self.session, is_closed=is_closed(self.session), at=self.at),
            "organise_here": "weeks",
            "base": self.base,
        }
        return render(request, "bookings/arrive.html", facts)

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Mark them as here."""
        try:
            actions.greet(self.booking, at=self.at, actor=self.actor)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return HttpResponseRedirect(request.path)

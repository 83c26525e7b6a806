"""The register of a session by program: who is on it, and many marks in one call."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import actions, keepers, policies
from bookings.actions import Mark
from bookings.api.serializers import PractitionerAnswer
from bookings.errors import NotOnRegister
from bookings.models import Booking, MarkedBy, Presence, RegisterClosing
from bookings.register_page import attendance_of, register_of
from events.models import Session
from events.models.session_part import Part, part_of, parts_of
from people.api.bases import PrivateView, find, sender
from people.api.fields import Body, Count, Identifier, Instant

MOST_MARKS = 2000
NO_PLACE = "There is no booking with a place on this session of this id."
NO_PART = "The session has no part with this number."
PART = OpenApiParameter("part", int, description="Of which date, where the session has several; the first.")
TWICE = "This booking stands on line {line} already with the same time."


class AttendanceAnswer(serializers.Serializer[Any]):
    """What the register says of somebody, when it was seen, and what it comes from."""

    state = serializers.ChoiceField(Presence.choices)
    marked_at = serializers.DateTimeField()
    source = serializers.ChoiceField(MarkedBy.choices)  # type: ignore[assignment]  # a field, not where it reads from
    minutes = serializers.IntegerField(allow_null=True, help_text="Of the session, where they were counted.")


class RegisterPerson(serializers.Serializer[Booking]):
    """Somebody with a place on the session."""

    booking = serializers.IntegerField(help_text="The booking's id.")
    practitioner = PractitionerAnswer()
    mode = serializers.ChoiceField(Booking.Mode.choices, allow_blank=True)
    substitute_for = serializers.IntegerField(allow_null=True, help_text="The booking whose place this one took over.")
    attendance = AttendanceAnswer(allow_null=True)


class RegisterAnswer(serializers.Serializer[Session]):
    """A register. ``open`` takes marks; ``not_open`` does from the morning of the session's day on."""

    session = serializers.IntegerField()
    part = serializers.IntegerField(required=False, help_text="Of which date this is, where the session has several.")
    parts = serializers.IntegerField(required=False, help_text="How many dates that are; not there for one.")
    status = serializers.ChoiceField(["not_open", "open", "closed", "cancelled"])
    closed_at = serializers.DateTimeField(allow_null=True)
    people = RegisterPerson(many=True)


class MarkBody(Body):
    """What was seen of one booking."""

    booking = Identifier(help_text="The booking's id.")
    state = serializers.ChoiceField(Presence.choices, allow_blank=True, help_text="Empty: the mark is taken back.")
    at = Instant(required=False, help_text="When it was seen; the time of the call if nothing is said.")
    minutes = Count(required=False, allow_null=True, default=None, help_text="Of the session, where they were counted.")
    part = Count(required=False, default=1, help_text="Of which date, where the session has several; the first.")


class RegisterBody(Body):
    """Marks of many people."""

    marks = serializers.ListField(child=MarkBody(), max_length=MOST_MARKS)


class RegisterOfSession(PrivateView):
    """The register of a session, for its organisers, and for its trainers on its day."""

    serializer_class = RegisterAnswer

    @extend_schema(parameters=[PART])
    def get(self, request: Request, session_id: int) -> Response:
        """Read everybody with a place, by name, with what the register says of them.

        Of a session of several dates that is the register of one, the first unless the query says which `part`.
        """
        return self._answer(request, self._session(request, session_id))

    @extend_schema(request=RegisterBody, responses=RegisterAnswer, parameters=[PART])
    def put(self, request: Request, session_id: int) -> Response:
        """Mark many people in one call: all of the marks are written, or none. Sent again it changes nothing.

        Whoever is not named keeps what the register says. Of two marks for one person that one stands which was
        seen later, in whichever order they arrive, so send `at` where marks have waited; a time that is yet to
        come counts as now. Marks can be of several dates; the answer is the register of the one that the query
        names. `errors` name the lines that are wrong, as `marks.3.booking`, counted from 0. The codes of a refusal
        (409): `register_not_open`, `register_closed`, `session_cancelled`.
        """
        session, now = self._session(request, session_id), timezone.now()
        body = RegisterBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data["marks"]
        marks = [Mark(one["booking"], one["state"], one.get("at", now), one["minutes"], one["part"]) for one in said]
        _refuse_other_parts(session, marks)
        _refuse_contradictions(marks)
        try:
            actions.mark(session, marks, at=now, actor=sender(request))
        except NotOnRegister as error:
            lines = [line for line, one in enumerate(marks) if one.booking_id in error.bookings]
            raise _by_line({line: {"booking": [NO_PLACE]} for line in lines}) from error
        return self._answer(request, session)

    def _session(self, request: Request, session_id: int) -> Session:
        """Return the session whose register whoever asks may keep; raises Http404."""
        session: Session = find(Session.objects.public().select_related("week"), "session", pk=session_id)
        if not keepers.keeps_register(sender(request), session, at=timezone.now()):
            find(Session.objects.none(), "session")
        return session

    def _answer(self, request: Request, session: Session) -> Response:
        """Answer with the register as it is."""
        zone, now, part = session.tzinfo, timezone.now(), _part(request, session)
        closing = RegisterClosing.objects.filter(session=session, reopened_at__isnull=True).first()
        refusal = policies.why_not_mark(session, is_closed=closing is not None, at=now)
        refusal = refusal or policies.why_not_mark_part(part, at=now)
        return Response(
            {
                "session": session.pk,
                **({"part": part.number, "parts": part.total} if part.total > 1 else {}),
                "status": {"": "open", "register_closed": "closed", "session_cancelled": "cancelled"}.get(
                    refusal.code if refusal else "", "not_open"
                ),
                "closed_at": closing.closed_at.astimezone(zone).isoformat() if closing else None,
                "people": [_person(one, session) for one in register_of(session, sender(request), at=now, part=part)],
            }
        )


def _person(booking: Booking, session: Session) -> dict[str, Any]:
    """Return somebody on the register as plain values."""
    attendance = attendance_of(booking)
    return {
        "booking": booking.pk,
        "practitioner": {
            "email": booking.email,
            "name": booking.name,
            "organisation": booking.organisation_name,
            "job_role": booking.job_role,
        },
        "mode": booking.mode,
        "substitute_for": booking.substitute_for_id,
        "attendance": attendance
        and {
            "state": attendance.state,
            "marked_at": attendance.marked_at.astimezone(session.tzinfo).isoformat(),
            "source": attendance.source,
            "minutes": attendance.minutes,
        },
    }


def _part(request: Request, session: Session) -> Part:
    """Return the date that the query names, or the first; raises ValidationError for one that there is not."""
    said = request.query_params.get("part", "1")
    found = part_of(session, int(said)) if said.isascii() and said.isdigit() and len(said) < 3 else None
    if found is None:
        raise serializers.ValidationError({"part": [NO_PART]})
    return found


def _refuse_other_parts(session: Session, marks: list[Mark]) -> None:
    """Raise ValidationError by line for dates that the session does not have."""
    numbers = {part.number for part in parts_of(session)}
    faults = {line: {"part": [NO_PART]} for line, one in enumerate(marks) if one.part not in numbers}
    if faults:
        raise _by_line(faults)


def _refuse_contradictions(marks: list[Mark]) -> None:
    """Raise ValidationError for somebody of whom two things were seen in one instant."""
    first: dict[tuple[Any, ...], int] = {}
    faults = {}
    for line, one in enumerate(marks):
        before = first.setdefault((one.booking_id, one.part, one.at), line)
        if before != line:
            faults[line] = {"booking": [TWICE.format(line=before)]}
    if faults:
        raise _by_line(faults)


def _by_line(faults: dict[int, dict[str, list[str]]]) -> serializers.ValidationError:
    """Return the errors of some lines in the shape of the framework: one entry for each line up to the last."""
    return serializers.ValidationError({"marks": [faults.get(line, {}) for line in range(max(faults) + 1)]})

"""Places: book, read, cancel."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from bookings import actions
from bookings.api.serializers import AcceptBody, BookingAnswer, CancelBody, NewBookingBody, SubstituteBody
from bookings.models import Booking
from bookings.states import Status
from events.models import PracticeWeek, Session
from people.api.bases import PAGING, PrivateView, find, refuse_unknown, sender
from people.api.fields import LARGEST_ID, NoBody
from people.models import User


class Bookings(PrivateView, generics.ListAPIView[Booking]):
    """Bookings."""

    serializer_class = BookingAnswer

    def get_queryset(self) -> QuerySet[Booking]:
        """Return the bookings that whoever asks may see, narrowed; raises Http404 for a value that cannot be meant."""
        rows = _visible_to(sender(self.request))
        query = self.request.query_params
        if wanted := query.get("status"):
            if wanted not in Status.values:
                raise Http404(f"A status is one of {', '.join(Status.values)}.")
            rows = rows.filter(status=wanted)
        if number := query.get("session"):
            if len(number) > 19 or not number.isascii() or not number.isdecimal() or int(number) > LARGEST_ID:
                raise Http404("There is no such session.")
            rows = rows.filter(session=int(number))
        return rows

    @extend_schema(
        parameters=[OpenApiParameter("session", int), OpenApiParameter("status", str, enum=sorted(Status.values))]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's own bookings, those of sessions one organises, and those of organisations one leads."""
        refuse_unknown(request, PAGING | {"session", "status"})
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NewBookingBody, responses={201: BookingAnswer})
    def post(self, request: Request) -> Response:
        """Book a place, or a place on the waiting list of a full session, for oneself or somebody in one's reach.

        The codes of a refusal (409): `already_booked`, `session_full`, `booking_not_open`, `booking_closed`,
        `booking_not_needed`, `session_cancelled`, `not_eligible` (the session is for others, builds on another, or
        another sitting is booked), `daily_limit_reached`, `organisation_quota_reached` (with
        `join_waiting_list` one waits instead), `mode_not_chosen`, `manager_not_named`.
        """
        body = NewBookingBody(data=request.data)
        body.is_valid(raise_exception=True)
        wanted, actor, now = body.validated_data, sender(request), timezone.now()
        session = _session(wanted["session"], actor)
        said = {
            "join_waiting_list": wanted["join_waiting_list"],
            "mode": _mode(wanted, session),
            "manager": _manager(wanted),
        }
        if "practitioner" not in wanted:
            booking = actions.book(session, practitioner=actor, at=now, actor=actor, **said)
        else:
            booking = actions.book_for(session, wanted["practitioner"], actor=actor, at=now, **said)
        where = {"Location": f"{request.path}{booking.pk}/"}
        return Response(BookingAnswer(booking).data, status=status.HTTP_201_CREATED, headers=where)


class OneBooking(PrivateView):
    """A booking."""

    serializer_class = BookingAnswer

    def get(self, request: Request, booking_id: int) -> Response:
        """Read one booking."""
        return Response(BookingAnswer(find(_visible_to(sender(request)), "booking", pk=booking_id)).data)


class CancelBooking(PrivateView):
    """Giving a place up."""

    serializer_class = BookingAnswer

    @extend_schema(request=CancelBody, responses=BookingAnswer)
    def post(self, request: Request, booking_id: int) -> Response:
        """Give a place up; it goes to the first who waits. Cancelling again does nothing."""
        booking = find(_visible_to(sender(request)), "booking", pk=booking_id)
        body = CancelBody(data=request.data)
        body.is_valid(raise_exception=True)
        booking = actions.cancel(
            booking, at=timezone.now(), actor=sender(request), reason=body.validated_data["reason"]
        )
        return Response(BookingAnswer(booking).data)


class AcceptPlace(PrivateView):
    """Taking an offered place."""

    serializer_class = BookingAnswer

    @extend_schema(request=AcceptBody, responses=BookingAnswer)
    def post(self, request: Request, booking_id: int) -> Response:
        """Take an offered place. Accepting again does nothing; 409 `offer_gone`, `manager_not_named`."""
        booking = find(_visible_to(sender(request)), "booking", pk=booking_id)
        body = AcceptBody(data=request.data)
        body.is_valid(raise_exception=True)
        manager = _manager(body.validated_data)
        booking = actions.accept(booking, at=timezone.now(), actor=sender(request), manager=manager)
        return Response(BookingAnswer(booking).data)


class DeclinePlace(PrivateView):
    """Giving an offered place back."""

    serializer_class = BookingAnswer

    @extend_schema(request=NoBody, responses=BookingAnswer)
    def post(self, request: Request, booking_id: int) -> Response:
        """Give an offered place back; it is offered to the next. Declining again does nothing; 409 `offer_gone`."""
        booking = find(_visible_to(sender(request)), "booking", pk=booking_id)
        NoBody(data=request.data).is_valid(raise_exception=True)
        return Response(BookingAnswer(actions.decline(booking, at=timezone.now(), actor=sender(request))).data)


class Substitute(PrivateView):
    """Giving a place to a colleague."""

    serializer_class = BookingAnswer

    @extend_schema(request=SubstituteBody, responses=BookingAnswer)
    def post(self, request: Request, booking_id: int) -> Response:
        """Give a place to a colleague.

        The person asks the colleague by mail, and the answer is their booking, unchanged until the colleague accepts.
        An organiser or agency lead gives it at once, and the answer is the colleague's booking. The codes of a
        refusal (409): `not_substitutable`, `already_booked`, `not_eligible`, `organisation_quota_reached`,
        `too_many_mails` (the person or the colleague has had a day's share of such questions).
        """
        actor, now = sender(request), timezone.now()
        booking = find(_visible_to(actor), "booking", pk=booking_id)
        body = SubstituteBody(data=request.data)
        body.is_valid(raise_exception=True)
        details = body.validated_data["practitioner"]
        if booking.practitioner_id == actor.pk:
            if "email" not in details:
                raise serializers.ValidationError(
                    {"practitioner": {"email": ["Write your colleague's email address."]}}
                )
            actions.ask_colleague(booking, email=details["email"], at=now, actor=actor)
            return Response(BookingAnswer(booking).data)
        new = actions.substitute_for(booking, details, actor=actor, at=now)
        return Response(BookingAnswer(new).data)


def _manager(said: dict[str, Any]) -> tuple[str, str] | None:
    """Return the line manager's name and address, both empty where there is none; None where nothing was said."""
    if "manager" not in said:
        return None
    manager = said["manager"]
    return (manager["name"], manager["email"]) if manager else ("", "")


def _mode(wanted: dict[str, Any], session: Session) -> str:
    """Return how somebody takes part; raises ValidationError where there is nothing to choose."""
    mode: str = wanted.get("mode", "")
    if mode and session.format != Session.Format.HYBRID:
        raise serializers.ValidationError({"mode": ["This session is joined in one way only."]})
    return mode


def _visible_to(actor: User) -> QuerySet[Booking]:
    """Return the bookings somebody may see, with what an answer says of them."""
    rows: QuerySet[Booking] = Booking.objects.visible_to(actor, at=timezone.now()).with_session().with_position()
    return rows


def _session(session_id: int, actor: User) -> Session:
    """Return the session to be booked; raises ValidationError when there is none that this person may know of."""
    wanted = Session.objects.select_related("week").filter(pk=session_id).order_by()
    session: Session | None = next(iter(wanted), None)  # there is at most one; `first` would sort
    if session is not None and _is_draft(session):
        session = Session.objects.hosted_within(actor, at=timezone.now()).filter(pk=session_id).first()
    if session is None:
        raise serializers.ValidationError({"session": ["There is no such session."]})
    return session


def _is_draft(session: Session) -> bool:
    """Say whether the public does not see a session yet."""
    return session.state == Session.State.DRAFT or session.week.state == PracticeWeek.State.DRAFT

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
from bookings.api.serializers import BookingAnswer, CancelBody, NewBookingBody
from bookings.models import Booking
from bookings.states import Status
from events.models import PracticeWeek, Session
from people.api.bases import PAGING, PrivateView, find, refuse_unknown, sender
from people.api.fields import LARGEST_ID
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
        """Book a place, or a place on the waiting list of a full session, for oneself or somebody in one's reach."""
        body = NewBookingBody(data=request.data)
        body.is_valid(raise_exception=True)
        wanted, actor, now = body.validated_data, sender(request), timezone.now()
        session = _session(wanted["session"], actor)
        queue = wanted["join_waiting_list"]
        if "practitioner" not in wanted:
            booking = actions.book(session, practitioner=actor, at=now, actor=actor, join_waiting_list=queue)
        else:
            booking = actions.book_for(session, wanted["practitioner"], actor=actor, at=now, join_waiting_list=queue)
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

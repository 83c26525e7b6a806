"""The programme for everybody; sessions also for those who organise them."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from events import actions
from events.api.bodies import ChangeBody, NewSessionBody, ReasonBody, TimesBody
from events.api.serializers import ResourceAnswer, SessionAnswer, ThemeAnswer, WeekAnswer, WholeWeekAnswer
from events.filters import DAYS, SessionFilter, TimeOfDay
from events.models import DayTheme, PracticeWeek, Resource, Session, Theme, WeekHost, WeekPresentation
from events.models.session_part import fetch_parts
from events.modes import note_modes
from people.api.bases import PAGING, PrivateView, PublicView, find, refuse_unknown, sender
from people.api.fields import NoBody
from people.permissions import organises

FILTERS = [
    OpenApiParameter("partnership", str, many=True, description="Slug of a host; may stand several times."),
    OpenApiParameter("week", str, description="Slug of a week."),
    OpenApiParameter("theme", str, many=True, description="Slug of a theme; may stand several times."),
    OpenApiParameter("format", str, enum=Session.Format.values),
    OpenApiParameter("day", str, enum=DAYS, description="Day of the week, on the session's own clock."),
    OpenApiParameter("time", str, enum=TimeOfDay.values, description="When it starts, on its own clock."),
    OpenApiParameter("from", str, description="First day, such as 2027-06-21, in London; any of its dates counts."),
    OpenApiParameter("to", str, description="Last day, which is included."),
    OpenApiParameter("places", str, enum=["1"], description="1: only sessions that have a place and are not over."),
    OpenApiParameter("q", str, description="Words in title, summary or theme."),
]


class AtContext:
    """Hands serializers the instant of the answer."""

    def get_serializer_context(self) -> dict[str, Any]:
        """Return the context with ``at``."""
        return {"at": timezone.now()}


class Themes(PublicView, generics.ListAPIView[Theme]):
    """Themes."""

    queryset = Theme.objects.prefetch_related("aliases")
    serializer_class = ThemeAnswer

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the themes."""
        refuse_unknown(request, PAGING)
        return super().get(request, *args, **kwargs)


class Weeks(AtContext, PublicView, generics.ListAPIView[PracticeWeek]):
    """Practice weeks."""

    serializer_class = WeekAnswer

    def get_queryset(self) -> QuerySet[PracticeWeek]:
        """Return the weeks the public sees, the newest first."""
        weeks: QuerySet[PracticeWeek] = PracticeWeek.objects.public().prefetch_related(_hosts())
        return weeks

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the practice weeks, past ones too."""
        refuse_unknown(request, PAGING)
        return super().get(request, *args, **kwargs)


class OneWeek(AtContext, PublicView):
    """A practice week."""

    serializer_class = WholeWeekAnswer

    def get(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - the framework passes it
        """Read one week with its days and what each partnership calls it."""
        themes = DayTheme.objects.select_related("theme")
        presentations = WeekPresentation.objects.select_related("partnership")
        weeks = PracticeWeek.objects.public().prefetch_related(
            _hosts(), Prefetch("days__day_themes", queryset=themes), Prefetch("presentations", queryset=presentations)
        )
        return Response(self.get_serializer(find(weeks, "week", slug=slug)).data)


class Resources(PublicView, generics.ListAPIView[Resource]):
    """Resources that are released."""

    serializer_class = ResourceAnswer

    def get_queryset(self) -> QuerySet[Resource]:
        """Return what the public may see now, narrowed; raises Http404 for a value that is not there."""
        rows: QuerySet[Resource] = Resource.objects.released(at=timezone.now())
        query = self.request.query_params
        if kind := query.get("kind"):
            if kind not in Resource.Kind.values:
                raise Http404(f"A kind is one of {', '.join(Resource.Kind.values)}.")
            rows = rows.filter(kind=kind)
        if theme := query.get("theme"):
            rows = rows.filter(themes=find(Theme.objects.all(), "theme", slug=_plain(theme)))
        if week := query.get("week"):
            rows = rows.filter(week=find(PracticeWeek.objects.public(), "week", slug=_plain(week)))
        return rows.select_related("week").prefetch_related("themes", "partnerships")

    @extend_schema(parameters=[OpenApiParameter(name, str) for name in ("kind", "theme", "week")])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the resources that are released; ``kind``, ``theme`` and ``week`` narrow them."""
        refuse_unknown(request, PAGING | {"kind", "theme", "week"})
        return super().get(request, *args, **kwargs)


class Sessions(AtContext, PublicView, generics.ListAPIView[Session]):
    """Sessions."""

    serializer_class = SessionAnswer

    def get_queryset(self) -> QuerySet[Session]:
        """Return the sessions the public sees, narrowed by the filters, in order of time."""
        sessions = Session.objects.public().with_programme().with_audience()
        filters = SessionFilter(self.request.query_params, others=PAGING)
        narrowed: QuerySet[Session] = filters.apply(sessions, at=timezone.now())
        return narrowed

    def paginate_queryset(self, queryset: Any) -> Any:
        """Return the sessions of a page, with the places left for each way."""
        page = super().paginate_queryset(queryset)
        note_modes(page or ())
        fetch_parts(page or ())
        return page

    @extend_schema(parameters=FILTERS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the sessions, in order of time; the filters are those of the page."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NewSessionBody, responses={201: SessionAnswer})
    def post(self, request: Request) -> Response:
        """Plan a session, as a draft.

        The first partnership leads it and must be one you organise for; a partnership you organise for hosts the week.
        """
        now, actor = timezone.now(), sender(request)
        if not actor.organised_partnerships(at=now).exists():
            raise PermissionDenied("Only organisers plan sessions.")
        body = NewSessionBody(data=request.data, context={"actor": actor})
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        if not organises(actor, values["partnerships"][:1], at=now):
            raise PermissionDenied("You do not organise for the partnership that would lead this session.")
        session = actions.create_session(values.pop("week"), at=now, **values)
        answer = self.get_serializer(_with_programme(session.pk)).data
        where = {"Location": f"{request.path}{session.pk}/"}
        return Response(answer, status=status.HTTP_201_CREATED, headers=where)


class OneSession(AtContext, PublicView):
    """A session."""

    serializer_class = SessionAnswer

    def get(self, request: Request, session_id: int) -> Response:
        """Read one session; a draft is there for those who organise it."""
        session = Session.objects.public().with_programme().with_audience().filter(pk=session_id).first()
        if session is None:
            self.is_shared = False
            session = hosted(request, session_id)
        note_modes([session])
        return Response(self.get_serializer(session).data)

    @extend_schema(request=ChangeBody, responses=SessionAnswer)
    def patch(self, request: Request, session_id: int) -> Response:
        """Change a session; people with a place hear of what their diary says."""
        hosted(request, session_id)
        body = ChangeBody(data=request.data)
        body.is_valid(raise_exception=True)
        actions.revise_session(session_id, at=timezone.now(), actor=sender(request), **body.validated_data)
        return Response(self.get_serializer(_with_programme(session_id)).data)


class SessionVerb(AtContext, PrivateView):
    """Something done to a session by those who organise it."""

    serializer_class = SessionAnswer

    def done(self, session_id: int) -> Response:
        """Return the session as it then stands."""
        return Response(self.get_serializer(_with_programme(session_id)).data)


class PublishSession(SessionVerb):
    """Publishing."""

    @extend_schema(request=None, responses=SessionAnswer)
    def post(self, request: Request, session_id: int) -> Response:
        """Publish a session; does nothing to one that is published."""
        hosted(request, session_id)
        NoBody(data=request.data).is_valid(raise_exception=True)
        actions.publish_session(session_id, at=timezone.now())
        return self.done(session_id)


class RescheduleSession(SessionVerb):
    """Moving."""

    @extend_schema(request=TimesBody, responses=SessionAnswer)
    def post(self, request: Request, session_id: int) -> Response:
        """Move a session; everybody with a place gets an updated invitation."""
        hosted(request, session_id)
        body = TimesBody(data=request.data)
        body.is_valid(raise_exception=True)
        actions.reschedule_session(session_id, at=timezone.now(), **body.validated_data)
        return self.done(session_id)


class CancelSession(SessionVerb):
    """Calling off."""

    @extend_schema(request=ReasonBody, responses=SessionAnswer)
    def post(self, request: Request, session_id: int) -> Response:
        """Call a session off; everybody booked or waiting is cancelled and told why."""
        hosted(request, session_id)
        body = ReasonBody(data=request.data)
        body.is_valid(raise_exception=True)
        actions.cancel_session(
            session_id, reason=body.validated_data["reason"], at=timezone.now(), actor=sender(request)
        )
        return self.done(session_id)


def hosted(request: Request, session_id: int) -> Session:
    """Return a session that whoever asks organises.

    Raises Http404 for one they may not know of, PermissionDenied for one they may only see.
    """
    session: Session = find(Session.objects.with_programme(), "session", pk=session_id)
    partnerships = [host.partnership for host in session.session_hosts.all()]
    is_organiser = request.user.is_authenticated and (
        sender(request).is_superuser or organises(sender(request), partnerships, at=timezone.now())
    )
    if not is_organiser:
        find(Session.objects.public(), "session", pk=session_id)
        raise PermissionDenied("You do not organise for a partnership that hosts this session.")
    return session


def _with_programme(session_id: int) -> Session:
    """Return a session with what an answer says of it."""
    session: Session = Session.objects.with_programme().with_audience().get(pk=session_id)
    note_modes([session])
    return session


def _hosts() -> Prefetch[str, Any, str]:
    """Return how the hosts of weeks are fetched."""
    return Prefetch("week_hosts", queryset=WeekHost.objects.select_related("partnership"))


def _plain(value: str) -> str:
    """Return a slug from a query; raises Http404 for a text that no database takes."""
    if "\x00" in value:
        raise Http404("There is no such filter value.")
    return value

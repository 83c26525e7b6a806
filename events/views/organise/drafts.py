"""Add a session to a week, and work on a draft."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from events import actions, policies
from events.builder_forms.sessions import SessionForm
from events.errors import Refusal
from events.models import PracticeWeek, Session, SessionTopic
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OfSession, OfWeek, is_shared, timetable_at, words_of


class AddSession(OfWeek):
    """Plan a new session, or another sitting of a topic."""

    template_name = "events/organise/session_form.html"
    form_class = SessionForm
    shown_at = {"unusable_hosts": "lead"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Begin with what most sessions of the week have."""
        return {**super().get_form_kwargs(), "week": self.planned, "actor": self.actor, "at": self.at}

    def get_initial(self) -> dict[str, Any]:
        """Return the day that was asked for, the topic, and one's own partnership as the lead."""
        given: dict[str, Any] = {"minutes": 60, "format": Session.Format.ONLINE, "lead": self.own[0].pk}
        given |= {name: self.request.GET[name] for name in ("day",) if name in self.request.GET}
        if topic := _topic(self.planned, self.request.GET.get("topic", "")):
            given |= {"topic": topic.pk, "title": topic.title}
        return given

    def act(self, form: SessionForm) -> HttpResponse:
        """Make the draft."""
        about, themes = form.about, form.cleaned_data["themes"]
        if refusal := policies.why_not_host(
            {}, {one.pk: n == 0 for n, one in enumerate(form.hosts)}, within=self.within
        ):
            raise refusal
        session = actions.create_session(
            self.planned,
            partnerships=form.hosts,
            at=self.at,
            topic=form.cleaned_data["topic"],
            summary=about.pop("summary"),
            about=about,
            themes=themes,
            trainers=form.cleaned_data["trainers"],
            **form.columns,
        )
        messages.success(self.request, f"“{session.title}” was added as a draft.")
        return timetable_at(session)


def _topic(week: PracticeWeek, pk: str) -> SessionTopic | None:
    """Return a topic of the week by its id, if it is there."""
    return week.topics.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


class EditSession(OfSession):
    """Change a draft; what is published or cancelled is not changed here."""

    template_name = "events/organise/session_form.html"
    form_class = SessionForm
    shown_at = {"unusable_hosts": "lead", "capacity_too_small": "capacity"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return the draft, and whether others give sittings of its topic, so that its words are not one's own."""
        shares = is_shared(self.planned.topic, self.actor, at=self.at)
        kwargs = {"instance": self.planned, "week": self.planned.week, "shares_topic": shares}
        kwargs |= {"actor": self.actor, "at": self.at}
        return {**super().get_form_kwargs(), **kwargs}

    def act(self, form: SessionForm) -> HttpResponse:
        """Store it."""
        session = actions.revise_draft(
            self.planned.pk,
            hosts=form.hosts,
            trainers=form.cleaned_data["trainers"],
            within=self.within,
            at=self.at,
            as_of=form.cleaned_data["as_of"],
            about=None if form.keeps_topic else {**form.about, "themes": form.cleaned_data["themes"]},
            **form.columns,
        )
        messages.success(self.request, f"“{session.title}” was saved.")
        return timetable_at(session)


class PublishSession(OrganiserMixin):
    """Publish one draft of a week that the public sees."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish, or say why not."""
        session = self.session(pk)
        try:
            actions.publish_session(pk, at=self.at)
        except (Refusal, ValidationError) as error:
            messages.error(request, f"{session.title}: {words_of(error)}")
        else:
            messages.success(request, f"“{session.title}” is published.")
        return timetable_at(session)

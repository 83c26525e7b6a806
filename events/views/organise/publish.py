"""What is missing before a week is published, and publishing it: now, or at an hour."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from events import actions
from events.builder.missing import missing_of
from events.builder.timetable import read_builder
from events.builder_forms.weeks import HourForm
from events.dates import moment_words
from events.errors import Refusal
from events.models import PracticeWeek, Session
from events.views.busy import BusyMixin
from events.views.organise.access import OrganiserMixin
from events.views.organise.pages import OfWeek, words_of


class PublishWeek(OfWeek):
    """Show what is missing; the form sets the hour at which the week publishes itself."""

    template_name = "events/organise/week_publish.html"
    form_class = HourForm
    shown_at = {"week_not_schedulable": "publish_at"}

    def get_initial(self) -> dict[str, Any]:
        """Return the hour that is set."""
        return {"publish_at": self.planned.publish_at}

    def act(self, form: HourForm) -> HttpResponse:
        """Set the hour."""
        hour = form.cleaned_data["publish_at"]
        actions.schedule_publishing(self.planned, publish_at=hour, at=self.at)
        messages.success(self.request, f"The week will be published on {moment_words(hour)}.")
        return _here(self.planned)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what is missing, and what becomes of the week."""
        own = Session.objects.hosted_within(self.actor, at=self.at)
        builder = read_builder(self.planned, own, at=self.at)
        hour = self.planned.publish_at
        return {
            **super().get_context_data(**kwargs),
            "builder": builder,
            "must": missing_of(builder, must=True),
            "look": missing_of(builder, must=False),
            "must_count": builder.must_count,
            "look_count": builder.look_count,
            "drafts": sum(card.is_draft for card in builder.cards),
            "hour": moment_words(hour) if hour else "",
            "is_overdue": hour is not None and hour <= self.at,
        }


class WeekVerb(BusyMixin, OrganiserMixin):
    """One thing done to a week by a button of the publishing page."""

    http_method_names = ["post"]
    done = ""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Do it, or say why not."""
        week = self.week(slug)
        try:
            self.do(week)
        except (Refusal, ValidationError) as error:
            messages.error(request, words_of(error))
            return _here(week)
        messages.success(request, self.done)
        return HttpResponseRedirect(reverse("organise_week", args=[week.slug]))

    def do(self, week: PracticeWeek) -> None:
        """Do it; raises a Refusal or ValidationError."""
        raise NotImplementedError


class PublishNow(WeekVerb):
    """Publish a week with its drafts."""

    done = "The week is published. Everybody can see it."

    def do(self, week: PracticeWeek) -> None:
        """Publish, unless something must be mended first."""
        actions.publish_checked(week, at=self.at)


class WithdrawHour(WeekVerb):
    """Take back the hour at which a week publishes itself."""

    done = "The week stays a draft until you publish it."

    def do(self, week: PracticeWeek) -> None:
        """Take it back."""
        actions.schedule_publishing(week, publish_at=None, at=self.at)


def _here(week: PracticeWeek) -> HttpResponse:
    """Return the way back to the publishing page."""
    return HttpResponseRedirect(reverse("organise_week_publish", args=[week.slug]))

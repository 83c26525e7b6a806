"""What a week is called, who hosts it, and what its days are for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from events import actions
from events.builder_forms.days import DayForm
from events.builder_forms.hosts import hosts_initial
from events.builder_forms.weeks import DetailsForm, PresentationForm
from events.models import Theme, WeekDay
from events.views.organise.pages import OfWeek
from events.week_page import WEEKDAYS
from people.models import Partnership


class SeveralForms(OfWeek):
    """A page with a form, and further ones below it that are sent together."""

    further: list[Any]

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        """Begin without further forms."""
        self.further = []
        return super().dispatch(*args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Act once the further forms are right too."""
        if any(one.errors for one in self.further):
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also the further forms, and those in which something is wrong."""
        context = super().get_context_data(**kwargs)
        every = [context["form"], *self.further]
        return {
            **context,
            "week": self.planned,
            "further": self.further,
            "faulty": [one for one in every if one.errors],
        }

    def to_timetable(self, words: str) -> HttpResponse:
        """Go back to the week, and say what was done."""
        messages.success(self.request, words)
        return HttpResponseRedirect(reverse("organise_week", args=[self.planned.slug]))


class Details(SeveralForms):
    """Title, introduction and hosts of a week, and how one's own partnerships present it."""

    template_name = "events/organise/week_details.html"
    form_class = DetailsForm
    shown_at = {"unusable_hosts": "lead"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return the week, and the further forms: one for each of one's own partnerships that hosts it."""
        kwargs = super().get_form_kwargs()
        initial = hosts_initial(self.planned.week_hosts)
        rows = {row.partnership_id: row for row in self.planned.presentations.select_related("partnership")}
        hosting = {initial["lead"], *initial["co_hosts"]}
        self.further = []
        for one in self.own:
            if one.pk in hosting or one.pk in rows:
                self.further.append(PresentationForm(kwargs.get("data"), partnership=one, instance=rows.get(one.pk)))
        own = {one.pk for one in self.own}
        self.others = [row for row in rows.values() if row.partnership_id not in own]
        return {**kwargs, "instance": self.planned, "initial": initial}

    def act(self, form: DetailsForm) -> HttpResponse:
        """Store it."""
        presentations: dict[Partnership, Any] = {one.partnership: one.words for one in self.further}
        actions.revise_week(
            self.planned,
            title=form.cleaned_data["title"],
            introduction=form.cleaned_data["introduction"],
            hosts=form.hosts,
            within=self.within,
            presentations=presentations,
        )
        return self.to_timetable("The week was saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also what other partnerships say of the week, to be read."""
        return {**super().get_context_data(**kwargs), "others": self.others}


class Days(SeveralForms):
    """What each day of a week is for, with its themes in order."""

    template_name = "events/organise/days.html"
    form_class = forms.Form

    def get_form_kwargs(self) -> dict[str, Any]:
        """Make a form for each day."""
        kwargs = super().get_form_kwargs()
        self.themes = {theme.pk: theme for theme in Theme.objects.all()}
        names = [(pk, theme.name) for pk, theme in self.themes.items()]
        rows = {day.number: day for day in self.planned.days.prefetch_related("day_themes")}
        self.further = [
            DayForm(
                kwargs.get("data"),
                prefix=f"day-{number}",
                instance=rows.get(number) or WeekDay(week=self.planned, number=number),
                number=number,
                themes=names,
                chosen=[link.theme_id for link in rows[number].day_themes.all()] if number in rows else [],
            )
            for number in WEEKDAYS
        ]
        return kwargs

    def act(self, form: forms.Form) -> HttpResponse:  # noqa: ARG002 - the days have forms of their own
        """Store all five."""
        actions.plan_days(self.planned, [one.plan(self.themes) for one in self.further])
        return self.to_timetable("The days were saved.")

"""What the admin's pages about the programme have in common."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db import OperationalError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from events.admin_forms import HostFormSet
from events.contention import is_lock_failure
from events.errors import Busy, Refusal
from events.form_fields import WallTimeField
from events.models import PracticeWeek
from people.admin import Page
from people.models import Partnership
from people.signin import signed_in
from people.text import validate_line

FIELDS: dict[Any, dict[str, Any]] = {
    models.DateTimeField: {"form_class": WallTimeField, "widget": AdminSplitDateTime},
}

# A filter by week that names no week of which this person sees nothing in the list.
OF_OWN_WEEKS = ("week", admin.RelatedOnlyFieldListFilter)


def reach(request: HttpRequest) -> models.QuerySet[Partnership]:
    """Return the partnerships that whoever is at work organises for."""
    return signed_in(request).organised_partnerships(at=timezone.now())


def is_administrator(request: HttpRequest) -> bool:
    """Say whether whoever is at work answers for the whole site."""
    return signed_in(request).administers(at=timezone.now())


def given_reason(request: HttpRequest) -> str:
    """Return the reason written beside the list of actions; empty for none and for one that cannot be used."""
    reason = beside_actions(request, "reason")
    try:
        validate_line(reason)
    except ValidationError:
        return ""
    return reason if len(reason) <= 400 else ""


def beside_actions(request: HttpRequest, name: str) -> str:
    """Return what was written in a field beside the list of actions, above or below the rows."""
    return next((value.strip() for value in request.POST.getlist(name) if value.strip()), "")


def hosted_weeks(request: HttpRequest) -> models.QuerySet[PracticeWeek]:
    """Return the ids of the weeks that the partnerships of whoever is at work host."""
    weeks: models.QuerySet[PracticeWeek] = PracticeWeek.objects.filter(hosts__in=reach(request)).values("pk")  # type: ignore[assignment]  # ids of weeks
    return weeks


def say_refused(request: HttpRequest, error: Refusal | ValidationError | Busy, about: object = "") -> None:
    """Show why something was not done."""
    sentence = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    messages.error(request, f"{about}: {sentence}" if about else sentence)


def do_for_each(request: HttpRequest, rows: Iterable[Any], verb: Callable[[Any], object], done: str) -> None:
    """Do something to each row by itself; say how many it was done to, and why not to the others."""
    count = 0
    for row in rows:
        try:
            verb(row)
        except (Refusal, ValidationError, Busy) as error:
            say_refused(request, error, about=row)
        else:
            count += 1
    if count:
        messages.success(request, f"{done}: {count}.")


class ProgrammePage(Page):
    """A kind of row of the programme; organisers see what their partnerships host, and times are UK wall times."""

    organisers_may: ClassVar[Sequence[str]] = ("view", "add", "change", "delete")
    formfield_overrides = FIELDS

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show a refusal that came after the form was checked, or that the site is busy, as a message.

        Nothing is written then.
        """
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (Refusal, ValidationError, Busy) as error:
            say_refused(request, error)
        except OperationalError as error:
            if not is_lock_failure(error):
                raise
            say_refused(request, Busy(Busy.__doc__))
        answer: HttpResponse = HttpResponseRedirect(request.get_full_path())
        return answer


class HostedPage(ProgrammePage):
    """Something that partnerships host together."""

    hosts_of: ClassVar[str]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only those who organise for the lead delete it, and administrators; every other host may leave."""
        if not super().has_delete_permission(request, obj) or obj is None:
            return super().has_delete_permission(request, obj)
        leads = getattr(obj, self.hosts_of).filter(is_lead=True, partnership__in=reach(request))
        return leads.exists() or is_administrator(request)


class WeekPartPage(ProgrammePage):
    """Something that belongs to a week."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return what belongs to the weeks that one's partnerships host."""
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(week__in=hosted_weeks(request))


class HostInline(admin.TabularInline[Any, Any]):
    """The partnerships that host something."""

    formset = HostFormSet
    extra = 0
    min_num = 1
    autocomplete_fields = ("partnership",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell the formset for whom the person at work organises."""
        within = frozenset(reach(request).values_list("pk", flat=True))
        return type("HostFormSet", (super().get_formset(request, obj, **kwargs),), {"within_reach": within})

"""What somebody chooses for a report, from an address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from bookings.other_forms import line_field
from bookings.reports import Asked, Report
from bookings.reports.groups import WORDS
from events.dates import long_day
from events.filters import midnight
from events.forms import WeekField
from events.models import PracticeWeek, Session, Theme
from people.models import Area, Organisation, Partnership, Sector
from people.organisations import named
from people.permissions import WithParts

ALL: Final = "All of them"
MOST_NAMED: Final = 5


def day_field(label: str) -> forms.DateField:
    """Return a field for a day, which browsers let people pick."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


class SpanForm(forms.Form):
    """A span of days, both included; open on each side that is left empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {"from": day_field("From"), "to": day_field("To")}

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        chosen: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = chosen.get("from"), chosen.get("to")
        if first and last and last < first:
            self.add_error("to", "This day is before the first.")
        return chosen


class ExtractForm(SpanForm):
    """What an agency lead chooses of the training of their people: days, and one of several organisations."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Organisation, with its parts",
        required=False,
        to_field_name="slug",
        empty_label=ALL,
    )

    def __init__(self, led: Sequence[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.led = led
        organisation = self.fields["organisation"]
        if isinstance(organisation, forms.ModelChoiceField):
            organisation.queryset = Organisation.objects.filter(pk__in=[one.pk for one in led])
        if len(led) < 2:
            del self.fields["organisation"]

    def condition(self, *, at: datetime) -> Q:
        """Return the condition on bookings: sessions that have begun and were not cancelled; the form is valid."""
        chosen = self.cleaned_data
        wanted = Q(session__state=Session.State.PUBLISHED, session__starts_at__lte=at)
        if chosen["from"]:
            wanted &= Q(session__starts_at__gte=midnight(chosen["from"]))
        if chosen["to"]:
            wanted &= Q(session__starts_at__lt=midnight(chosen["to"] + timedelta(days=1)))
        if one := chosen.get("organisation"):
            wanted &= Q(organisation__in=WithParts(Organisation.objects.filter(pk=one.pk)))
        return wanted

    @property
    def words(self) -> list[tuple[str, str]]:
        """Return what was chosen, as names and values in words; the form is valid."""
        chosen = self.cleaned_data
        one = chosen.get("organisation")
        granted = ", ".join(str(part) for part in self.led[:MOST_NAMED])
        more = f" and {len(self.led) - MOST_NAMED} more" if len(self.led) > MOST_NAMED else ""
        named = [
            ("Organisation", f"{one} with its parts" if one else f"{granted}{more}"),
            ("From", long_day(chosen["from"]) if chosen["from"] else ""),
            ("To", long_day(chosen["to"]) if chosen["to"] else ""),
        ]
        return [(name, value) for name, value in named if value]


class ReportForm(SpanForm):
    """The filters of a report; what it does not know by is not asked."""

    group = forms.ChoiceField(label="One row for each", required=False)
    partnership = forms.ModelChoiceField(
        Partnership.objects.none(), required=False, to_field_name="slug", empty_label=ALL
    )
    week = WeekField(
        PracticeWeek.objects.public(), label="Practice week", required=False, to_field_name="slug", empty_label=ALL
    )
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label="Topic", required=False, to_field_name="slug", empty_label=ALL
    )
    sector = forms.ModelChoiceField(Sector.objects.all(), required=False, to_field_name="slug", empty_label=ALL)
    area = forms.ModelChoiceField(Area.objects.all(), required=False, to_field_name="slug", empty_label=ALL)
    organisation = line_field("Organisation, with its parts", required=False)

    def __init__(self, report: Report, partnerships: Sequence[Partnership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report, self.partnerships = report, partnerships
        group, partnership = self.fields["group"], self.fields["partnership"]
        if isinstance(group, forms.ChoiceField):
            group.choices = [(name, WORDS[name]) for name in report.groups]
        if isinstance(partnership, forms.ModelChoiceField):
            partnership.queryset = Partnership.objects.filter(pk__in=[one.pk for one in partnerships])
        if not report.groups:
            del self.fields["group"]
        if len(partnerships) < 2:
            del self.fields["partnership"]
        if not report.of_people:
            for name in ("sector", "area", "organisation"):
                del self.fields[name]
        if not report.of_sessions:
            for name in ("partnership", "week", "theme"):
                self.fields.pop(name, None)

    def clean_organisation(self) -> Organisation | None:
        """Return the organisation of that name or alias; raises ValidationError for one we do not know."""
        typed: str = self.cleaned_data["organisation"]
        if not typed:
            return None
        found = named(typed)
        if found is None:
            raise ValidationError("We know no organisation of this name.")
        return found

    def asked(self, *, at: datetime) -> Asked:
        """Return what was chosen; the form is valid."""
        chosen = self.cleaned_data
        one = chosen.get("partnership")
        return Asked(
            partnerships=[one] if one else list(self.partnerships),
            at=at,
            group=chosen.get("group") or (self.report.groups[0] if self.report.groups else ""),
            week=chosen.get("week"),
            first_day=chosen["from"],
            last_day=chosen["to"],
            theme=chosen.get("theme"),
            sector=chosen.get("sector"),
            organisation=chosen.get("organisation"),
            area=chosen.get("area"),
        )

"""What people choose to narrow a list."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Model, QuerySet

from events.models import PracticeWeek, Resource, Session, Theme
from people.models import Partnership


class WeekField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of practice weeks; the month tells apart weeks of one title."""

    def label_from_instance(self, obj: Model) -> str:
        """Return title and month."""
        return f"{obj}, {obj.starts_on:%B %Y}" if isinstance(obj, PracticeWeek) else str(obj)


class SessionFilterForm(forms.Form):
    """The filters of the list of sessions as fields; what they mean is said in `events.filters`."""

    q = forms.CharField(label="Words", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    week = WeekField(
        PracticeWeek.objects.public(), label="Practice week", required=False, to_field_name="slug", empty_label="Any"
    )
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label="Theme", required=False, to_field_name="slug", empty_label="Any"
    )
    partnership = forms.ModelChoiceField(
        Partnership.objects.all(), label="Partnership", required=False, to_field_name="slug", empty_label="Any"
    )
    format = forms.ChoiceField(label="Format", required=False, choices=[("", "Any"), *Session.Format.choices])
    places = forms.BooleanField(
        label="Only with places left", required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "filter-%s", **kwargs})
        for name, label in (("from", "From"), ("to", "To")):  # "from" is no name that Python lets a class body use
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )
        self.order_fields(["q", "week", "theme", "partnership", "format", "from", "to", "places"])


class ResourceFilterForm(forms.Form):
    """Kind, theme and week of a resource."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any"), *Resource.Kind.choices])
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label="Theme", required=False, to_field_name="slug", empty_label="Any"
    )
    week = WeekField(
        PracticeWeek.objects.public(), label="Practice week", required=False, to_field_name="slug", empty_label="Any"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "filter-%s", **kwargs})

    def narrow(self, resources: QuerySet[Resource]) -> QuerySet[Resource]:
        """Keep the resources that were chosen."""
        if kind := self.cleaned_data["kind"]:
            resources = resources.filter(kind=kind)
        if theme := self.cleaned_data["theme"]:
            resources = resources.filter(themes=theme)
        if week := self.cleaned_data["week"]:
            resources = resources.filter(week=week)
        return resources

    @property
    def query(self) -> str:
        """Return what was chosen as the query of an address."""
        return urlencode([(name, self.data[name]) for name in self.fields if self.data.get(name)])

"""What people choose to narrow a list."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from events.filters import DAYS, MOST_CHARACTERS, MOST_WORDS, TimeOfDay
from events.models import PracticeWeek, Resource, Session, Theme
from people.models import Partnership
from people.text import validate_line


class WeekField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of practice weeks; the month tells apart weeks of one title."""

    def label_from_instance(self, obj: Model) -> str:
        """Return title and month."""
        return f"{obj}, {obj.starts_on:%B %Y}" if isinstance(obj, PracticeWeek) else str(obj)


class WordsField(forms.CharField):
    """Words to look for, all of which must be found."""

    def __init__(self) -> None:
        super().__init__(
            label="Words",
            required=False,
            max_length=MOST_CHARACTERS,
            validators=[validate_line],
            widget=forms.TextInput(attrs={"type": "search"}),
        )

    def validate(self, value: str) -> None:
        """Refuse more words than anybody searches for."""
        super().validate(value)
        if len(value.split()) > MOST_WORDS:
            raise ValidationError(f"Search for at most {MOST_WORDS} words.", code="words")


class FilterForm(forms.Form):
    """Filters as fields: the words looked for stand apart, because they are what most people use."""

    q = WordsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "filter-%s", **kwargs})

    @property
    def choices(self) -> list[forms.BoundField]:
        """Return every field but the words."""
        return [field for field in self if field.name != "q"]


class SessionFilterForm(FilterForm):
    """The filters of the list of sessions as fields; what they mean is said in `events.filters`."""

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
    day = forms.ChoiceField(
        label="Day", required=False, choices=[("", "Any"), *((day, day.capitalize()) for day in DAYS)]
    )
    time = forms.ChoiceField(label="Time of day", required=False, choices=[("", "Any"), *TimeOfDay.choices])
    places = forms.BooleanField(
        label="Only with places left", required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("from", "From"), ("to", "To")):  # "from" is no name that Python lets a class body use
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )
        self.order_fields(["q", "week", "theme", "partnership", "format", "day", "time", "from", "to", "places"])


class ResourceFilterForm(FilterForm):
    """Words, kind, theme and week of a resource."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any"), *Resource.Kind.choices])
    theme = forms.ModelChoiceField(
        Theme.objects.all(), label="Theme", required=False, to_field_name="slug", empty_label="Any"
    )
    week = WeekField(
        PracticeWeek.objects.public(), label="Practice week", required=False, to_field_name="slug", empty_label="Any"
    )

    def narrow(self, resources: QuerySet[Resource]) -> QuerySet[Resource]:
        """Keep the resources that were chosen, and that have every word in the title, the summary or a theme's name."""
        if kind := self.cleaned_data["kind"]:
            resources = resources.filter(kind=kind)
        if theme := self.cleaned_data["theme"]:
            resources = resources.filter(themes=theme)
        if week := self.cleaned_data["week"]:
            resources = resources.filter(week=week)
        for word in self.cleaned_data["q"].split():
            resources = resources.filter(_mentions(word))
        return resources

    def words_of(self, name: str) -> str:
        """Return what was chosen in a field, in words; the form is checked."""
        value, field = self.cleaned_data[name], self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(value)
        return str(Resource.Kind(value).label) if name == "kind" else f"“{value}”"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the names and values of what was chosen."""
        return [(name, self.data[name]) for name in self.fields if self.data.get(name, "").strip()]

    @property
    def query(self) -> str:
        """Return what was chosen as the query of an address."""
        return urlencode(self.pairs)


def _mentions(word: str) -> Q:
    """Return the condition that a word stands in a resource's title or summary, or names one of its themes."""
    named = Theme.objects.filter(Q(name__icontains=word) | Q(aliases__name__icontains=word))
    of_resource = Resource.themes.through.objects.filter(resource=OuterRef("pk"), theme__in=named.values("pk"))
    return Q(title__icontains=word) | Q(summary__icontains=word) | Q(Exists(of_resource))

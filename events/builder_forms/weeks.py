"""What organisers type about a week: its name, its Monday, its hosts, and how each of them presents it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from events import policies
from events.actions.weeks import slug_for_copy
from events.builder_forms.hosts import HostsForm
from events.form_fields import DayInput, MomentInput, WallTimeField
from events.forms import WeekField
from events.models import PracticeWeek, WeekPresentation
from people.models import Partnership


class MondayField(forms.DateField):
    """The first day of a week; any other day than a Monday is named and refused."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"required": "Choose the Monday on which it starts.", "invalid": "Write a day such as 2027-06-21."}
        super().__init__(widget=DayInput(), error_messages=words, **kwargs)

    def validate(self, value: Any) -> None:
        """Refuse what is no Monday."""
        super().validate(value)
        if value and (refusal := policies.why_not_start(value)):
            raise ValidationError(refusal.sentence, code=refusal.code)


class NewWeekForm(HostsForm, forms.ModelForm):  # type: ignore[type-arg]
    """A new week."""

    field_order = ("title", "starts_on", "slug", "lead", "co_hosts", "introduction")
    starts_on = MondayField(label="First day", help_text="A Monday.")

    class Meta:
        model = PracticeWeek
        fields = ("title", "slug", "introduction")
        labels = {"slug": "Address"}
        help_texts = {
            "slug": "How the address of its page ends. Empty: made of the month and the title, such as 2027-06-reviews."
        }
        error_messages = {
            "title": {"required": "Write a title."},
            "slug": {"invalid": "Use small letters, digits and hyphens."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        """Propose the address where none was given, and refuse one that is taken."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        title, starts_on = cleaned.get("title"), cleaned.get("starts_on")
        if "slug" in self.errors or not (title and starts_on):
            return cleaned
        cleaned["slug"] = cleaned.get("slug") or slug_for_copy(slugify(title) or "week", starts_on)
        if PracticeWeek.objects.filter(slug=cleaned["slug"]).exists():
            self.add_error("slug", f"There is a week {cleaned['slug']} already. Choose another address.")
        return cleaned

    def _post_clean(self) -> None:
        """Leave the model's own checks to the action."""


class CopyWeekForm(forms.Form):
    """Which week is run again, and when."""

    week = WeekField(
        PracticeWeek.objects.none(), label="Week", empty_label="Choose", to_field_name="slug",
        error_messages={"required": "Choose the week to copy.", "invalid_choice": "Choose a week from the list."},
    )  # fmt: skip
    starts_on = MondayField(label="First day of the copy", help_text="A Monday.")

    def __init__(self, *args: Any, weeks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = self.fields["week"]
        assert isinstance(week, WeekField)  # noqa: S101 - said above; for the type checker
        week.queryset = weeks


class DetailsForm(HostsForm, forms.ModelForm):  # type: ignore[type-arg]
    """What a week is called, what it is about, and who hosts it."""

    field_order = ("title", "introduction", "lead", "co_hosts")

    class Meta:
        model = PracticeWeek
        fields = ("title", "introduction")
        error_messages = {"title": {"required": "Write a title."}}

    def _post_clean(self) -> None:
        """Leave the model's own checks to the action."""


class PresentationForm(forms.ModelForm):  # type: ignore[type-arg]
    """How one partnership speaks of a week; all of it empty: as everybody does."""

    class Meta:
        model = WeekPresentation
        fields = ("title", "introduction", "audience", "contact_email")
        labels = {"audience": "Who it is for", "contact_email": "Address for questions"}
        widgets = {"introduction": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data: Any, *, partnership: Partnership, instance: WeekPresentation | None) -> None:
        super().__init__(data, prefix=f"as-{partnership.slug}", instance=instance)
        self.partnership = partnership
        self.fields["title"].required = False

    @property
    def words(self) -> dict[str, Any] | None:
        """Return what was written, by field; None where everything is empty."""
        return dict(self.cleaned_data) if any(self.cleaned_data.values()) else None

    def clean(self) -> dict[str, Any]:
        """Ask for a title where there is anything else."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(cleaned.values()) and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", "Write what this partnership calls the week.")
        return cleaned

    def _post_clean(self) -> None:
        """Leave the model's own checks to the action."""


class HourForm(forms.Form):
    """The hour at which a week publishes itself."""

    publish_at = WallTimeField(
        label="Publish at", widget=MomentInput(), help_text="UK time.",
        error_messages={"required": "Write the day and the time."},
    )  # fmt: skip

"""What organisers type into the admin about the programme."""

from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.utils import timezone

from events import policies
from events.actions.sessions import DIARY_FIELDS
from events.models import Session, Venue
from events.modes import LIMITS, counts_of
from events.place_forms import FacilitiesField

CHANGED_SINCE = (
    "This session has been changed since you opened this page. Nothing was saved, so that the change is not undone. "
    "Open the page again and make yours there."
)


class SessionForm(forms.ModelForm[Session]):
    """A session, checked as its actions will check it, so that a refusal stands beside what was typed.

    ``as_of`` goes out and comes back with the page: which revision of the session whoever typed had before them.
    """

    as_of = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Session
        fields: tuple[str, ...] = ()  # the page names them
        help_texts = {"starts_at": "UK time.", "ends_at": "UK time."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["as_of"] = self.instance.revised_at.isoformat()

    def clean(self) -> dict[str, Any]:
        """Refuse a topic of another week, what can no longer be changed, and fewer places than are taken.

        Locks the session's row to the end of the transaction, so that nobody changes it between check and save;
        what was changed since the page was opened is refused, because saving would undo it.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        week, topic, before_it = cleaned.get("week"), cleaned.get("topic"), cleaned.get("prerequisite")
        if week and before_it and (sentence := policies.why_not_before(before_it, topic, week)):
            self.add_error("prerequisite", sentence)
        if week and topic and topic.week_id != week.pk:
            self.add_error("topic", "Choose a topic of the same week.")
        if self.instance._state.adding:
            return cleaned
        before = next(iter(Session.objects.filter(pk=self.instance.pk).locked_in_order()), None)
        if before is None or cleaned.get("as_of") != before.revised_at.isoformat():
            raise ValidationError(CHANGED_SINCE, code="changed_since")
        moved = set(self.changed_data) & set(DIARY_FIELDS)
        start = cleaned.get("starts_at") or before.starts_at
        if moved and (refusal := policies.why_not_change(before, starts_at=start, at=timezone.now())):
            raise ValidationError(refusal.sentence)
        if "capacity" in self.changed_data and (refusal := policies.why_not_hold(before, cleaned.get("capacity"))):
            self.add_error("capacity", refusal.sentence)
        self._check_modes(before, cleaned)
        return cleaned

    def _check_modes(self, before: Session, cleaned: dict[str, Any]) -> None:
        """Refuse fewer places at the venue or online than are taken there."""
        wanted = {mode: cleaned.get(name) for mode, name in LIMITS.items() if name in self.changed_data}
        if not wanted:
            return
        taken = {mode: count.taken for mode, count in counts_of([before.pk]).get(before.pk, {}).items()}
        if refusal := policies.why_not_hold_by_mode(wanted, taken):
            self.add_error(refusal.field, refusal.sentence)


class VenueBoxesForm(forms.ModelForm[Venue]):
    """A venue whose facts about access are ticked; the list as it is stored is nothing to type."""

    facilities = FacilitiesField()


class HostFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """The partnerships that host a week or a session: one leads, and whoever saves works for one of them."""

    within_reach: frozenset[int] = frozenset()

    def clean(self) -> None:
        """Refuse hosts without exactly one lead, beyond one's own partnerships, or taken from another."""
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data.get("partnership")]
        wanted = {row["partnership"].pk: row["is_lead"] for row in rows if not row.get("DELETE")}
        before = {form.initial["partnership"]: form.initial["is_lead"] for form in self.initial_forms}
        if refusal := policies.why_not_host(before, wanted, within=self.within_reach):
            raise ValidationError(refusal.sentence, code=refusal.code)


class ReasonForm(ActionForm):
    """A reason beside the list of actions; the action checks it, so that it can say what is wrong."""

    reason = forms.Field(required=False, label="Reason", widget=forms.TextInput)


class StartForm(ActionForm):
    """A Monday beside the list of actions; the action checks it."""

    starts_on = forms.Field(required=False, label="First day of the copy", widget=AdminDateWidget)

"""What people type about what they are sent."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from bookings.policy_forms import OFF, PolicyForm, SessionPolicyForm
from notifications.kinds import RULES, Kind


class ChoicesForm(forms.Form):
    """One tick for each kind that somebody may choose of."""

    def __init__(self, *args: Any, kinds: Iterable[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            words = RULES[kind].when
            self.fields[kind.value] = forms.BooleanField(
                label=kind.label, required=False, help_text=f"{words[:1].upper()}{words[1:]}."
            )

    @property
    def wanted(self) -> list[Kind]:
        """Return the kinds that were ticked."""
        return [Kind(name) for name, is_on in self.cleaned_data.items() if is_on]


class HoldForm(forms.Form):
    """Why nothing is to be sent."""

    reason = forms.CharField(
        label="Why",
        max_length=200,
        help_text="Everybody who finds the outbox held reads this, such as: restored a backup.",
    )


REMINDER_KEYS: Final = ("reminders", "quiet_from_hour", "quiet_until_hour")
REMINDER_FIELDS: Final = ("reminders", OFF, "quiet_from_hour", "quiet_until_hour")


class ReminderForm(PolicyForm):
    """The keys of a partnership's policy that say when people are reminded."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: self.fields[name] for name in REMINDER_FIELDS}


class OwnReminderForm(SessionPolicyForm):
    """What a week or a session has otherwise; what stays empty is as it is above."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: self.fields[name] for name in REMINDER_FIELDS}

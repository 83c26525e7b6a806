"""What organisers type about trainers, and whom they name for a session."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from events.models import Session, Trainer
from people.fields import AddressField

MOST_TRAINERS: Final = 8
ORDER: Final = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")


class TrainerForm(forms.ModelForm[Trainer]):
    """A trainer, and the address of the account that opens their own page."""

    email = AddressField(
        label="Email address of their account",
        help_text="Whoever signs in with it sees this trainer's sessions, with joining links and access needs. "
        "They need not have signed in before. Leave it empty if there is to be none.",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        error_messages={"invalid": "Enter an email address in the right form, such as name@example.org."},
    )

    class Meta:
        model = Trainer
        fields = ("name", "job_role", "organisation_name", "about")
        help_texts = {"name": "As the public reads it on the session's page.", "about": "A few lines for the public."}
        error_messages = {"name": {"required": "Enter the trainer's name."}}
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user:
            self.initial["email"] = self.instance.user.email


class NamedTrainersForm(forms.Form):
    """Who delivers a session, in order: a choice for each who does, and one more at least."""

    def __init__(self, *args: Any, session: Session, named: Sequence[Trainer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        for number in range(min(MOST_TRAINERS, max(3, len(named) + 1))):
            self.fields[f"trainer_{number}"] = forms.ModelChoiceField(
                Trainer.objects.all(),
                label=f"{ORDER[number]} trainer",
                required=False,
                empty_label="Nobody",
                initial=named[number].pk if number < len(named) else None,
            )

    @property
    def trainers(self) -> list[Trainer]:
        """Return who was chosen, in order."""
        return [trainer for name in self.fields if (trainer := self.cleaned_data.get(name))]

    def field_of(self, slug: str) -> str:
        """Return the last field in which a trainer was chosen."""
        return [name for name in self.fields if getattr(self.cleaned_data.get(name), "slug", None) == slug][-1]

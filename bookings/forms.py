"""What people type about their calendar, what would help them, and before they book, accept or pass on a place."""

from typing import Any, Final

from django import forms
from django.db.models import TextChoices

from bookings.ical import DISCREET
from bookings.models import FeedToken
from bookings.policies import NEEDS_KEPT
from bookings.questions import Questions
from events.form_fields import OneOf
from people.fields import AddressField
from people.forms import DetailsForm
from people.models import Alarm, User
from people.text import validate_line, validate_paragraphs

MANAGER_NEEDED: Final = "Give your line manager's email address, or tick that you have none."
KEY_UNREADABLE: Final = "This form cannot be read. Load the page again, and then book."


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name for a new calendar address, so that one knows later which to take away."""

    class Meta:
        model = FeedToken
        fields = ("name",)
        labels = {"name": "Name of the address"}
        help_texts = {"name": "For example: my phone."}
        error_messages = {"name": {"required": "Give the address a name."}}


class DiaryForm(forms.Form):
    """What one's diary shows of one's places, and when it rings."""

    class Titles(TextChoices):
        """What an entry is called."""

        FULL = "full", "The title of the session"
        DISCREET = "discreet", f"“{DISCREET}”, and nothing else that says what it is about"

    titles = forms.ChoiceField(
        label="What a diary entry says",
        help_text="Many diaries are open to colleagues, or stand on a shared screen.",
        choices=Titles.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what a diary entry is to be called."},
    )
    alarm = forms.TypedChoiceField(
        label="Alarm",
        help_text="It counts from the start of the session. We do not know your way there, so add the time it takes.",
        choices=Alarm.choices,
        coerce=int,
        error_messages={"required": "Say when your diary is to ring."},
    )

    @classmethod
    def of(cls, person: User) -> "DiaryForm":
        """Return the form as a person has chosen."""
        titles = cls.Titles.DISCREET if person.is_discreet else cls.Titles.FULL
        return cls(initial={"titles": titles, "alarm": person.alarm})

    @property
    def is_discreet(self) -> bool:
        """Say whether the entries are to tell nothing."""
        return bool(self.cleaned_data["titles"] == self.Titles.DISCREET)


class WaiverForm(forms.Form):
    """Why a charge is not asked for."""

    reason = forms.CharField(
        label="Why is it waived?",
        help_text="The finance office reads it. Write nothing about somebody's health.",
        max_length=400,
        validators=[validate_line],
        error_messages={"required": "Say why it is waived."},
    )


class NeedField(forms.CharField):
    """What would help somebody to take part, in their own words; nobody is asked for a condition."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": "Is there anything that would help you take part?",
                "help_text": "Access or diet, such as a seat near the front, step-free ways or a meal without nuts. "
                "You need not answer, nor say why. We share it only with the organisers and trainers of this session, "
                f"and delete it {NEEDS_KEPT.days} days after at the latest.",
                "required": False,
                "max_length": 1000,
                "widget": forms.Textarea(attrs={"rows": 3}),
                "validators": [validate_paragraphs],
                **kwargs,
            }
        )


class NeedForm(forms.Form):
    """What would help, and nothing else."""

    need = NeedField()


class AsksMixin(forms.Form):
    """Adds to a form what is asked before booking, as far as it is: how, for whom, the line manager, what would help.

    What is known of the line manager stands there, and is asked of nobody twice.
    """

    def __init__(self, *args: Any, asks: Questions, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks, self.person = asks, person
        if asks.modes:
            self.fields["mode"] = ModeField(choices=asks.modes)
        if asks.manager:
            self.fields |= manager_fields(person, is_needed=asks.manager == "asked")
        if asks.needs:
            self.fields["need"] = NeedField()
        if asks.for_whom:
            self.fields["for_whom"] = forms.BooleanField(
                label=asks.for_whom, error_messages={"required": f"Tick this if you can say so: {asks.for_whom}"}
            )

    def clean(self) -> dict[str, Any]:
        """Ask for a line manager who is somebody else, or for the tick that there is none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.asks.manager and not cleaned.get("no_manager") and "manager_email" not in self.errors:
            email = cleaned.get("manager_email")
            if email and email == self.person.email:
                self.add_error("manager_email", "Give your line manager's address, not your own.")
            if not email and (self.asks.manager == "asked" or cleaned.get("manager_name")):
                self.add_error("manager_email", MANAGER_NEEDED)
        return cleaned

    @property
    def manager(self) -> tuple[str, str] | None:
        """Return the line manager's name and address, both empty for none; None where nobody asked."""
        if not self.asks.manager:
            return None
        if self.cleaned_data["no_manager"]:
            return "", ""
        return self.cleaned_data["manager_name"], self.cleaned_data["manager_email"]

    def keep(self) -> None:
        """Store what was said of the person and of their line manager, so that it is asked once."""
        if isinstance(self, DetailsForm):
            self.save()
        if self.manager and self.manager[1] and self.manager != (self.person.manager_name, self.person.manager_email):
            self.person.manager_name, self.person.manager_email = self.manager
            self.person.save(update_fields=["manager_name", "manager_email"])


class ModeField(forms.ChoiceField):
    """At the venue or online."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="How will you take part?",
            widget=OneOf,
            error_messages={"required": "Choose how you will take part."},
            **kwargs,
        )


def manager_fields(person: User, *, is_needed: bool) -> dict[str, forms.Field]:
    """Return the questions about the line manager, with what is known of them."""
    purpose = "We ask them whether you may come." if is_needed else "We tell them that you have booked."
    return {
        "manager_name": forms.CharField(
            label="Line manager's name",
            required=False,
            max_length=200,
            initial=person.manager_name,
            validators=[validate_line],
        ),
        "manager_email": AddressField(
            label="Line manager's email address",
            help_text=purpose,
            required=False,
            max_length=254,
            initial=person.manager_email,
            widget=forms.EmailInput(attrs={"spellcheck": "false"}),
            error_messages={"invalid": "Enter an email address in the right form, such as name@example.org."},
        ),
        "no_manager": forms.BooleanField(label="I have no line manager", required=False),
    }


class BookingForm(AsksMixin):
    """What is asked before a session is booked."""


class BookingDetailsForm(AsksMixin, DetailsForm):
    """The same of somebody who books for the first time, and who they are."""


class PlanFields(forms.Form):
    """What every form that books a plan has."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages={"invalid": KEY_UNREADABLE})
    wait = forms.BooleanField(required=False, label="Join waiting lists where a session is full")


class PlanForm(AsksMixin, PlanFields):
    """What is asked before several sessions are booked in one step."""


class PlanDetailsForm(AsksMixin, DetailsForm, PlanFields):
    """The same of somebody who books for the first time, and who they are."""


class AcceptForm(AsksMixin):
    """What is asked before an offered place is taken: the line manager, where they are to be asked."""


class AnswerForm(forms.Form):
    """What a line manager may say beside their answer."""

    reason = forms.CharField(
        label="Reason",
        help_text="You need not give one. The person reads it.",
        required=False,
        max_length=400,
        validators=[validate_line],
    )


class ColleagueForm(forms.Form):
    """Who is asked to take a place."""

    email = AddressField(
        label="Your colleague's email address",
        help_text="We write to them once. They accept or decline from that mail, without an account.",
        max_length=254,
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
        error_messages={
            "required": "Enter your colleague's email address.",
            "invalid": "Enter an email address in the right form, such as name@example.org.",
        },
    )

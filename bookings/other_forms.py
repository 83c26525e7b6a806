"""What agency leads and organisers type to book for others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from bookings.bulk_lines import MOST_LINES, Line, read_lines
from bookings.other_people import MODES, session_words
from events.form_fields import TickBoxes
from events.forms import WeekField, WordsField
from events.models import PracticeWeek, Session
from people.fields import AddressField
from people.models import Organisation
from people.text import validate_line, validate_name

LONGEST_REASON: Final = 400


def line_field(label: str, **kwargs: Any) -> forms.CharField:
    """Return a field for a text of one line."""
    return forms.CharField(**{"label": label, "max_length": 200, "validators": [validate_line], **kwargs})


def name_field(label: str, **kwargs: Any) -> forms.CharField:
    """Return a field for somebody's name."""
    return line_field(label, validators=[validate_line, validate_name], **kwargs)


class SessionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of sessions that can be booked; ``at`` is the instant of the request."""

    at: datetime

    def label_from_instance(self, obj: Model) -> str:
        """Return when it is, its title and what is left."""
        return session_words(obj, at=self.at) if isinstance(obj, Session) else str(obj)


class SessionsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice of several sessions that can be booked."""

    at: datetime

    def label_from_instance(self, obj: Model) -> str:
        """Return when it is, its title and what is left."""
        return session_words(obj, at=self.at) if isinstance(obj, Session) else str(obj)


class PeopleForm(forms.Form):
    """How an agency lead narrows the list of people."""

    q = WordsField()
    week = WeekField(
        PracticeWeek.objects.public(), label="Practice week", required=False, to_field_name="slug", empty_label="Any"
    )


class PersonForm(forms.Form):
    """Who is to be booked: an address, and what is to be known of somebody new.

    ``organisations`` are those an agency lead may choose from; None lets an organiser write a name, and name
    somebody who has no address.
    """

    email = AddressField(label="Email address", max_length=254)
    name = name_field("Full name", required=False, help_text="Needed for somebody who is new here.")
    job_role = line_field("Job role", required=False)

    def __init__(self, *args: Any, organisations: Sequence[Organisation] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisations is None:
            self.fields["organisation"] = line_field("Organisation", required=False)
            self.fields["email"].required = False
            self.fields["email"].help_text = "Leave it empty for somebody who has none. They get no mail: tell them."
        elif len(organisations) > 1:
            choices = [(one.name, one.name) for one in organisations]
            self.fields["organisation"] = forms.ChoiceField(
                label="Organisation", choices=choices, help_text="Of somebody new; what is known stays as it is."
            )

    def clean(self) -> dict[str, Any]:
        """Refuse somebody without an address who has no name either."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("email") and not cleaned.get("name"):
            self.add_error("email", "Enter an email address, or the full name of somebody who has none.")
        return cleaned

    @property
    def details(self) -> dict[str, str]:
        """Return who was named; the form is checked."""
        return {name: self.cleaned_data.get(name, "") for name in ("email", "name", "organisation", "job_role")}


class BookOtherForm(PersonForm):
    """Somebody to be booked on a session."""

    mode = forms.ChoiceField(label="How they take part", required=False, choices=MODES)
    wait = forms.BooleanField(label="Join the waiting list if there is no place", required=False, initial=True)
    reason = line_field(
        "Reason to book all the same",
        required=False,
        max_length=LONGEST_REASON,
        help_text="It is kept with the booking.",
    )

    def __init__(self, *args: Any, session: Session | None = None, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if session is None:
            field = SessionField(Session.objects.bookable(at=at).order_by("starts_at", "code"), label="Session")
            field.at = at
            self.fields["session"] = field
            del self.fields["reason"]
            self.order_fields(["session"])


class ReasonForm(forms.Form):
    """Why somebody's booking is cancelled."""

    reason = line_field("Reason", required=False, max_length=LONGEST_REASON, help_text="Please nothing about health.")


class BulkForm(forms.Form):
    """A pasted list of people."""

    people = forms.CharField(
        label="People, one a line",
        help_text="Pat Sample <pat@example.org> · Pat Sample, pat@example.org, Teacher · pat@example.org · "
        f"or cells copied from a spreadsheet: name, address, job role. At most {MOST_LINES:,} lines.",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    mode = forms.ChoiceField(label="How they take part", required=False, choices=MODES)

    lines: list[Line]

    def __init__(
        self,
        *args: Any,
        sessions: QuerySet[Session] | None = None,
        organisations: Sequence[Organisation] = (),
        at: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if sessions is not None:
            field = SessionsField(sessions, label="Sessions", widget=TickBoxes)
            field.at = at
            self.fields["sessions"] = field
        if len(organisations) > 1:
            names = [(str(one.pk), one.name) for one in organisations]
            self.fields["organisation"] = forms.ChoiceField(label="Organisation of people who are new", choices=names)
        self.order_fields(["sessions", "organisation", "people", "mode"])

    def clean_people(self) -> str:
        """Read the lines."""
        text: str = self.cleaned_data["people"]
        self.lines = read_lines(text)
        if not self.lines:
            raise ValidationError("Write at least one line.")
        if len(self.lines) > MOST_LINES:
            raise ValidationError(f"These are {len(self.lines):,} lines. Paste at most {MOST_LINES:,} at once.")
        return text

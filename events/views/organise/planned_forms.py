"""A change of a published session that is tried before it is decided, and the cancelling of one."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from events import actions
from events.errors import Refusal
from events.models import PlannedChange, Session
from people.models import User
from people.text import validate_line

FIELD_OF: Final = {"starts_at": "starts", "ends_at": "ends"}


class PlannedForm(forms.Form):
    """A change that can be tried. ``changes`` holds what differs, by the session's fields, once the form is valid."""

    kind: PlannedChange.Kind

    def __init__(self, *args: Any, session: Session, at: datetime, actor: User | None = None, **kwargs: Any) -> None:
        self.session, self.at, self.actor = session, at, actor
        self.changes: dict[str, Any] = {}
        self.is_refused = False
        super().__init__(*args, **{**kwargs, "initial": self.stored()})

    def stored(self) -> dict[str, Any]:
        """Return what the fields hold before anything is typed."""
        return {}

    def try_out(self) -> None:
        """See whether it could be carried out now; a refusal stands at its field."""
        try:
            actions.try_change(
                self.session.pk,
                kind=self.kind,
                at=self.at,
                changes=self.changes,
                reason=self.cleaned_data.get("reason", ""),
            )
        except Refusal as refusal:
            self.is_refused = True
            field = getattr(refusal, "field", None)  # where it is mended, if it is one field
            self.add_error(field if field in self.fields else None, refusal.sentence)
        except ValidationError as error:
            by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            for name, sentences in by_field.items():
                field = FIELD_OF.get(name, name)
                self.add_error(field if field in self.fields else None, ValidationError(sentences))


class CancelForm(PlannedForm):
    """Why a session is cancelled, in words for everybody who booked."""

    kind = PlannedChange.Kind.CANCEL
    reason = forms.CharField(
        label="Reason",
        help_text="One line for the mail to everybody who booked. Write nothing about a child or a family.",
        max_length=400,
        validators=[validate_line],
        error_messages={"required": "Say why the session is cancelled."},
    )

    def clean(self) -> dict[str, Any]:
        """Try it."""
        if not self.errors:
            self.try_out()
        return self.cleaned_data

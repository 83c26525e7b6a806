"""The fields of a session, declared once for what builds it and for what changes it once it is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms

from events.actions.details import DETAILS
from events.actions.drafts import TOPIC_FIELDS, TOPIC_RULES
from events.form_fields import MomentInput, TickBoxes, WallTimeField
from events.models import Session, SessionTopic, Theme
from events.who_forms import LIMITS, WHO
from people.fields import LineField, ParagraphsField

# What people notice, beside day and time: of a published session it is shown first, waits, and can be taken back.
NOTICED: Final = ("title", "format", "venue", "room", "practical_note", "capacity", *LIMITS, *WHO)
# What the topic says, and so all its sittings.
ABOUT: Final = (*TOPIC_FIELDS, "themes", *TOPIC_RULES)


def detail_fields() -> dict[str, forms.Field]:
    """Return the fields of what no diary says: the session's own, and its topic's."""
    fields: dict[str, Any] = forms.fields_for_model(
        Session,
        DETAILS,
        labels={"is_recorded": "It is recorded", "has_waiting_list": "It has a waiting list"},
        help_texts={"booking_required": "", "is_recorded": ""},
        widgets={"access": forms.Textarea(attrs={"rows": 3})},
    )
    fields["cameras"].choices = [("", "Not said"), *Session.Cameras.choices]
    for name, label, words in (
        ("booking_opens_at", "Booking opens", "UK time. Empty: once it is published."),
        ("booking_closes_at", "Booking closes", "UK time. Empty: when it starts."),
    ):
        fields[name] = WallTimeField(label=label, required=False, widget=MomentInput(), help_text=words)
    fields |= forms.fields_for_model(
        SessionTopic,
        (*TOPIC_FIELDS, *TOPIC_RULES),
        labels={"one_sitting": "A person books one sitting of this topic"},
        help_texts={
            "outcomes": "One line each, beginning with a dash.",
            "one_sitting": "Untick it where its sittings are parts that follow one another.",
        },
        widgets={name: forms.Textarea(attrs={"rows": 4}) for name in ("summary", "outcomes")},
    )
    for row in (Session, SessionTopic):
        for column in row._meta.get_fields():
            if column.name in fields and isinstance(column, LineField | ParagraphsField):
                fields[column.name].validators.extend(column.default_validators)
    fields["themes"] = forms.ModelMultipleChoiceField(Theme.objects.all(), required=False, widget=TickBoxes())
    return fields


def details_initial(session: Session) -> dict[str, Any]:
    """Return what is stored of them."""
    return {
        **{name: getattr(session, name) for name in DETAILS},
        **{name: getattr(session.topic, name) for name in (*TOPIC_FIELDS, *TOPIC_RULES)},
        "themes": [theme.pk for theme in session.topic.themes.all()],
    }


def check_window(
    form: forms.BaseForm, cleaned: Mapping[str, Any], *, starts: datetime | None, ends: datetime | None
) -> None:
    """Refuse, at its field, a time of booking that the session's own times do not allow."""
    opens, closes = cleaned.get("booking_opens_at"), cleaned.get("booking_closes_at")
    if opens and starts and opens >= starts:
        form.add_error("booking_opens_at", "Booking must open before the session starts.")
    elif opens and closes and opens >= closes:
        form.add_error("booking_closes_at", "Booking must open before it closes.")
    if closes and ends and closes > ends:
        form.add_error("booking_closes_at", "Booking must close before the session ends.")

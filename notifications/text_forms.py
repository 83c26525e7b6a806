"""A mail's own words, as organisers type them."""

from typing import Any

from django import forms

from notifications.kinds import Kind
from notifications.texts.placeholders import faults_of
from notifications.texts.text import BLOCKS, Text
from people.text import validate_line, validate_paragraphs

HOUSE_IF_EMPTY = "Empty: the house's words."


class TextForm(forms.Form):
    """The four blocks of a mail; what cannot be used is said beside its block."""

    subject = forms.CharField(max_length=200, required=False, validators=[validate_line], help_text=HOUSE_IF_EMPTY)
    heading = forms.CharField(max_length=200, required=False, validators=[validate_line], help_text=HOUSE_IF_EMPTY)
    opening = forms.CharField(
        label="Before the session's details",
        max_length=2000,
        required=False,
        validators=[validate_paragraphs],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="An empty line begins a new paragraph. " + HOUSE_IF_EMPTY,
    )
    closing = forms.CharField(
        label="After the session's details",
        max_length=2000,
        required=False,
        validators=[validate_paragraphs],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=HOUSE_IF_EMPTY,
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        """Refuse placeholders that there are not, and the lack of those that must stay."""
        cleaned = super().clean() or {}
        for block in BLOCKS:
            if block in cleaned:
                cleaned[block] = cleaned[block].replace("\r\n", "\n")
        if not self.errors:
            for block, sentences in faults_of(self.kind, self.text_in(cleaned)).items():
                for sentence in sentences:
                    self.add_error(block, sentence)
        return cleaned

    @property
    def text(self) -> Text:
        """Return what was typed."""
        return self.text_in(self.cleaned_data)

    @staticmethod
    def text_in(cleaned: dict[str, Any]) -> Text:
        """Return the blocks of a form."""
        return Text(**{block: cleaned.get(block, "") for block in BLOCKS})

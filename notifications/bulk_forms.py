"""What organisers type to write to the people of a session."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from notifications.bulk import Letter
from notifications.models.bulk import GROUPS
from notifications.texts.placeholders import EVERYWHERE, unknown_in
from people.text import validate_line, validate_paragraphs

ABOUT: Final = {
    "session": "This session: it goes to everybody in these groups",
    "other": "Other news: not to those who do not want news, and everybody can stop it with one press",
}


class LetterForm(forms.Form):
    """Whom to write to, what, and whether it is about this session."""

    groups = forms.MultipleChoiceField(
        label="Write to",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Say whom to write to."},
    )
    subject = forms.CharField(
        max_length=120, validators=[validate_line], help_text="The session and its day follow by themselves."
    )
    text = forms.CharField(
        max_length=5000,
        validators=[validate_paragraphs],
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="An empty line begins a new paragraph. Write nothing about a child or a family. You can use "
        f"{', '.join(f'{{{name}}}' for name in EVERYWHERE)}.",
    )
    about = forms.ChoiceField(label="What it is about", choices=list(ABOUT.items()), widget=forms.RadioSelect)

    def __init__(self, *args: Any, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(group, f"{words} ({counts[group]})") for group, words in GROUPS.items()]
        self.fields["groups"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean_subject(self) -> str:
        """Refuse placeholders that there are not."""
        return self._without_faults("subject")

    def clean_text(self) -> str:
        """Refuse placeholders that there are not; one line feed is a line's end."""
        return self._without_faults("text").replace("\r\n", "\n")

    def _without_faults(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        if faults := unknown_in(words, EVERYWHERE):
            raise forms.ValidationError(faults)
        return words

    @property
    def letter(self) -> Letter:
        """Return what was typed."""
        typed = self.cleaned_data
        return Letter(tuple(typed["groups"]), typed["subject"], typed["text"], typed["about"] == "session")

    @property
    def digest(self) -> str:
        """Return a mark of what was typed, by which one sees whether it is what was previewed."""
        whole = json.dumps(self.cleaned_data, sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

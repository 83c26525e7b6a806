"""The questions about a session as a form: scales, choices and short texts, and a second look at what was written."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from django import forms

from bookings.case_details import KINDS, Sign, signs_in
from bookings.question_sets import HIGHEST, LONGEST_TEXT, LOWEST, Question
from events.form_fields import OneOf, TickBoxes
from people.text import validate_line, validate_paragraphs

NO_CASES: Final = "Please name no child, no family and nobody else, and give no details of a case."


class Scale(OneOf):
    """The numbers from 1 to 5 side by side."""


class FeedbackForm(forms.Form):
    """One field for each question, named by its key.

    A text that looks like details of a case is shown once more before it is sent: ``anyway`` is the mark of what was
    shown, so that something new in the text is shown too.
    """

    def __init__(self, data: Any = None, *, questions: tuple[Question, ...]) -> None:
        super().__init__(data)
        self.questions = questions
        self.fields |= {one.key: field_of(one) for one in questions}
        self.signs: dict[str, list[Sign]] = {}

    def clean(self) -> dict[str, Any]:
        """Look at the texts; what was looked at before and sent as it is passes."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        texts = {one.key: cleaned.get(one.key) or "" for one in self.questions if one.kind == "text"}
        self.signs = {key: signs for key, text in texts.items() if (signs := signs_in(text))}
        if self.signs and self.data.get("anyway") != self.mark:
            for key, signs in self.signs.items():
                self.add_error(key, forms.ValidationError(warning_of(signs), code="signs"))
        return cleaned

    @property
    def mark(self) -> str:
        """Return a short mark of what was found in the texts; empty where nothing was."""
        found = [(key, one.kind, one.words) for key, signs in sorted(self.signs.items()) for one in signs]
        return hashlib.sha256(repr(found).encode()).hexdigest()[:16] if found else ""

    @property
    def only_warns(self) -> bool:
        """Say whether nothing stands in the way but what looks like details of a case."""
        faults = [error.code for errors in self.errors.as_data().values() for error in errors]
        return bool(faults) and set(faults) == {"signs"}

    @property
    def answers(self) -> dict[str, int | str | list[str]]:
        """Return what was answered, by question."""
        return dict(self._answers())

    def _answers(self) -> Iterator[tuple[str, int | str | list[str]]]:
        for one in self.questions:
            value = self.cleaned_data.get(one.key) or ""
            yield one.key, int(value) if one.kind == "scale" and value else value


def warning_of(signs: list[Sign]) -> str:
    """Return in a sentence what in a text looks like details of a case."""
    parts = [f"{KINDS[one.kind]} (“{one.words}”)" for one in signs[:4]]
    words = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"This looks like {words}. Change it, or send it as it is if it is nothing of the kind."


def field_of(question: Question) -> forms.Field:
    """Return the field of a question."""
    words: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": question.required}
    missing = {"required": f"Answer this question: {question.label}"}
    match question.kind:
        case "scale":
            numbers = [(str(n), scale_words(question, n)) for n in range(LOWEST, HIGHEST + 1)]
            return forms.ChoiceField(**words, choices=numbers, widget=Scale, error_messages=missing)
        case "choice":
            choices = list(question.choices.items())
            return forms.ChoiceField(**words, choices=choices, widget=OneOf, error_messages=missing)
        case "choices":
            choices = list(question.choices.items())
            return forms.MultipleChoiceField(**words, choices=choices, widget=TickBoxes, error_messages=missing)
        case _:
            help_text = f"{question.help} {NO_CASES}".strip()
            return forms.CharField(
                **{**words, "help_text": help_text},
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 4}),
                validators=[validate_paragraphs],
                error_messages=missing,
            )


def scale_words(question: Question, number: int) -> str:
    """Return a number of a scale with what it means at its ends."""
    end = {LOWEST: question.low, HIGHEST: question.high}.get(number, "")
    return f"{number}: {end}" if end else str(number)


class RedactForm(forms.Form):
    """Why a text is taken out."""

    reason = forms.CharField(
        label="Why is it taken out?",
        help_text="Kept instead of the text. Do not repeat what it said.",
        max_length=400,
        validators=[validate_line],
        error_messages={"required": "Say why the text is taken out."},
    )

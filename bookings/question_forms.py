"""A set of questions as organisers edit it: one part of a form for each question, or a file."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from bookings import question_sets
from bookings.question_sets import HIGHEST, KINDS, LOWEST, MEASURES, Question, UnreadableSet, faults_of
from people.text import validate_line, validate_paragraphs

EMPTY_PARTS: Final = 1  # to add a question


class QuestionPart(forms.Form):
    """One question. Its key is kept where there is one, so that answers before and after are counted together."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    label = forms.CharField(label="Question", required=False, max_length=200, validators=[validate_line])
    kind = forms.ChoiceField(label="How it is answered", choices=list(KINDS.items()))
    measure = forms.ChoiceField(
        label="What it measures", help_text="Answers are counted by this.", choices=list(MEASURES.items())
    )
    low = forms.CharField(label=f"What {LOWEST} means, on a scale", required=False, max_length=40)
    high = forms.CharField(label=f"What {HIGHEST} means, on a scale", required=False, max_length=40)
    choices = forms.CharField(
        label="Answers to choose from",
        help_text="One a line, where there are several answers.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[validate_paragraphs],
    )
    help = forms.CharField(label="Note under the question", required=False, max_length=200, validators=[validate_line])
    required = forms.BooleanField(label="It must be answered", required=False)
    place = forms.IntegerField(label="Place in the order", min_value=1, max_value=99)
    remove = forms.BooleanField(label="Take this question out", required=False)

    @property
    def is_wanted(self) -> bool:
        """Say whether there is a question, and it stays."""
        return bool(self.cleaned_data.get("label")) and not self.cleaned_data.get("remove")


PartsBase: Any = forms.formset_factory(QuestionPart, extra=0, max_num=question_sets.MOST_QUESTIONS + 1)


class QuestionParts(PartsBase):  # type: ignore[misc]  # Django makes the class
    """All questions of a set; ``stored`` is what they come to."""

    def clean(self) -> None:
        """Look at the set as a whole; raises ValidationError."""
        if any(self.errors):
            return
        parts = sorted((one for one in self.forms if one.is_wanted), key=lambda one: one.cleaned_data["place"])
        self.stored = stored_of([one.cleaned_data for one in parts], self.initial or [])
        if faults := faults_of(self.stored):
            raise ValidationError(faults)


def parts_of(questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    """Return questions as the parts of the form show them, and an empty part to add one."""
    parts = [
        {
            **one.as_dict(),
            "choices": "\n".join(one.choices.values()),
            "known": dict(one.choices),
            "place": number,
            "required": one.required,
        }
        for number, one in enumerate(questions, start=1)
    ]
    return [*parts, *[{"place": len(parts) + 1, "kind": "scale", "measure": "other"}] * EMPTY_PARTS]


def stored_of(parts: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts as they are stored: each with a key, and with the keys that its choices had."""
    taken = {one["key"] for one in parts if one["key"]}
    stored = []
    for one in parts:
        if not one["key"]:
            one["key"] = _free(one["measure"], taken)
            taken.add(one["key"])
        known: dict[str, str] = next((each.get("known", {}) for each in before if each.get("key") == one["key"]), {})
        lines = [line.strip() for line in one["choices"].splitlines() if line.strip()]
        question = Question(
            key=one["key"],
            kind=one["kind"],
            label=one["label"],
            measure=one["measure"],
            help=one["help"],
            low=one["low"] if one["kind"] == "scale" else "",
            high=one["high"] if one["kind"] == "scale" else "",
            choices=_keyed(lines, known) if one["kind"] in {"choice", "choices"} else {},
            required=one["required"],
        )
        stored.append(question.as_dict())
    return stored


def _keyed(lines: list[str], known: dict[str, str]) -> dict[str, str]:
    """Return choices by key: those that were there keep theirs."""
    keys = {words: key for key, words in known.items()}
    taken = set(known)
    found = {}
    for words in lines:
        key = keys.get(words)
        if key is None:
            key = _free(re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:30] or "answer", taken)
            taken.add(key)
        found[key] = words
    return found


def _free(wanted: str, taken: set[str]) -> str:
    """Return a key that is not taken, beginning with a letter."""
    base = wanted if wanted[:1].isalpha() else f"a_{wanted}"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


class QuestionFileForm(forms.Form):
    """A set of questions as a YAML file."""

    file = forms.FileField(
        label="Questions as a YAML file",
        help_text="Download the file below, change it, and choose it here.",
        error_messages={"required": "Choose a file.", "missing": "Choose a file.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        max_length=200,
    )

    def clean_file(self) -> Any:
        """Read the questions; raises ValidationError with everything that is wrong."""
        upload = self.cleaned_data["file"]
        try:
            self.stored = question_sets.read_yaml(upload.read(question_sets.MOST_BYTES + 1))
        except UnreadableSet as error:
            raise ValidationError(str(error)) from error
        if faults := faults_of(self.stored):
            raise ValidationError(faults)
        return upload

"""The form of a policy: a field for every key, read and checked by what the key itself says."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from bookings.policy import KEYS, Policy, as_json, faults_of
from bookings.policy_keys import GROUPS, Key
from bookings.policy_page import value_words
from bookings.reminder_rules import parse
from people.text import normal_email

INERT: Final = "Kept with each booking; nothing acts on it yet."
NONE: Final = "none"
EMPTY: Final[dict[str, Any]] = {"dates": [], "numbers": [], "rules": [], "text": "", "address": ""}
SETTABLE: Final = [one for one in KEYS.values() if not one.fixed]


OFF: Final = "no_reminders"
OFF_HELP: Final = (
    "Nobody is reminded then, and the lines above are not kept. Before it is saved, you see how many reminders will "
    "not be sent."
)


class KeyField(forms.CharField):
    """What is typed for one key: what stays empty is as below or as the default, and “none” stands for nothing.

    Nothing is switched off by being emptied. For reminders a tick of its own says that there are none.
    """

    def __init__(self, key: Key, *, below: Policy, is_optional: bool) -> None:
        self.key, self.is_optional = key, is_optional
        words = value_words(key, getattr(below, key.name))
        help_text = [
            key.note,
            f"The partnership has: {words}." if is_optional else f"Unless you say otherwise: {words}.",
        ]
        if self._has_nothing and key.kind != "rules":
            help_text.append(f"Write “{NONE}” for nothing.")
        if not key.acts:
            help_text.append(INERT)
        super().__init__(
            label=key.label,
            help_text=" ".join(part.replace("..", ".") for part in help_text if part),
            required=not is_optional and key.kind not in EMPTY,
            widget=self._widget(words),
            error_messages={"required": key.why_not(None)},
        )

    @property
    def _has_nothing(self) -> bool:
        """Say whether nothing is something else here than leaving it empty."""
        return self.key.kind in EMPTY and bool(self.is_optional or self.key.default)

    def _widget(self, below: str) -> forms.Widget:
        """Return what the key is typed in."""
        match self.key.kind:
            case "choice":
                unsaid = [("", f"As the partnership has it: {below}")] if self.is_optional else []
                return forms.Select(choices=[*unsaid, *self.key.choices.items()])
            case "number":
                return forms.TextInput({"class": "input-short", "inputmode": "numeric", "autocomplete": "off"})
            case "address":
                return forms.EmailInput({"autocomplete": "off"})
            case _:
                return forms.Textarea({"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Return the key's value as it is typed."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Return the value as JSON has it, None where what lies below holds; raises ValidationError with its fault."""
        text = str(super().clean(value)).replace("\r\n", "\n")
        if not text.strip() and (self.is_optional or self._has_nothing):
            return None if self.is_optional else as_json(self.key.default)
        if self._has_nothing and text.strip().lower() == NONE:
            return EMPTY[self.key.kind]
        wanted = self._read(text)
        if sentence := self.key.why_not(wanted):
            raise ValidationError(sentence, code="unusable")
        return wanted

    def _read(self, text: str) -> Any:
        """Return what was typed as the key has it; what cannot be read stays as it is, and is refused as that."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        match self.key.kind:
            case "number":
                return as_number(text)
            case "numbers":
                return [as_number(line) for line in lines]
            case "dates":
                return sorted(lines)
            case "rules":
                return [as_rule(line) for line in lines]
            case "address":
                return normal_email(text)
            case _:
                return text


def as_number(text: str) -> int | str:
    """Return a whole number, or the text that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else text


def as_rule(text: str) -> str:
    """Return a rule for reminders as it is kept, or the text that is none."""
    try:
        return parse(text).words
    except ValueError:
        return text


def in_words(values: Mapping[str, Any], *, is_optional: bool = False) -> dict[str, Any]:
    """Return values as a form shows them: “none” for nothing where empty means something else, and reminders' tick."""
    shown = {
        name: NONE if value in ("", ()) and (is_optional or KEYS[name].default) else value
        for name, value in values.items()
    }
    if values.get("reminders") == ():
        return {**shown, "reminders": "", OFF: True}
    return shown


class PolicyForm(forms.Form):
    """Every key that one may set, over the policy that lies below: the defaults, or the partnership's."""

    is_optional = False

    def __init__(self, *args: Any, below: Policy, own: Mapping[str, Any], **kwargs: Any) -> None:
        self.below, self.own = below, own
        super().__init__(*args, **kwargs)
        self.initial = self._initial()
        for key in SETTABLE:
            self.fields[key.name] = KeyField(key, below=below, is_optional=self.is_optional)
            if key.name == "reminders":
                self.fields[OFF] = forms.BooleanField(label="Send no reminders", required=False, help_text=OFF_HELP)

    def _initial(self) -> dict[str, Any]:
        """Return what holds now."""
        policy = Policy.of(self.own)
        return in_words({key.name: getattr(policy, key.name) for key in SETTABLE})

    def clean(self) -> dict[str, Any]:
        """Refuse values that contradict each other."""
        if not self.errors:
            for name, sentence in faults_of(self.values(), below=self.below).items():
                self.add_error(name, sentence)
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """Return the values that differ from the defaults."""
        given = self._given()
        return {name: given[name] for name in given if given[name] != as_json(KEYS[name].default)}

    def _given(self) -> dict[str, Any]:
        """Return every value that was typed; the tick goes before the lines above it."""
        given = {name: value for name, value in self.cleaned_data.items() if name in KEYS}
        return {**given, "reminders": []} if self.cleaned_data.get(OFF) else given

    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Return the fields by what they are about."""
        for group in GROUPS:
            names = [key.name for key in SETTABLE if key.group == group]
            shown = [each for name in names for each in ((name, OFF) if name == "reminders" else (name,))]
            yield group, [self[name] for name in shown]


class SessionPolicyForm(PolicyForm):
    """What one session has otherwise; what stays empty is as the partnership has it."""

    is_optional = True

    def _initial(self) -> dict[str, Any]:
        """Return what the session has otherwise."""
        usable = {name: value for name, value in self.own.items() if name in KEYS and not KEYS[name].why_not(value)}
        return in_words({name: KEYS[name].read(value) for name, value in usable.items()}, is_optional=True)

    def values(self) -> dict[str, Any]:
        """Return the values that were given."""
        return {name: value for name, value in self._given().items() if value is not None}

"""The questions of a feedback form: what one is, what may stand in one, and the sets that come with the site."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import resources
from typing import Any, Final, Self

import yaml

from people.text import CONTROL_OR_BREAK

STAGES: Final = {"pre": "Before the session", "post": "After the session", "impact": "Some weeks later"}
KINDS: Final = {
    "scale": "A scale from 1 to 5",
    "choice": "One of several answers",
    "choices": "Any of several answers",
    "text": "A short text",
}
# What a question measures, so that answers can be counted together whatever its words are.
MEASURES: Final = {
    "knowledge": "Knowledge",
    "skills": "Skills",
    "confidence": "Confidence",
    "relevance": "Relevance",
    "recommend": "Would recommend it",
    "applied": "Has used it",
    "example": "Where it made a difference",
    "barrier": "What stood in the way",
    "manager": "Talked about with the line manager",
    "comment": "Comment",
    "other": "Something else",
}
LOWEST: Final = 1
HIGHEST: Final = 5
LONGEST_TEXT: Final = 600
MOST_QUESTIONS: Final = 12
MOST_CHOICES: Final = 12
MOST_BYTES: Final = 64 * 1024
KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_WORDS: Final = {"label": 200, "help": 200, "low": 40, "high": 40}


@dataclass(frozen=True)
class Question:
    """One question. ``choices`` are words by key, in order; ``low`` and ``high`` say what the ends of a scale mean."""

    key: str
    kind: str
    label: str
    measure: str = "other"
    help: str = ""
    low: str = ""
    high: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    required: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Return the question that a stored one describes; what a later version added is left out."""
        known = {name: stored[name] for name in NAMES if name in stored}
        if "choices" in known:
            known["choices"] = dict(known["choices"])
        return cls(**known)

    def as_dict(self) -> dict[str, Any]:
        """Return the question as JSON and YAML have it, without what is as usual."""
        everything = {name: getattr(self, name) for name in NAMES}
        return {name: dict(value) if name == "choices" else value for name, value in everything.items() if value}


NAMES: Final = tuple(item.name for item in fields(Question))


def questions_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Return the questions of a set that was found without fault when it was stored."""
    return tuple(Question.of(one) for one in stored)


def in_order(stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return questions as they are kept: choices as pairs, because PostgreSQL forgets in which order keys stood."""
    written = [one.as_dict() for one in questions_of(stored)]
    return [
        {**one, "choices": [list(pair) for pair in one["choices"].items()]} if "choices" in one else one
        for one in written
    ]


@cache
def shipped(stage: str) -> tuple[Question, ...]:
    """Return what is asked at a stage where a partnership has decided nothing."""
    text = resources.files(__name__).joinpath("shipped.yaml").read_text(encoding="utf-8")
    return questions_of(yaml.safe_load(text)[stage])


def faults_of(stored: object) -> list[str]:
    """Return in sentences what is wrong with a set of questions; nothing where it can be asked."""
    if not isinstance(stored, list) or not stored:
        return ["Write at least one question."]
    if len(stored) > MOST_QUESTIONS:
        return [f"Ask at most {MOST_QUESTIONS} questions: people have two minutes."]
    faults: list[str] = []
    seen: set[object] = set()
    for number, one in enumerate(stored, start=1):
        if not isinstance(one, Mapping):
            faults.append(f"Question {number}: write its key, kind and label.")
            continue
        faults += [f"Question {number}: {why}" for why in _faults_of_one(one)]
        key = one.get("key")
        if isinstance(key, str) and key in seen:
            faults.append(f"Question {number}: the key “{key}” is there already.")
        seen.add(key if isinstance(key, str) else number)
    return faults


class UnreadableSet(ValueError):
    """A text that is no set of questions; the message says why, in a sentence."""


class _NoAliases(yaml.SafeLoader):
    """Reads plain values and no aliases: a few of them, one in the other, make millions of questions."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise UnreadableSet("Write each question out: there is a * in the file that stands for another part.")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def read_yaml(content: bytes) -> object:
    """Return what a YAML file holds, not looked at yet (`faults_of`); raises UnreadableSet."""
    if len(content) > MOST_BYTES:
        raise UnreadableSet(f"The file is larger than {MOST_BYTES // 1024} KiB.")
    try:
        found: object = yaml.load(content.decode("utf-8-sig"), Loader=_NoAliases)  # noqa: S506 - a safe loader's child
    except UnicodeDecodeError as error:
        raise UnreadableSet("The file is not UTF-8 text; save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableSet(f"Line {line} is no YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, UnreadableSet):
            raise
        raise UnreadableSet("The file is no YAML.") from error
    return found


def write_yaml(questions: Iterable[Question]) -> str:
    """Return questions as a YAML file that `read_yaml` reads."""
    written: str = yaml.safe_dump([one.as_dict() for one in questions], allow_unicode=True, sort_keys=False, width=110)
    return written


def _faults_of_one(one: Mapping[Any, Any]) -> list[str]:
    """Return what is wrong with one question."""
    faults = [f"there is no “{str(name)[:30]}” in a question." for name in one if name not in NAMES]
    if not isinstance(one.get("key"), str) or not KEY.fullmatch(one["key"]):
        faults.append("the key is a short word in lower case, such as confidence.")
    if not isinstance(one.get("kind"), str) or one["kind"] not in KINDS:
        faults.append(f"the kind is one of {', '.join(KINDS)}.")
    if not isinstance(one.get("measure", "other"), str) or one.get("measure", "other") not in MEASURES:
        faults.append(f"what it measures is one of {', '.join(MEASURES)}.")
    if not isinstance(one.get("required", False), bool):
        faults.append("required is true or false.")
    faults += [why for name, most in LONGEST_WORDS.items() if (why := _why_not_words(one.get(name, ""), name, most))]
    if not one.get("label"):
        faults.append("write what is asked, as its label.")
    return faults + _faults_of_choices(one)


def _faults_of_choices(one: Mapping[Any, Any]) -> list[str]:
    """Return what is wrong with the answers that a question offers."""
    choices = one.get("choices", {})
    if one.get("kind") not in ("choice", "choices"):
        return ["only one of several answers, or any of them, has choices."] if choices else []
    if not isinstance(choices, Mapping) or not 1 < len(choices) <= MOST_CHOICES:
        return [f"offer 2 to {MOST_CHOICES} choices, each with a key and its words."]
    wrong = [key for key in choices if not isinstance(key, str) or not KEY.fullmatch(key)]
    if wrong:
        return [f"“{str(wrong[0])[:30]}” is no key of a choice: put it in quotation marks, in lower case."]
    return [why for words in choices.values() if (why := _why_not_words(words or None, "choice", 120))][:1]


def _why_not_words(words: object, name: str, most: int) -> str:
    """Return why words cannot be shown; empty where they can."""
    if not isinstance(words, str) or len(words) > most:
        return f"the words of its {name} are a text of at most {most} characters."
    return "remove line breaks and control characters from its words." if CONTROL_OR_BREAK.search(words) else ""

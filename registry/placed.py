"""What is wrong with a set of rules, and where: so that a form says it at the field and a program reads the path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]
"""The way to a value from the top, such as ("levels", "SEV-1", 2, "to"); lists count from 0."""


@dataclass(frozen=True)
class Problem:
    place: Place
    text: str
    about: str = ""
    """Where it is in words, such as “SEV-1, step 3”; empty where the sentence says so itself."""

    def __str__(self) -> str:
        return f"{self.about}: {self.text}" if self.about else self.text


def in_words(problems: Iterable[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def is_count(value: object, *, least: int = 1, most: int = 60 * 24 * 366) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_text(value: object, *, most: int = 1000) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most


def has_exactly(value: object, names: Iterable[str]) -> bool:
    return isinstance(value, Mapping) and set(value) == set(names)


def is_one_of(value: object, choices: Iterable[Any]) -> bool:
    return isinstance(value, str) and value in list(choices)

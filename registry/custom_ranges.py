"""What may be asked of a custom field that holds numbers or days: `5`, `5..10`, `2026-01-01..`, `..10`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from registry.custom_values import NotAValue, read

BETWEEN: Final = ".."
_SIGNS: Final[Mapping[str, str]] = {">=": "{}..", "<=": "..{}", ">": "{}..", "<": "..{}"}


@dataclass(frozen=True)
class Range:
    """Both ends count; None is open."""

    start: Any = None
    end: Any = None


def range_of(kind: str, text: str) -> Range:
    """Raises `NotAValue`. `>5` and `<5` are read like `5..` and `..5`: ends count."""
    text = text.strip()
    for sign, form in _SIGNS.items():
        if text.startswith(sign):
            text = form.format(text[len(sign) :])
            break
    first, between, last = text.partition(BETWEEN)
    start = read(kind, first)
    end = read(kind, last) if between else start
    if start is None and end is None:
        raise NotAValue(_("Enter a value, or two with .. between them."))
    if start is not None and end is not None and end < start:  # type: ignore[operator]
        raise NotAValue(_("The range ends before it begins."))
    return Range(start, end)


def written(first: str, last: str) -> str:
    """The two ends as one text; empty when both are."""
    first, last = first.strip(), last.strip()
    return f"{first}{BETWEEN}{last}" if first or last else ""

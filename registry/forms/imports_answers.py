"""What the answers in a column mean: from a mapping to the screen, and back."""

import hashlib
from collections.abc import Mapping
from typing import Any

from registry.sheets import FIELDS, Field
from registry.sheets.rules import DEFAULT_BLANKS
from registry.sheets.words import fold

BLANK = "BLANK"


def answer_name(field: str, text: str) -> str:
    """The name under which the screen asks for the meaning of `text`; the same however it is cased."""
    return f"answer_{field}_{hashlib.sha256(fold(text).encode()).hexdigest()[:12]}"


def meaning(mapping: Mapping[str, Any], field: str, text: str, fields: Mapping[str, Field] = FIELDS) -> str:
    """The symbol `text` is taken for, BLANK where it says nothing, "" where nobody knows."""
    spec, folded = mapping["columns"].get(field, {}), fold(text)
    own = {fold(word): symbol for word, symbol in spec.get("values", {}).items()}
    if folded in own:
        return str(own[folded])
    if folded in _blanks(mapping) or folded in {fold(word) for word in spec.get("blank", ())}:
        return BLANK
    return _usual(field, fields).get(folded, "")


def is_understood(mapping: Mapping[str, Any], field: str, text: str, fields: Mapping[str, Field] = FIELDS) -> bool:
    """Whether `text` means something even if this mapping says nothing about it."""
    return fold(text) in _blanks(mapping) or fold(text) in _usual(field, fields)


def set_answers(
    spec: dict[str, Any],
    field: str,
    given: Mapping[str, str],
    mapping: Mapping[str, Any],
    fields: Mapping[str, Field] = FIELDS,
) -> None:
    """Put the meanings that were given into `spec`, and drop the doubts about those that were changed."""
    changed = {fold(text): value for text, value in given.items() if value != meaning(mapping, field, text, fields)}
    texts = {fold(text): text for text in given}
    values = {word: symbol for word, symbol in spec.get("values", {}).items() if fold(word) not in changed}
    blank = [word for word in spec.get("blank", ()) if fold(word) not in changed]
    for folded, value in changed.items():
        if value == BLANK:
            blank.append(texts[folded])
        elif value:
            values[texts[folded]] = value
    doubtful = [word for word in spec.get("doubtful", ()) if fold(word) not in changed]
    for name, content in (("values", values), ("blank", blank), ("doubtful", doubtful)):
        spec.pop(name, None)
        if content:
            spec[name] = content


def _blanks(mapping: Mapping[str, Any]) -> set[str]:
    return {fold(word) for word in mapping.get("blank", DEFAULT_BLANKS)}


def _usual(field: str, fields: Mapping[str, Field]) -> dict[str, str]:
    spellings = fields[field].spellings
    return {fold(word): symbol for symbol, words in spellings.items() for word in (symbol, *words)}

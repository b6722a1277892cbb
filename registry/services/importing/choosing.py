"""The mapping a file most likely needs: one that fits its headings, or else a first guess from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.services.exchange import WORKFLOWS, RecordKind
from registry.services.importing.mappings import Known, known_mappings, unnamed
from registry.sheets import FIELDS, Field, Severity, Sheet, suggest, validate_mapping

GUESS = ""
"""The name of no mapping: start from the words in the headings."""


@dataclass(frozen=True)
class Start:
    """Where the mapping of a file starts from. `fits` are the known mappings that suit its headings."""

    name: str
    definition: Mapping[str, Any]
    fits: list[Known]


def start_from(sheet: Sheet, filename: str, wanted: str | None = None, kind: RecordKind | None = None) -> Start:
    """From the mapping that is `wanted`; without a wish, from the newest that fits; else from a guess."""
    fields, of = (kind.fields, kind.key) if kind else (FIELDS, WORKFLOWS)
    fits = [known for known in known_mappings(of) if fitting(known.definition, sheet, fields)]
    chosen = next((known for known in fits if wanted is None or known.name == wanted), None)
    if chosen is not None and wanted != GUESS:
        return Start(chosen.name, chosen.definition, fits)
    return Start(GUESS, guessed(sheet, filename, kind), fits)


def guessed(sheet: Sheet, filename: str, kind: RecordKind | None = None) -> dict[str, Any]:
    """From the words in the headings alone."""
    name, title = unnamed(sheet.columns, kind.key if kind else WORKFLOWS), Path(filename).stem[:150]
    if kind is None:
        return suggest(sheet.columns, sheet.rows, name=name, title=title)
    return {**suggest(sheet.columns, sheet.rows, name=name, title=title, fields=kind.fields), "of": kind.key}


def fitting(definition: Mapping[str, Any], sheet: Sheet, fields: Mapping[str, Field] = FIELDS) -> bool:
    problems = validate_mapping(definition, sheet.columns, fields)
    return all(problem.severity is not Severity.ERROR for problem in problems)

"""The mapping a file most likely needs: one that fits its headings, or else a first guess from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.services.importing.mappings import Known, known_mappings, unnamed
from registry.sheets import Severity, Sheet, suggest, validate_mapping

GUESS = ""
"""The name of no mapping: start from the words in the headings."""


@dataclass(frozen=True)
class Start:
    """Where the mapping of a file starts from. `fits` are the known mappings that suit its headings."""

    name: str
    definition: Mapping[str, Any]
    fits: list[Known]


def start_from(sheet: Sheet, filename: str, wanted: str | None = None) -> Start:
    """From the mapping that is `wanted`; without a wish, from the newest that fits; else from a guess."""
    fits = [known for known in known_mappings() if fitting(known.definition, sheet)]
    chosen = next((known for known in fits if wanted is None or known.name == wanted), None)
    if chosen is not None and wanted != GUESS:
        return Start(chosen.name, chosen.definition, fits)
    guess = suggest(sheet.columns, sheet.rows, name=unnamed(sheet.columns), title=Path(filename).stem[:150])
    return Start(GUESS, guess, fits)


def fitting(definition: Mapping[str, Any], sheet: Sheet) -> bool:
    return all(problem.severity is not Severity.ERROR for problem in validate_mapping(definition, sheet.columns))

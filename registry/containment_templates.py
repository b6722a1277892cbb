"""Ready-made sets of containment options for kinds of workflows, shipped as data for a person to adapt."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from registry.containment_proof import RUNGS

_FILE = Path(__file__).resolve().parent / "data" / "containment_templates.json"

SETS: Final[dict[str, dict[str, Any]]] = {
    "FORCE_REVIEW": {"mode": "review"},
    "SWITCH_PROVIDER": {"mode": "degraded"},
    "DEGRADE": {"mode": "degraded"},
    "FALL_BACK_TO_HUMAN": {"mode": "human"},
    "KILL_SWITCH": {"mode": "killed"},
}
"""Kinds that mean one mode. What the others set has names in it, which only the owner knows."""


@dataclass(frozen=True)
class TemplateOption:
    """One option as proposed; `key` names it within its template."""

    key: str
    kind: str
    name: str
    instructions: str
    executors: tuple[str, ...]
    expected_minutes: int
    load_carrier: str
    effect: dict[str, Any] = field(default_factory=dict)
    """What it sets in the running workflow; where the file says nothing, what its kind plainly means."""


@dataclass(frozen=True)
class Template:
    key: str
    name: str
    fits: str
    """Which workflows it is meant for, in a sentence."""
    options: tuple[TemplateOption, ...]

    def option(self, key: str) -> TemplateOption | None:
        return next((option for option in self.options if option.key == key), None)


@cache
def templates() -> tuple[Template, ...]:
    """All of them, in the order of the file; their options in graduated order, mildest first."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Template(entry["key"], entry["name"], entry["fits"], _graduated(entry["options"]))
        for entry in read["templates"]
    )


def _graduated(options: list[dict[str, Any]]) -> tuple[TemplateOption, ...]:
    place = {kind: place for place, kind in enumerate(kind for kinds in RUNGS.values() for kind in kinds)}
    read = [
        TemplateOption(**{"effect": SETS.get(option["kind"], {}), **option, "executors": tuple(option["executors"])})
        for option in options
    ]
    return tuple(sorted(read, key=lambda option: place[option.kind]))


def template(key: str) -> Template | None:
    return next((found for found in templates() if found.key == key), None)

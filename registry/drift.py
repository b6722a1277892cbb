"""How far what a workflow runs on has moved from what was approved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled


class Change(Labelled):
    ADDED = "ADDED", _("Added")
    REMOVED = "REMOVED", _("Removed")
    VERSION = "VERSION", _("Other version")
    DIGEST = "DIGEST", _("Same version, other digest")


@dataclass(frozen=True, order=True)
class Part:
    """A surface in use. `version` is empty where none is recorded, `digest` where none is known."""

    kind: str
    name: str
    version: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Difference:
    kind: str
    name: str
    change: Change
    old: Part | None
    new: Part | None


def differences(approved: Iterable[Part], current: Iterable[Part]) -> tuple[Difference, ...]:
    """By kind and name; within one side a surface of one kind and name stands once."""
    before = {(part.kind, part.name): part for part in approved}
    after = {(part.kind, part.name): part for part in current}
    found = []
    for kind, name in sorted(before.keys() | after.keys()):
        old, new = before.get((kind, name)), after.get((kind, name))
        if old != new:
            found.append(Difference(kind, name, _change(old, new), old, new))
    return tuple(found)


def written(parts: Iterable[Part]) -> list[dict[str, str]]:
    """As a baseline holds them, always in the same order."""
    return [
        {"kind": part.kind, "name": part.name, "version": part.version, "digest": part.digest} for part in sorted(parts)
    ]


def read(content: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts in the content of a baseline."""
    return tuple(Part(row["kind"], row["name"], row["version"], row["digest"]) for row in content["surfaces"])


def _change(old: Part | None, new: Part | None) -> Change:
    if old is None:
        return Change.ADDED
    if new is None:
        return Change.REMOVED
    return Change.VERSION if old.version != new.version else Change.DIGEST

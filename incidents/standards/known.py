"""What the mappings are given of an incident. Nothing of restricted evidence is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class System:
    """One affected workflow, the primary one first."""

    name: str
    reference: str
    version: str = ""
    purpose: str = ""
    vendor: str = ""
    unit: str = ""
    affected_people: str = ""
    autonomy: str = ""
    impact: str = ""
    is_public_facing: str = ""


@dataclass(frozen=True)
class Known:
    """`inputs` are the answers of the newest severity assessment, empty before the first; `times` by kind."""

    reference: str
    title: str
    summary: str
    category: str
    kind: str
    severity: str
    organisation: str
    submitter: str
    exported: date
    harm_seen: str = ""
    kind_label: str = ""
    inputs: Mapping[str, object] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)
    systems: tuple[System, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    """What was done to contain it, as sentences."""
    evidence: tuple[str, ...] = ()
    """Kinds and references of what may be read by everyone in the room."""

    def fact(self, *labels: str) -> str:
        """The text of the first fact that is called so, capitals aside."""
        by_label = {label.strip().casefold(): text for label, text in self.facts.items()}
        found = (by_label.get(label.casefold(), "") for label in labels)
        return next((text for text in found if text), "")

    def first_known(self) -> tuple[str, datetime] | None:
        """When it is first known to have occurred: the earliest of what was entered, with its kind."""
        for kind in ("OCCURRED", "STARTED", "DETECTED"):
            if kind in self.times:
                return kind, self.times[kind]
        return None

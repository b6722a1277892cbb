"""What stands between “keep running” and “shut it all down”, and which required capabilities stand on that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.containment_proof import RUNGS, STANDS_ON, Rung, rung_of
from registry.models import CapabilityRecord, ContainmentOption, Workflow


@dataclass(frozen=True)
class Step:
    """One rung, with how many options in use stand on it."""

    rung: Rung
    options: int

    @property
    def label(self) -> str:
        return self.rung.label


def ladder(options: Iterable[ContainmentOption]) -> list[Step]:
    """All rungs, mildest first, those without an option too."""
    counted = dict.fromkeys(RUNGS, 0)
    for option in options:
        if option.is_active:
            counted[rung_of(option.kind)] += 1
    return [Step(rung, number) for rung, number in counted.items()]


def standing_on(workflow: Workflow, on: date) -> list[CapabilityRecord]:
    """Required capabilities that are said to be met and count as gaps, because a proof has gone stale. One query."""
    rows = CapabilityRecord.objects.required().filter(workflow=workflow, capability__in=STANDS_ON)
    return [record for record in rows if record.is_met and not record.standing.is_shown(on)]

"""Which workflow a signal is about: what it says itself, then the rules of its source, then the default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.formats.event import Event


@dataclass(frozen=True)
class Rule:
    """Signals whose `label` is `value` belong to a workflow; a `*` at the end of the value stands for any rest."""

    label: str
    value: str
    workflow: int

    def fits(self, labels: Mapping[str, str]) -> bool:
        found = labels.get(self.label)
        if found is None:
            return False
        if self.value.endswith("*"):
            return found.startswith(self.value[:-1])
        return found == self.value


def workflow_of(
    event: Event, rules: Sequence[Rule], default: int | None, named: Mapping[str, int]
) -> tuple[int | None, str]:
    """The number of the workflow and by what it was found: LABEL, RULE, DEFAULT or nothing.

    `named` are the workflows that events name, by what they are called there.
    """
    if event.workflow and event.workflow in named:
        return named[event.workflow], "LABEL"
    for rule in rules:
        if rule.fits(event.labels):
            return rule.workflow, "RULE"
    return (default, "DEFAULT") if default is not None else (None, "")

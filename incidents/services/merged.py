"""Where an incident lives on that was merged: in another one, which may have been merged itself since."""

from collections.abc import Iterable

from incidents.lifecycle import State
from incidents.models import Incident


def heirs(numbers: Iterable[int]) -> dict[int, int]:
    """Number of each incident → number of the one it lives on in: itself, unless it was merged.

    One query for each step of merging, and one that finds no further step.
    """
    found = {number: number for number in numbers}
    while found:
        merged = Incident.objects.filter(pk__in=set(found.values()), state=State.MERGED)
        steps = dict(merged.values_list("pk", "merged_into_id"))
        if not steps:
            break
        found = {number: steps.get(last) or last for number, last in found.items()}
    return found


def whole(incident: Incident) -> list[Incident]:
    """The incident, and those it was merged into, one after the other. The last one decides for all."""
    found = [incident]
    while found[-1].state == State.MERGED and found[-1].merged_into is not None:
        found.append(found[-1].merged_into)
    return found

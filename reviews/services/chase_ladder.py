"""Who stands on which rung for one action item, and who is told when a rung is empty."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.models import Role, User
from reviews.calendar import Rung
from reviews.models import ActionItem


@dataclass(frozen=True)
class Call:
    """One person to tell for one rung. When `is_reachable` is false the rung is empty: nobody holds it, or
    `person` does but has left."""

    rung: Rung
    person: User | None
    is_reachable: bool


def calls(action: ActionItem, rungs: Iterable[Rung]) -> list[Call]:
    """Everybody on `rungs`; above a rung that reaches nobody, the next rung joins at once."""
    wanted = set(rungs)
    found: list[Call] = []
    for rung in Rung:
        if rung not in wanted:
            continue
        on_rung = _on(action, rung)
        found += on_rung
        if not any(call.is_reachable for call in on_rung) and (above := _above(rung)) is not None:
            wanted.add(above)
    return found


def _above(rung: Rung) -> Rung | None:
    ladder = list(Rung)
    place = ladder.index(rung) + 1
    return ladder[place] if place < len(ladder) else None


def _on(action: ActionItem, rung: Rung) -> list[Call]:
    people = _holders(action, rung)
    if not people:
        return [Call(rung, None, is_reachable=False)]
    return [Call(rung, person, is_reachable=person.is_active) for person in people]


def _holders(action: ActionItem, rung: Rung) -> list[User]:
    if rung is Rung.ASSIGNEE:
        return [action.assignee]
    if rung is Rung.WORKFLOW_OWNER:
        owner = action.workflow.business_owner if action.workflow is not None else None
        return [owner] if owner is not None else []
    role = Role.RISK if rung is Rung.RISK else Role.EXECUTIVE
    return list(User.objects.with_role(role).order_by("pk"))

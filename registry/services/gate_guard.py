"""The gates themselves: nothing goes into production and nothing does more by itself without a granted request.

Asked by every service that changes stage or autonomy, on a locked workflow that carries the new values unsaved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.approvals import Basis, GateKind, Status, is_forgetting, is_outgrown, is_raise
from registry.kernel.audit.bulk import update_many
from registry.kernel.audit.context import acting
from registry.models import GateRequest, Role, Stage, User, Workflow
from registry.reports.gate_blockers import Blocker, standing, standings
from registry.reports.gates import is_valid_on

UNGATED = (Stage.PROPOSED, Stage.DEVELOPMENT)
"""While it was only ever built, nothing acts by itself."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Before:
    """What the guarded fields held before the change."""

    stage: str
    autonomy: str

    @classmethod
    def of(cls, workflow: Workflow) -> Self:
        return cls(workflow.stage, workflow.autonomy)


def guard(workflow: Workflow, before: Before, *, by: User, at: datetime) -> None:
    """Use up the approval that the change needs, or refuse the change by its field."""
    if enters_production(workflow, before):
        _take(workflow, GateKind.GO_LIVE, "stage", by=by, at=at)
        workflow.production_basis = Basis.GATE
    leave_production(workflow)
    if is_forgetting(before.autonomy, workflow.autonomy):
        raise ValidationError({"autonomy": _("What it may do by itself is known. State a level, not nothing.")})
    if is_raise(before.autonomy, workflow.autonomy) and _has_run(workflow, before):
        _take(workflow, GateKind.MORE_AUTONOMY, "autonomy", by=by, at=at)


def _has_run(workflow: Workflow, before: Before) -> bool:
    """Once it ran, going back to be built is no way around: it would come back with more than anybody agreed to."""
    history: Any = Workflow.history.model
    return before.stage not in UNGATED or history.objects.filter(id=workflow.pk).exclude(stage__in=UNGATED).exists()


def enters_production(workflow: Workflow, before: Before) -> bool:
    return workflow.stage == Stage.PRODUCTION != before.stage


def leave_production(workflow: Workflow) -> None:
    """Out of production, the right to be there ends: coming back needs another request."""
    if workflow.stage != Stage.PRODUCTION:
        workflow.production_basis = ""


def enter_as_found(workflow: Workflow, *, by: User) -> None:
    """A new entry of what is in production already, recorded as that. Only risk staff say so."""
    if workflow.stage != Stage.PRODUCTION:
        return
    if not by.has(Role.RISK):
        sentence = _("Only risk staff enter what is in production already. Register it as a pilot and ask to go live.")
        raise ValidationError({"stage": sentence})
    as_found(workflow)


def as_found(workflow: Workflow) -> None:
    """In production when it was entered here, by an import or by hand: nobody's approval is made up."""
    if workflow.stage == Stage.PRODUCTION:
        workflow.production_basis = Basis.ON_ENTRY


def as_before(workflows: Iterable[Workflow]) -> None:
    """Put back into production what a change that is undone took out of it, by the right it was there before."""
    back = [workflow for workflow in workflows if workflow.stage == Stage.PRODUCTION and not workflow.production_basis]
    history: Any = Workflow.history.model
    rows = history.objects.filter(id__in=[workflow.pk for workflow in back]).exclude(production_basis="")
    basis = dict(rows.order_by("id", "-history_id").distinct("id").values_list("id", "production_basis"))
    for workflow in back:
        workflow.production_basis = basis.get(workflow.pk, Basis.BEFORE_GATES)


def granted(workflow: Workflow, kind: str) -> GateRequest | None:
    """The request of this kind that is still about, locked; one of a kind at a time."""
    return workflow.gate_requests.live().filter(kind=kind).select_for_update(of=("self",)).first()


def use_up(request: GateRequest, *, by: User, at: datetime) -> None:
    request.status, request.used_by, request.used_at = Status.USED, by, at
    with acting(user_id=by.pk, reason=_("Put into effect")):
        request.save()


def refusals(entering: Sequence[Workflow], *, at: datetime) -> dict[int, str]:
    """Of many workflows that carry the stage of production unsaved: those that may not have it, and why.

    As many queries for many as for one.
    """
    return _obstacles(entering, _requests(entering), at)


def enter_many(entering: Sequence[Workflow], *, by: User, at: datetime) -> None:
    """Use up the approval of each. The caller holds the workflows locked, and saves them."""
    requests = _requests(entering, for_update=True)
    if found := _obstacles(entering, requests, at):
        raise ValidationError({"stage": list(found.values())[:MOST_NAMED]})
    for workflow in entering:
        request = requests[workflow.pk]
        request.status, request.used_by, request.used_at = Status.USED, by, at
        workflow.production_basis = Basis.GATE
    with acting(user_id=by.pk, reason=_("Put into effect")):
        update_many(list(requests.values()), ["status", "used_by", "used_at"])


def _requests(entering: Sequence[Workflow], *, for_update: bool = False) -> dict[int, GateRequest]:
    """The request to go live of each that has one about, in one order."""
    if not entering:
        return {}
    rows = GateRequest.objects.live().filter(kind=GateKind.GO_LIVE, workflow__in=[row.pk for row in entering])
    rows = rows.prefetch_related("conditions").order_by("workflow_id")
    return {row.workflow_id: row for row in (rows.select_for_update(of=("self",)) if for_update else rows)}


def _obstacles(entering: Sequence[Workflow], requests: Mapping[int, GateRequest], at: datetime) -> dict[int, str]:
    kind = GateKind.GO_LIVE
    found = {row.pk: _formal_obstacle(row, kind, requests.get(row.pk), at) for row in entering}
    asked = [row for row in entering if not found[row.pk]]
    how = standings(asked, kind, at) if asked else {}
    found |= {row.pk: _missing(row, requests[row.pk], how[row.pk].blockers) for row in asked}
    return {pk: sentence for pk, sentence in found.items() if sentence}


def _take(workflow: Workflow, kind: GateKind, field: str, *, by: User, at: datetime) -> None:
    request = granted(workflow, kind)
    sentence = obstacle(workflow, kind, request, at)
    if sentence or request is None:
        raise ValidationError({field: sentence})
    use_up(request, by=by, at=at)


def obstacle(workflow: Workflow, kind: GateKind, request: GateRequest | None, at: datetime) -> str:
    """What keeps the workflow, which carries the new value, from using this request; empty when nothing does."""
    formal = _formal_obstacle(workflow, kind, request, at)
    if formal or request is None:
        return formal
    return _missing(workflow, request, standing(workflow, kind, at).blockers)


def _formal_obstacle(workflow: Workflow, kind: GateKind, request: GateRequest | None, at: datetime) -> str:
    """What the request itself says, without a query."""
    words = _words(workflow, request)
    if request is None or (kind == GateKind.MORE_AUTONOMY and request.to_autonomy != workflow.autonomy):
        return _("This needs an approval that is not there. Ask for it at %(address)s.") % words
    if not request.is_granted:
        return _("%(request)s is not decided yet: %(address)s.") % words
    if not is_valid_on(request, timezone.localdate(at)):
        return _("The approval %(request)s has lapsed. Ask anew at %(address)s.") % words
    if is_outgrown(request.tier, workflow.tier):
        return _("Since %(request)s was asked for the tier has changed. Ask anew at %(address)s.") % words
    return ""


def _missing(workflow: Workflow, request: GateRequest, blockers: Sequence[Blocker]) -> str:
    names = ", ".join(blocker.name for blocker in blockers[:MOST_NAMED])
    sentence = _("Since %(request)s was granted something is missing: %(names)s. See %(address)s.")
    return sentence % {**_words(workflow, request), "names": names} if blockers else ""


def _words(workflow: Workflow, request: GateRequest | None) -> dict[str, str]:
    address = reverse("workflow-gates", args=[workflow.pk])
    return {"address": address, "request": request.reference if request else ""}

"""What stands in the way of letting a workflow go live or do more by itself, and what is known when that is asked."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.approvals import Basis, GateKind
from registry.gaps import GapState
from registry.models import Stage, TierAssessment, Workflow
from registry.models.workflow_words import OWNERS
from registry.readiness import Finding, Judgement, Part
from registry.reports.gaps import Needs, dossier, needs_of_many
from registry.reports.readiness import judgements_of

SCHEMA = "holdfast.gate/1"
NOT_ASKED_HERE = frozenset({"GATED"})
"""That nobody approved it yet is what the request is for."""


@dataclass(frozen=True)
class Blocker:
    """One thing that is missing. `kind` and `key` lead to it: a capability, or a check of readiness."""

    kind: str
    key: str
    name: str
    says: str


@dataclass(frozen=True)
class Standing:
    """How a workflow stands before a gate: what is missing, and everything that this was read from."""

    blockers: tuple[Blocker, ...]
    judged: Judgement
    needs: Needs
    assessment: TierAssessment | None

    @property
    def is_clear(self) -> bool:
        return not self.blockers


def stage_at(kind: str, workflow: Workflow) -> str:
    """The stage at which it is held to what is demanded there."""
    return Stage.PRODUCTION if kind == GateKind.GO_LIVE else workflow.stage


def standing(workflow: Workflow, kind: str, now: datetime) -> Standing:
    """Blocked while a required capability is missing and not accepted, or a demanded check of readiness fails."""
    return standings([workflow], kind, now)[workflow.pk]


def standings(workflows: Sequence[Workflow], kind: str, now: datetime) -> dict[int, Standing]:
    """The same for many at the same gate; as many queries as for one."""
    keys = [workflow.pk for workflow in workflows]
    rows = TierAssessment.objects.filter(workflow__in=keys).order_by("workflow_id", "-id").distinct("workflow_id")
    newest = {row.workflow_id: row for row in rows.select_related("assessed_by", "override_decided_by")}
    needs = needs_of_many([(one, newest.get(one.pk)) for one in workflows], timezone.localdate(now))
    judged = judgements_of(workflows, now, stages=[stage_at(kind, one) for one in workflows])
    return {
        one.pk: _standing(found, needs[one.pk], newest.get(one.pk))
        for one, found in zip(workflows, judged, strict=True)
    }


def _standing(judged: Judgement, needs: Needs, newest: TierAssessment | None) -> Standing:
    return Standing((*_capabilities(needs), *_checks(judged, needs)), judged, needs, newest)


def _capabilities(needs: Needs) -> Iterator[Blocker]:
    for need in needs.missing:
        says = (
            _("The containment options it stands on have no fresh proof.")
            if need.state is GapState.STALE
            else _("Required, neither met nor accepted.")
        )
        yield Blocker("capability", need.capability.key, str(need.capability.name), says)


def _checks(judged: Judgement, needs: Needs) -> Iterator[Blocker]:
    """Those that fail, except where they only repeat which capabilities are missing."""
    missing = {need.capability.key for need in needs.missing}
    for finding in judged.failing:
        if finding.check.key not in NOT_ASKED_HERE and not _repeats(finding, missing):
            yield Blocker("check", finding.check.key, str(finding.check.name), str(finding.outcome.say))


def _repeats(finding: Finding, missing: Container[int | str]) -> bool:
    rows = (*finding.outcome.lacking, *(row for row in finding.outcome.evidence if row.is_stale))
    return bool(rows) and all(row.kind == "capability" and row.key in missing for row in rows)


def facts(workflow: Workflow, kind: str, found: Standing, *, to_autonomy: str, at: datetime) -> dict[str, Any]:
    """As plain data, ready to be frozen with the request: what whoever decides must be able to read for ever."""
    return {
        "schema": SCHEMA,
        "at": at,
        "kind": kind,
        "workflow": _workflow(workflow),
        "to_autonomy": to_autonomy or None,
        "stage_judged": str(Stage(stage_at(kind, workflow)).label),
        "assessment": _assessment(found.assessment),
        "readiness": {
            "state": found.judged.whole,
            "parts": [
                {"part": part.label, "state": found.judged.part(part).label, "checks": _answers(found.judged, part)}
                for part in Part
            ],
        },
        "capabilities": dossier(found.needs),
        "baseline": _baseline(workflow),
    }


def _workflow(workflow: Workflow) -> dict[str, Any]:
    people = {name: getattr(workflow, name) for name in OWNERS}
    return {
        "reference": workflow.reference,
        "name": workflow.name,
        "purpose": workflow.purpose or None,
        "tier": workflow.tier or None,
        "stage": workflow.stage,
        "stage_label": str(workflow.get_stage_display()),
        "autonomy": workflow.autonomy or None,
        "autonomy_label": str(workflow.get_autonomy_display()) or None,
        "basis": str(Basis(workflow.production_basis).label) if workflow.production_basis else None,
        "people": {name: person.name if person is not None else None for name, person in people.items()},
    }


def _assessment(row: TierAssessment | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "id": row.pk,
        "tier": row.tier,
        "by": row.assessed_by.name,
        "at": row.assessed_at,
        "ai_act_class": row.ai_act_class or None,
        "answers": {area: answer.get("level", "") for area, answer in row.answers.items()},
    }


def _answers(judged: Judgement, part: Part) -> list[dict[str, Any]]:
    """What is demanded, with its answer."""
    return [
        {
            "key": finding.check.key,
            "name": str(finding.check.name),
            "result": finding.outcome.result.label,
            "passes": finding.outcome.result.passes,
            "says": str(finding.outcome.say),
        }
        for finding in judged.of(part)
        if finding.is_demanded
    ]


def _baseline(workflow: Workflow) -> dict[str, Any] | None:
    row = workflow.baselines.approved().first()
    if row is None:
        return None
    return {"number": row.number, "sha256": row.sha256, "approved_at": row.decided_at, "drift": workflow.drift}

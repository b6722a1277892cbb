"""The readiness of one workflow: judged from the register as it is or as it was, and as plain data to be frozen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from registry.models import Workflow
from registry.readiness import Evidence, Finding, Judgement, Part, judge
from registry.reports.readiness_facts import facts_of


def judgement_of(workflow: Workflow, now: datetime, *, stage: str = "") -> Judgement:
    """By the facts as they are read now, also of the past; what is kept on the workflow is not looked at."""
    return judgements_of([workflow], now, stages=[stage])[0]


def judgements_of(workflows: Sequence[Workflow], now: datetime, *, stages: Sequence[str]) -> list[Judgement]:
    """The same for many, in their order, each at its stage; as many queries as for one."""
    found = facts_of(workflows, now)
    return [judge(facts, now, stage=stage) for (facts, *_rest), stage in zip(found, stages, strict=True)]


def dossier(judged: Judgement) -> list[dict[str, Any]]:
    """The four parts with their checks, what fails first."""
    return [
        {
            "part": part.label,
            "question": part.question,
            "state": judged.part(part).label,
            "checks": [_told(finding) for finding in in_order(judged.of(part))],
        }
        for part in Part
    ]


def in_order(findings: list[Finding]) -> list[Finding]:
    """What fails first, the weakest ahead; then what is met; last what nobody demands here."""
    return sorted(findings, key=lambda f: (not f.fails, not f.is_demanded, f.outcome.result.rank))


def _told(finding: Finding) -> dict[str, Any]:
    check, outcome = finding.check, finding.outcome
    return {
        "name": str(check.name),
        "asks": str(check.asks),
        "result": outcome.result.label,
        "is_demanded": finding.is_demanded,
        "fails": finding.fails,
        "says": str(outcome.say),
        "lacking": [row.name for row in outcome.lacking],
        "evidence": [_evidence(row) for row in outcome.evidence],
        "references": [str(reference) for reference in finding.references],
    }


def _evidence(row: Evidence) -> dict[str, Any]:
    return {"kind": row.kind, "name": row.name, "at": row.at, "how": row.how or None, "is_stale": row.is_stale}

"""How ready a workflow is for its first incident: every check with its answer, and the panel of the overview."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import Stage, Workflow
from registry.policies.workflows import may_see_register
from registry.readiness import Finding, Judgement, Part, Readiness
from registry.reports.readiness import in_order, judgement_of
from registry.views.past import knows_past
from registry.views.readiness_links import evidence_url, place_url
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame

TAB = "workflow-readiness"
FEW = 3
"""Checks that the panel names for each part."""


@dataclass(frozen=True)
class Line:
    """One check: `url` leads to where it is put right; each record is paired with its address."""

    finding: Finding
    url: str
    evidence: list[tuple[Any, str]]
    lacking: list[tuple[Any, str]]


@dataclass(frozen=True)
class Block:
    """One of the four parts. `rest`: how many failing checks are not among `few`."""

    part: Part
    state: Readiness
    failing: list[Line]
    passing: list[Line]
    undemanded: list[Line]

    @property
    def few(self) -> list[Line]:
        return self.failing[:FEW]

    @property
    def rest(self) -> int:
        return max(0, len(self.failing) - FEW)


@page(may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def readiness(request: SignedInRequest, pk: int) -> HttpResponse:
    """With `?stage=PRODUCTION`: as it would be judged there."""
    workflow = find(pk)
    ahead = request.GET.get("stage") == Stage.PRODUCTION and workflow.stage != Stage.RETIRED
    judged = judgement_of(workflow, clock(), stage=Stage.PRODUCTION if ahead else "")
    context = {
        **frame(request, workflow, TAB),
        "judged": judged,
        "blocks": blocks(workflow, judged),
        "is_ahead": ahead and workflow.stage != Stage.PRODUCTION,
        "may_look_ahead": workflow.stage not in (Stage.PRODUCTION, Stage.RETIRED),
    }
    return render(request, "registry/workflow/readiness.html", context)


def blocks(workflow: Workflow, judged: Judgement) -> list[Block]:
    found = []
    for part in Part:
        lines = [_line(workflow, finding) for finding in in_order(judged.of(part))]
        demanded = [line for line in lines if line.finding.is_demanded]
        found.append(
            Block(
                part,
                judged.part(part),
                [line for line in demanded if line.finding.fails],
                [line for line in demanded if not line.finding.fails],
                [line for line in lines if not line.finding.is_demanded],
            )
        )
    return found


def _line(workflow: Workflow, finding: Finding) -> Line:
    evidence = [(row, evidence_url(workflow, row)) for row in finding.outcome.evidence]
    lacking = [(row, evidence_url(workflow, row)) for row in finding.outcome.lacking]
    return Line(finding, place_url(workflow, finding.check.where), evidence, lacking)

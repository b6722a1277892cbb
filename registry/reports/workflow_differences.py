"""What of a workflow, and of everything under it, is not as it was."""

from django.db.models import Q

from registry.kernel.audit.comparing import Kind
from registry.models import (
    Attestation,
    Baseline,
    CapabilityRecord,
    ContainmentOption,
    DownstreamAction,
    GapAcceptance,
    Playbook,
    Signal,
    Surface,
    SurfaceVersion,
    TierAssessment,
    Workflow,
)
from registry.models.containment import ContainmentExecutor
from registry.reports.workflow_history import UNREAD


def kinds(workflow: Workflow) -> list[Kind]:
    of_workflow = Q(workflow_id=workflow.pk)

    def unread(label: str) -> frozenset[str]:
        return UNREAD.get(label, frozenset())

    return [
        Kind(Workflow, Q(pk=workflow.pk), unread("registry.workflow")),
        Kind(TierAssessment, of_workflow, unread("registry.tierassessment"), title=lambda row: row.tier),
        Kind(Surface, of_workflow, unread("registry.surface")),
        Kind(SurfaceVersion, Q(surface__workflow_id=workflow.pk), unread("registry.surfaceversion")),
        Kind(Baseline, of_workflow, unread("registry.baseline")),
        Kind(ContainmentOption, of_workflow, unread("registry.containmentoption")),
        Kind(ContainmentExecutor, Q(option__workflow_id=workflow.pk), title=lambda row: f"#{row.user_id}"),
        Kind(Signal, of_workflow, unread("registry.signal")),
        Kind(DownstreamAction, of_workflow, unread("registry.downstreamaction")),
        Kind(CapabilityRecord, of_workflow, unread("registry.capabilityrecord")),
        Kind(GapAcceptance, of_workflow, unread("registry.gapacceptance"), title=GapAcceptance.get_capability_display),
        Kind(Attestation, of_workflow, unread("registry.attestation"), title=lambda row: f"#{row.pk}"),
        Kind(Playbook, of_workflow, unread("registry.playbook")),
    ]

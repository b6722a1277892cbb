"""Everything that ever happened to a workflow and to what belongs to it, from the site-wide index."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from registry.kernel.audit import belonging
from registry.kernel.audit.belonging import Rows, numbers, past
from registry.kernel.audit.reading import Change, Entry
from registry.models import (
    AssessmentDraft,
    Attestation,
    AuditEntry,
    Baseline,
    CapabilityRecord,
    ContainmentOption,
    ControlToken,
    DownstreamAction,
    GapAcceptance,
    GateCondition,
    GateRequest,
    GateStep,
    Playbook,
    ReassessmentCall,
    Restriction,
    Signal,
    Surface,
    SurfaceVersion,
    TierAssessment,
    Workflow,
)
from registry.models.containment import ContainmentExecutor
from registry.reports.incident_names import told_now

GROUPS: dict[str, tuple[str, ...]] = {
    "record": ("registry.workflow",),
    "tier": ("registry.tierassessment",),
    "surfaces": ("registry.surface", "registry.surfaceversion", "registry.baseline"),
    "containment": (
        "registry.containmentoption",
        "registry.containmentexecutor",
        "registry.restriction",
        "registry.controltoken",
    ),
    "signals": ("registry.signal", "registry.downstreamaction"),
    "capabilities": ("registry.capabilityrecord", "registry.gapacceptance"),
    "attestations": ("registry.attestation",),
    "playbook": ("registry.playbook",),
    "gates": ("registry.gaterequest", "registry.gatestep", "registry.gatecondition"),
}
"""Part of the workflow → kinds of records in it."""
PARENT = frozenset({"workflow"})
UNREAD = {
    "registry.workflow": frozenset({"drift_since", "attestation_due_date", "attested_at"}),
    "registry.tierassessment": PARENT | {"explanation", "assessed_by", "assessed_at", "ai_act_finding", "repeats"},
    "registry.surface": PARENT,
    "registry.surfaceversion": frozenset({"recorded_by", "recorded_at"}),
    "registry.baseline": PARENT | {"content", "proposed_by", "proposed_at", "decided_by", "decided_at"},
    "registry.containmentoption": PARENT,
    "registry.restriction": PARENT
    | {"option", "incident_reference", "reason", "applied_by", "applied_at", "override_id", "void_at"}
    | {"release_asked_by", "release_asked_at", "release_reason", "released_by", "released_at", "release_note"},
    "registry.controltoken": PARENT | {"created_by", "created_at", "prefix", "digest"},
    "registry.signal": PARENT | {"retired_at", "retired_reason"},
    "registry.downstreamaction": PARENT | {"retired_at", "retired_reason"},
    "registry.playbook": PARENT | {"written_at"},
    "registry.capabilityrecord": PARENT | {"met_by", "met_at"},
    "registry.gapacceptance": PARENT
    | {"asked_by", "asked_at", "decided_by", "decided_at", "withdrawn_by", "withdrawn_at"},
    "registry.attestation": PARENT | {"seen", "handed_by", "handed_at", "attested_at", "excused_by", "excused_at"},
    "registry.gaterequest": PARENT
    | {"facts", "asked_by", "asked_at", "step_since_at", "used_by", "used_at", "withdrawn_by", "withdrawn_at"},
    "registry.gatestep": frozenset({"request", "asked_by", "decided_by", "decided_at"}),
    "registry.gatecondition": frozenset({"request", "set_by", "set_at", "met_by", "met_at"}),
}
"""Fields that say nothing to a reader here: kept for programs, or told by the line itself."""


def declare() -> None:
    """For the chains of the audit page."""
    belonging.declare("registry.workflow", of_workflow)


def of_workflow(number: str) -> Iterator[tuple[str, Rows]]:
    for label, keys in _ids(number).items():
        if label != "registry.workflow":
            yield label, keys
    # Unfinished answers, and calls that may come from a restricted incident: for those who read the audit log.
    for model in (AssessmentDraft, ReassessmentCall):
        yield model._meta.label_lower, numbers(past(model, workflow_id=number))


def entries(workflow: Workflow, group: str = "") -> QuerySet[AuditEntry]:
    """Index rows of the workflow and all below it, deleted records too, newest first."""
    wanted = Q()
    for label, ids in _ids(workflow.pk).items():
        if not group or label in GROUPS[group]:
            wanted |= Q(object_type=label) & _among(ids)
    wanted &= ~Q(object_type="registry.capabilityrecord", kind="+")  # what the assessment beside it says already
    return AuditEntry.objects.filter(wanted).order_by("-id")


def _among(ids: Any) -> Q:
    """As an array that is worked out first: so each kind is found by the index on kind and number, among millions of
    entries of others.
    """
    if isinstance(ids, list):
        return Q(object_id__in=ids)
    array = ArraySubquery(ids)
    found = Func(F("object_id"), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())
    return Q(found)


def actors(rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry, Any]:
    """Numbers of the people who appear in `rows`."""
    return rows.order_by().exclude(actor_id=None).values_list("actor_id", flat=True).distinct()


def for_people(read: Iterable[Entry]) -> list[Entry]:
    """Without fields that tell a reader of this page nothing."""
    return [_shortened(entry) for entry in told_now(read)]


def _shortened(entry: Entry) -> Entry:
    hidden = UNREAD.get(entry.object_type)
    if not hidden:
        return entry
    kept: tuple[Change, ...] = tuple(change for change in entry.changes if change.field not in hidden)
    return Entry(**{**entry.__dict__, "changes": kept})


def _ids(workflow: Any) -> dict[str, Any]:
    """Label of each kind of record → keys of those that are or were part of the workflow, as subqueries."""
    surfaces = past(Surface, workflow_id=workflow)
    options = past(ContainmentOption, workflow_id=workflow)
    requests = past(GateRequest, workflow_id=workflow)
    return {
        "registry.workflow": [str(workflow)],
        "registry.tierassessment": numbers(past(TierAssessment, workflow_id=workflow)),
        "registry.surface": numbers(surfaces),
        "registry.surfaceversion": numbers(past(SurfaceVersion, surface_id__in=surfaces.values("id"))),
        "registry.baseline": numbers(past(Baseline, workflow_id=workflow)),
        "registry.containmentoption": numbers(options),
        "registry.containmentexecutor": numbers(past(ContainmentExecutor, option_id__in=options.values("id"))),
        "registry.restriction": numbers(past(Restriction, workflow_id=workflow)),
        "registry.controltoken": numbers(past(ControlToken, workflow_id=workflow)),
        "registry.signal": numbers(past(Signal, workflow_id=workflow)),
        "registry.downstreamaction": numbers(past(DownstreamAction, workflow_id=workflow)),
        "registry.capabilityrecord": numbers(past(CapabilityRecord, workflow_id=workflow)),
        "registry.gapacceptance": numbers(past(GapAcceptance, workflow_id=workflow)),
        "registry.attestation": numbers(past(Attestation, workflow_id=workflow)),
        "registry.playbook": numbers(past(Playbook, workflow_id=workflow)),
        "registry.gaterequest": numbers(requests),
        "registry.gatestep": numbers(past(GateStep, request_id__in=requests.values("id"))),
        "registry.gatecondition": numbers(past(GateCondition, request_id__in=requests.values("id"))),
    }

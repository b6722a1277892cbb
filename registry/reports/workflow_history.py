"""Everything that ever happened to a workflow and to what belongs to it, from the site-wide index."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from registry.kernel.audit.reading import Change, Entry
from registry.models import AuditEntry, ContainmentOption, Surface, SurfaceVersion, TierAssessment, Workflow
from registry.models.containment import ContainmentExecutor

GROUPS: dict[str, tuple[str, ...]] = {
    "record": ("registry.workflow",),
    "tier": ("registry.tierassessment",),
    "surfaces": ("registry.surface", "registry.surfaceversion"),
    "containment": ("registry.containmentoption", "registry.containmentexecutor"),
}
"""Part of the workflow → kinds of records in it."""
PARENT = frozenset({"workflow"})
UNREAD = {
    "registry.tierassessment": PARENT | {"explanation", "assessed_by", "assessed_at"},
    "registry.surface": PARENT,
    "registry.surfaceversion": frozenset({"recorded_by", "recorded_at"}),
    "registry.containmentoption": PARENT,
}
"""Fields that say nothing to a reader here: kept for programs, or told by the line itself."""


def entries(workflow: Workflow, group: str = "") -> QuerySet[AuditEntry]:
    """Index rows of the workflow and all below it, deleted records too, newest first."""
    wanted = Q()
    for label, ids in _ids(workflow).items():
        if not group or label in GROUPS[group]:
            wanted |= Q(object_type=label, object_id__in=ids)
    return AuditEntry.objects.filter(wanted).order_by("-id")


def actors(rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry, Any]:
    """Numbers of the people who appear in `rows`."""
    return rows.order_by().exclude(actor_id=None).values_list("actor_id", flat=True).distinct()


def for_people(read: Iterable[Entry]) -> list[Entry]:
    """Without fields that tell a reader of this page nothing."""
    return [_shortened(entry) for entry in read]


def _shortened(entry: Entry) -> Entry:
    hidden = UNREAD.get(entry.object_type)
    if not hidden:
        return entry
    kept: tuple[Change, ...] = tuple(change for change in entry.changes if change.field not in hidden)
    return Entry(**{**entry.__dict__, "changes": kept})


def _ids(workflow: Workflow) -> dict[str, Any]:
    """Label of each kind of record → keys of those that are or were part of the workflow, as subqueries."""
    surfaces = _past(Surface).filter(workflow_id=workflow.pk)
    options = _past(ContainmentOption).filter(workflow_id=workflow.pk)
    return {
        "registry.workflow": [str(workflow.pk)],
        "registry.tierassessment": _keys(_past(TierAssessment).filter(workflow_id=workflow.pk)),
        "registry.surface": _keys(surfaces),
        "registry.surfaceversion": _keys(_past(SurfaceVersion).filter(surface_id__in=surfaces.values("id"))),
        "registry.containmentoption": _keys(options),
        "registry.containmentexecutor": _keys(_past(ContainmentExecutor).filter(option_id__in=options.values("id"))),
    }


def _past(model: Any) -> Any:
    """History rows of a kind of record: they outlive the records."""
    return model.history.model.objects.all()


def _keys(rows: Any) -> Any:
    return rows.order_by().annotate(key=Cast("id", CharField())).values("key")

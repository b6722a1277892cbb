"""Asking for summaries, dossiers, inventories and audit packs, as things are now or as known at a moment.

Summaries and dossiers are frozen at once, inventories and audit packs gathered by the worker (see `gathering`), which
prints them all. `known_at` raises ValidationError under `at` where nothing was known.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.documents.making import ask, freeze
from registry.kernel.http.errors import Conflict
from registry.kernel.ledger.proving import latest
from registry.models import AuditEntry, Checkpoint, Document, User, Workflow
from registry.policies.workflows import may_take_inventory
from reviews.models import ReportKind
from reviews.policies.reports import may_make_audit_pack, may_make_dossier, may_make_report
from reviews.reports import audit_pack as packs
from reviews.reports import inventory as inventories
from reviews.reports.incident_summary import incident_summary
from reviews.reports.sampling import MOST, Sampling, population, size_of
from reviews.reports.workflow_dossier import workflow_dossier
from reviews.services.known_moments import require_known, require_past


@dataclass(frozen=True)
class PackFilters:
    """What an audit pack is asked for by: the address of the history, what it finds, and the same in words."""

    query: str
    rows: QuerySet[AuditEntry]
    words: packs.Words


def request_incident_summary(
    incident: Incident, *, by: User, at: datetime, known_at: datetime | None = None, correction: str = ""
) -> Document:
    with transaction.atomic(), acting(user_id=by.pk):
        locked = Incident.objects.select_for_update().get(pk=incident.pk)
        require(may_make_report, by, locked)
        require_known(locked, known_at, at=at)
        return freeze(
            kind=ReportKind.INCIDENT_SUMMARY,
            series=f"IS-{at.year}",
            title=_("Incident summary %(reference)s") % {"reference": locked.reference},
            template="documents/incident_summary.html",
            subject=locked,
            build=lambda number, version: incident_summary(
                locked, number=number, version=version, by=by, at=at, known_at=known_at
            ),
            by=by,
            at=at,
            as_of=known_at,
            correction=correction,
        )


def request_workflow_dossier(
    workflow: Workflow, *, by: User, at: datetime, known_at: datetime | None = None, correction: str = ""
) -> Document:
    with transaction.atomic(), acting(user_id=by.pk):
        locked = Workflow.objects.select_for_update().get(pk=workflow.pk)
        require(may_make_dossier, by, locked)
        require_known(locked, known_at, at=at)
        return freeze(
            kind=ReportKind.WORKFLOW_DOSSIER,
            series=f"WD-{at.year}",
            title=_("Dossier %(reference)s %(name)s") % {"reference": locked.reference, "name": locked.name},
            template="documents/workflow_dossier.html",
            subject=locked,
            build=lambda number, version: workflow_dossier(
                locked, number=number, version=version, by=by, at=at, known_at=known_at
            ),
            by=by,
            at=at,
            as_of=known_at,
            correction=correction,
        )


def request_inventory(
    query: str,
    filters: inventories.Words,
    *,
    by: User,
    at: datetime,
    known_at: datetime | None = None,
    correction: str = "",
) -> Document:
    """`query` is the address of the register that finds the rows; `filters` says it in words, which the cover bears."""
    require(may_take_inventory, by)
    require_past(known_at, at=at)
    with acting(user_id=by.pk):
        return ask(
            kind=ReportKind.INVENTORY,
            series=f"IV-{at.year}",
            title=_("Inventory of workflows"),
            template=inventories.TEMPLATE,
            subject=None,
            by=by,
            at=at,
            as_of=known_at,
            options={"filters": [list(pair) for pair in filters]},
            selection={"query": query, "known_at": _written(known_at)},
            correction=correction,
        )


def request_audit_pack(
    asked: PackFilters,
    sampling: Sampling,
    *,
    by: User,
    at: datetime,
    known_at: datetime | None = None,
    correction: str = "",
) -> Document:
    """Of what the newest checkpoint, or the newest signed until `known_at`, seals.

    Without a seed, the root of that checkpoint is it. Raises Conflict while nothing is sealed, ValidationError when
    nothing or too much would be chosen: both are counted before a number is taken.
    """
    require(may_make_audit_pack, by)
    require_past(known_at, at=at)
    checkpoint = _checkpoint(known_at)
    chosen = Sampling(sampling.method, sampling.number, sampling.seed or checkpoint.root[:20])
    size = _size(asked.rows, chosen, checkpoint)
    with acting(user_id=by.pk):
        return ask(
            kind=ReportKind.AUDIT_PACK,
            series=f"AP-{at.year}",
            title=_("Audit pack of %(n)s entries") % {"n": f"{size:,}"},
            template=packs.TEMPLATE,
            subject=None,
            by=by,
            at=at,
            as_of=known_at,
            options={
                "filters": [list(pair) for pair in asked.words],
                "method": str(chosen.method),
                "number": chosen.number,
                "seed": chosen.seed,
            },
            selection={"query": asked.query, "known_at": _written(known_at), "checkpoint": checkpoint.size},
            correction=correction,
        )


def _checkpoint(known_at: datetime | None) -> Checkpoint:
    checkpoint = latest(known_at)
    if checkpoint is None and known_at is not None:
        raise ValidationError({"at": _("At this moment nothing of the history was sealed yet.")})
    if checkpoint is None:
        raise Conflict(_("Nothing of the history is sealed yet. Try again in a moment."))
    return checkpoint


def _size(rows: QuerySet[AuditEntry], sampling: Sampling, checkpoint: Checkpoint) -> int:
    size = size_of(population(rows, checkpoint.size), sampling)
    if not size:
        raise ValidationError(_("No sealed entry matches these filters."))
    if size > MOST:
        raise ValidationError(
            _("That is more than %(most)s entries. Narrow the filters or take a smaller sample.")
            % {"most": f"{MOST:,}"}
        )
    return size


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None

"""What the newest assessment of a workflow asks for, kept as rows so that lists of gaps are found by index."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from registry.containment_proof import holds_until
from registry.gaps import ordered
from registry.kernel.audit.bulk import create_many, update_many
from registry.kernel.audit.context import acting
from registry.models import CapabilityRecord, TierAssessment, Workflow
from registry.services.capability_proof import proofs_of
from registry.services.readiness import refresh_readiness


def required_of(workflow: Workflow) -> list[str]:
    """Keys, in the order of the areas; nothing before the first assessment."""
    asked = workflow.tier_assessments.order_by("-id").values_list("explanation__capabilities", flat=True).first()
    return ordered(asked or ())


def take_requirements(workflow: Workflow) -> int:
    """Make the rows follow the newest assessment; how many were added or changed. The workflow is locked by the caller.

    What is not asked for any more stays, marked so; what was said about it is there again when it is asked for again.
    """
    wanted = required_of(workflow)
    known = {record.capability: record for record in CapabilityRecord.objects.filter(workflow=workflow)}
    proofs = proofs_of(workflow) if set(wanted) - set(known) else []
    new = [
        CapabilityRecord(workflow=workflow, capability=key, proof_until_date=holds_until(key, proofs, workflow.tier))
        for key in wanted
        if key not in known
    ]
    turned = [record for key, record in known.items() if record.is_required != (key in wanted)]
    for record in turned:
        record.is_required = not record.is_required
        record.version += 1
    create_many(new)
    update_many(turned, ["is_required", "version"])
    return len(new) + len(turned)


def take_up(*, at: datetime, limit: int = 500) -> int:
    """Rows for assessments that came without them, such as those from before there were any; how many workflows."""
    newer = TierAssessment.objects.filter(workflow=OuterRef("workflow"), pk__gt=OuterRef("pk"))
    rows = CapabilityRecord.objects.filter(workflow=OuterRef("workflow"))
    bare = TierAssessment.objects.filter(~Exists(newer), ~Exists(rows), explanation__capabilities__0__isnull=False)
    return sum(_take_up(pk, at) for pk in list(bare.values_list("workflow_id", flat=True)[:limit]))


@transaction.atomic
def _take_up(pk: int, at: datetime) -> bool:
    workflow = Workflow.objects.select_for_update().get(pk=pk)
    with acting(reason=_("What the newest assessment asks for")):
        is_new = bool(take_requirements(workflow))
        refresh_readiness(workflow, at=at)
    return is_new

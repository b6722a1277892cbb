"""Required capabilities that stand on containment options: met only while the proof of those options is fresh."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from registry.containment_proof import STANDS_ON, holds_until
from registry.kernel.audit.bulk import update_many
from registry.models import CapabilityRecord, ContainmentOption, Workflow


def follow(workflow: Workflow) -> int:
    """Copy to the workflow's capabilities until when the options in use show them; how many changed.

    The records are held first, so that of two proofs at once the later one sees the other.
    """
    rows = CapabilityRecord.objects.select_for_update().filter(workflow=workflow, capability__in=STANDS_ON)
    records = list(rows.order_by("pk"))
    return take(records, proofs_of(workflow), workflow.tier) if records else 0


def proofs_of(workflow: Workflow) -> list[tuple[str, date | None]]:
    """Kind of each option in use, and the day it was last proven."""
    rows = ContainmentOption.objects.filter(workflow=workflow, is_active=True).values_list("kind", "proven_at")
    return [(kind, timezone.localdate(proven_at) if proven_at else None) for kind, proven_at in rows]


def take(records: Iterable[CapabilityRecord], proofs: list[tuple[str, date | None]], tier: str) -> int:
    changed = []
    for record in records:
        until = holds_until(record.capability, proofs, tier)
        if record.proof_until_date != until:
            record.proof_until_date = until
            record.version += 1
            changed.append(record)
    update_many(changed, ["proof_until_date", "version"])
    return len(changed)

"""Capabilities that were there before take the end of the proofs they stand on."""

from collections import defaultdict

from django.db import migrations
from django.utils import timezone

from registry.containment_proof import STANDS_ON, holds_until


def follow(apps, schema_editor):
    options = apps.get_model("registry", "ContainmentOption").objects.filter(is_active=True)
    records = apps.get_model("registry", "CapabilityRecord").objects.filter(capability__in=STANDS_ON)
    proofs = defaultdict(list)
    for workflow, kind, proven_at in options.values_list("workflow_id", "kind", "proven_at"):
        proofs[workflow].append((kind, timezone.localdate(proven_at) if proven_at else None))
    for record in records.filter(workflow__in=proofs).select_related("workflow").iterator():
        until = holds_until(record.capability, proofs[record.workflow_id], record.workflow.tier)
        if until != record.proof_until_date:
            records.filter(pk=record.pk).update(proof_until_date=until)


class Migration(migrations.Migration):
    dependencies = [("registry", "0025_containment_proof")]
    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]

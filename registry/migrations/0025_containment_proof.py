"""Proofs of containment options say where they were made, and capabilities that stand on them end with them."""

import registry.containment_proof
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0024_organisation_rules_in_force'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='capabilityrecord',
            name='capability_open_by_due',
        ),
        migrations.RemoveIndex(
            model_name='capabilityrecord',
            name='capability_open_by_workflow',
        ),
        migrations.RemoveIndex(
            model_name='capabilityrecord',
            name='capability_open_by_owner',
        ),
        migrations.RemoveIndex(
            model_name='capabilityrecord',
            name='capability_open_by_key',
        ),
        migrations.AddField(
            model_name='capabilityrecord',
            name='proof_until_date',
            field=models.DateField(blank=True, null=True, verbose_name='proof holds until'),
        ),
        migrations.AddField(
            model_name='containmentoption',
            name='proven_in',
            field=models.CharField(blank=True, choices=registry.containment_proof.Occasion.choices, max_length=8, verbose_name='proven in'),
        ),
        migrations.AddField(
            model_name='historicalcapabilityrecord',
            name='proof_until_date',
            field=models.DateField(blank=True, null=True, verbose_name='proof holds until'),
        ),
        migrations.AddField(
            model_name='historicalcontainmentoption',
            name='proven_in',
            field=models.CharField(blank=True, choices=registry.containment_proof.Occasion.choices, max_length=8, verbose_name='proven in'),
        ),
        migrations.AddIndex(
            model_name='capabilityrecord',
            index=models.Index(condition=models.Q(('is_required', True), models.Q(('is_met', False), ('proof_until_date__isnull', False), _connector='OR')), fields=['due_date', 'id'], include=('workflow', 'capability', 'owner', 'is_met', 'accepted_until_date', 'proof_until_date'), name='capability_open_by_due'),
        ),
        migrations.AddIndex(
            model_name='capabilityrecord',
            index=models.Index(condition=models.Q(('is_required', True), models.Q(('is_met', False), ('proof_until_date__isnull', False), _connector='OR')), fields=['workflow'], include=('capability', 'due_date', 'is_met', 'accepted_until_date', 'proof_until_date'), name='capability_open_by_workflow'),
        ),
        migrations.AddIndex(
            model_name='capabilityrecord',
            index=models.Index(condition=models.Q(('is_required', True), models.Q(('is_met', False), ('proof_until_date__isnull', False), _connector='OR')), fields=['owner', 'due_date', 'id'], name='capability_open_by_owner'),
        ),
        migrations.AddIndex(
            model_name='capabilityrecord',
            index=models.Index(condition=models.Q(('is_required', True), models.Q(('is_met', False), ('proof_until_date__isnull', False), _connector='OR')), fields=['capability', 'due_date', 'id'], name='capability_open_by_key'),
        ),
    ]

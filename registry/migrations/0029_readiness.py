"""How ready each workflow is, and its gaps, kept beside it so that lists can ask."""

from importlib import import_module

import registry.readiness.outcome
from django.db import migrations, models

follow = import_module("registry.migrations.0026_capabilities_follow_proofs").follow
"""How long a proof of an option is believed goes by the tier from here on."""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0028_successions'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='workflow',
            name='workflow_facets',
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='explained',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='can be explained'),
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='improved',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='is improved'),
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='readiness',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='readiness'),
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='seen',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='can be seen'),
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='stopped',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='can be stopped'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='explained',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='can be explained'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='gaps_more_after',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='workflow',
            name='gaps_accepted_last',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='workflow',
            name='gaps_late_after',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='workflow',
            name='gaps_stale_after',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='workflow',
            name='gaps_missing',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='capabilities missing'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='improved',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='is improved'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='readiness',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='readiness'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='readiness_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='workflow',
            name='seen',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='can be seen'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='stopped',
            field=models.CharField(blank=True, choices=registry.readiness.outcome.Readiness.choices, max_length=9, verbose_name='can be stopped'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='unready',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='checks that fail'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['unready', 'id'], name='workflow_by_unready'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['gaps_missing', 'id'], name='workflow_by_gaps'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['readiness_until'], name='workflow_readiness_ages'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(condition=models.Q(('readiness', '')), fields=['id'], name='workflow_not_judged'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['stage', 'tier', 'id'], include=('impact', 'is_public_facing', 'uses_personal_data', 'next_review_date', 'drift', 'attestation_due_date', 'attested_at', 'readiness', 'seen', 'stopped', 'explained', 'improved', 'gaps_missing', 'gaps_more_after', 'gaps_accepted_last', 'gaps_late_after', 'gaps_stale_after', 'business_owner', 'technical_owner', 'deputy', 'business_unit', 'vendor', 'created_at', 'updated_at'), name='workflow_facets'),
        ),
        migrations.RunPython(follow, migrations.RunPython.noop),
    ]

"""Baselines proposed by one person and approved by another, and how far each workflow has drifted from its own."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from registry.kernel.audit.capture import append_only, capture

HISTORY = ('registry_historicalbaseline', 'registry.baseline')


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0014_capabilities'),
    ]

    operations = [
        migrations.CreateModel(
            name='Baseline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('content', models.JSONField(verbose_name='content')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('reason', models.TextField(verbose_name='why')),
                ('status', models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('SUPERSEDED', 'Superseded')], default='PROPOSED', max_length=10, verbose_name='status')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason for the decision')),
            ],
            options={
                'verbose_name': 'baseline',
                'ordering': ['workflow', '-number'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalBaseline',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('content', models.JSONField(verbose_name='content')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('reason', models.TextField(verbose_name='why')),
                ('status', models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('SUPERSEDED', 'Superseded')], default='PROPOSED', max_length=10, verbose_name='status')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason for the decision')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical baseline',
                'verbose_name_plural': 'historical baselines',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RemoveIndex(
            model_name='workflow',
            name='workflow_facets',
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='drift',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='surfaces that differ from the baseline'),
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='drift_since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='drifting since'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='drift',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='surfaces that differ from the baseline'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='drift_since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='drifting since'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['drift', 'id'], name='registry_wo_drift_17be20_idx'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['stage', 'tier', 'id'], include=('impact', 'is_public_facing', 'uses_personal_data', 'next_review_date', 'drift', 'business_owner', 'technical_owner', 'deputy', 'business_unit', 'vendor', 'created_at', 'updated_at'), name='workflow_facets'),
        ),
        migrations.AddConstraint(
            model_name='workflow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('drift__gt', 0), ('drift__isnull', False), ('drift_since__isnull', False)), models.Q(models.Q(('drift__isnull', True), ('drift', 0), _connector='OR'), ('drift_since__isnull', True)), _connector='OR'), name='workflow_drift_has_a_beginning'),
        ),
        migrations.AddField(
            model_name='baseline',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='baseline',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='baseline',
            name='workflow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='baselines', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='historicalbaseline',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='historicalbaseline',
            name='proposed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='historicalbaseline',
            name='workflow',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.UniqueConstraint(fields=('workflow', 'number'), name='baseline_number_once_per_workflow'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'PROPOSED')), fields=('workflow',), name='baseline_one_proposed_per_workflow'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'APPROVED')), fields=('workflow',), name='baseline_one_approved_per_workflow'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='baseline_decided_by_second_person'),
        ),
        migrations.AddConstraint(
            model_name='baseline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'PROPOSED')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('status', 'PROPOSED'), _negated=True), models.Q(('decision_reason', ''), _negated=True)), _connector='OR'), name='baseline_decided_by_and_at'),
        ),
        migrations.RunSQL(capture(*HISTORY), migrations.RunSQL.noop),
        migrations.RunSQL(append_only(HISTORY[0]), migrations.RunSQL.noop),
    ]

"""Campaigns in which owners attest their entries, and on each workflow when it is due and when it was last done."""

import django.contrib.postgres.fields
import django.db.models.deletion
import registry.attesting
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0021_gathered_documents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=registry.attesting.AttestationState.choices, default=registry.attesting.AttestationState['OPEN'], max_length=10, verbose_name='state')),
                ('handed_at', models.DateTimeField(null=True, verbose_name='handed on')),
                ('handed_reason', models.TextField(blank=True, verbose_name='why it was handed on')),
                ('correction', models.TextField(blank=True, verbose_name='what was not true')),
                ('attested_at', models.DateTimeField(null=True, verbose_name='attested')),
                ('statement', models.TextField(blank=True, verbose_name='statement signed')),
                ('workflow_version', models.PositiveIntegerField(null=True, verbose_name='version of the record')),
                ('seen', models.JSONField(default=dict, verbose_name='digests of what was attested')),
                ('is_bulk', models.BooleanField(default=False, verbose_name='attested together with others')),
                ('excused_at', models.DateTimeField(null=True, verbose_name='excused')),
                ('excused_reason', models.TextField(blank=True, verbose_name='why it was excused')),
            ],
            options={
                'verbose_name': 'attestation',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AttestationCampaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('statement', models.TextField(verbose_name='statement')),
                ('parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=registry.attesting.Part.choices, max_length=12), size=None, verbose_name='parts')),
                ('view', models.CharField(blank=True, max_length=2000, verbose_name='view of the register')),
                ('due_date', models.DateField(verbose_name='due')),
                ('remind_every_days', models.PositiveSmallIntegerField(verbose_name='days between reminders')),
                ('escalate_after_days', models.PositiveSmallIntegerField(verbose_name='days late before it is escalated')),
                ('status', models.CharField(choices=[('OPEN', 'Going on'), ('CLOSED', 'Closed')], default='OPEN', max_length=6, verbose_name='status')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('closing_note', models.TextField(blank=True, verbose_name='note at the end')),
            ],
            options={
                'verbose_name': 'attestation campaign',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAttestation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=registry.attesting.AttestationState.choices, default=registry.attesting.AttestationState['OPEN'], max_length=10, verbose_name='state')),
                ('handed_at', models.DateTimeField(null=True, verbose_name='handed on')),
                ('handed_reason', models.TextField(blank=True, verbose_name='why it was handed on')),
                ('correction', models.TextField(blank=True, verbose_name='what was not true')),
                ('attested_at', models.DateTimeField(null=True, verbose_name='attested')),
                ('statement', models.TextField(blank=True, verbose_name='statement signed')),
                ('workflow_version', models.PositiveIntegerField(null=True, verbose_name='version of the record')),
                ('seen', models.JSONField(default=dict, verbose_name='digests of what was attested')),
                ('is_bulk', models.BooleanField(default=False, verbose_name='attested together with others')),
                ('excused_at', models.DateTimeField(null=True, verbose_name='excused')),
                ('excused_reason', models.TextField(blank=True, verbose_name='why it was excused')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical attestation',
                'verbose_name_plural': 'historical attestations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAttestationCampaign',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('statement', models.TextField(verbose_name='statement')),
                ('parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=registry.attesting.Part.choices, max_length=12), size=None, verbose_name='parts')),
                ('view', models.CharField(blank=True, max_length=2000, verbose_name='view of the register')),
                ('due_date', models.DateField(verbose_name='due')),
                ('remind_every_days', models.PositiveSmallIntegerField(verbose_name='days between reminders')),
                ('escalate_after_days', models.PositiveSmallIntegerField(verbose_name='days late before it is escalated')),
                ('status', models.CharField(choices=[('OPEN', 'Going on'), ('CLOSED', 'Closed')], default='OPEN', max_length=6, verbose_name='status')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('closing_note', models.TextField(blank=True, verbose_name='note at the end')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical attestation campaign',
                'verbose_name_plural': 'historical attestation campaigns',
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
            name='attestation_due_date',
            field=models.DateField(blank=True, null=True, verbose_name='attestation due'),
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='attested_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last attested'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='attestation_due_date',
            field=models.DateField(blank=True, null=True, verbose_name='attestation due'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='attested_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last attested'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['attestation_due_date', 'id'], name='registry_wo_attesta_2ea28e_idx'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['attested_at', 'id'], name='registry_wo_atteste_ce9755_idx'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['stage', 'tier', 'id'], include=('impact', 'is_public_facing', 'uses_personal_data', 'next_review_date', 'drift', 'attestation_due_date', 'attested_at', 'business_owner', 'technical_owner', 'deputy', 'business_unit', 'vendor', 'created_at', 'updated_at'), name='workflow_facets'),
        ),
        migrations.AddField(
            model_name='attestation',
            name='assignee',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked'),
        ),
        migrations.AddField(
            model_name='attestation',
            name='attested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='attested by'),
        ),
        migrations.AddField(
            model_name='attestation',
            name='excused_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='excused by'),
        ),
        migrations.AddField(
            model_name='attestation',
            name='handed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed on by'),
        ),
        migrations.AddField(
            model_name='attestation',
            name='workflow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attestations', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='attestationcampaign',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by'),
        ),
        migrations.AddField(
            model_name='attestationcampaign',
            name='escalate_to',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='escalated to'),
        ),
        migrations.AddField(
            model_name='attestationcampaign',
            name='started_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by'),
        ),
        migrations.AddField(
            model_name='attestation',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attestations', to='registry.attestationcampaign'),
        ),
        migrations.AddField(
            model_name='historicalattestation',
            name='assignee',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked'),
        ),
        migrations.AddField(
            model_name='historicalattestation',
            name='attested_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='attested by'),
        ),
        migrations.AddField(
            model_name='historicalattestation',
            name='campaign',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.attestationcampaign'),
        ),
        migrations.AddField(
            model_name='historicalattestation',
            name='excused_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='excused by'),
        ),
        migrations.AddField(
            model_name='historicalattestation',
            name='handed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed on by'),
        ),
        migrations.AddField(
            model_name='historicalattestation',
            name='workflow',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='historicalattestationcampaign',
            name='closed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by'),
        ),
        migrations.AddField(
            model_name='historicalattestationcampaign',
            name='escalate_to',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='escalated to'),
        ),
        migrations.AddField(
            model_name='historicalattestationcampaign',
            name='started_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by'),
        ),
        migrations.AddIndex(
            model_name='attestationcampaign',
            index=models.Index(condition=models.Q(('status', 'OPEN')), fields=['due_date', 'id'], name='campaign_open_by_due'),
        ),
        migrations.AddConstraint(
            model_name='attestationcampaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('statement', ''), _negated=True), ('parts__len__gt', 0)), name='campaign_says_what'),
        ),
        migrations.AddConstraint(
            model_name='attestationcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('escalate_after_days__range', (0, 90)), ('remind_every_days__range', (1, 90))), name='campaign_rhythm_is_bearable'),
        ),
        migrations.AddConstraint(
            model_name='attestationcampaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('closing_note', ''), ('status', 'OPEN')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('status', 'CLOSED')), _connector='OR'), name='campaign_closed_by_and_at'),
        ),
        migrations.AddIndex(
            model_name='attestation',
            index=models.Index(condition=models.Q(('state__in', ['OPEN', 'CORRECTING'])), fields=['assignee', 'campaign', 'id'], name='attestation_waiting_for'),
        ),
        migrations.AddIndex(
            model_name='attestation',
            index=models.Index(fields=['campaign', 'state', 'id'], name='attestation_by_state'),
        ),
        migrations.AddIndex(
            model_name='attestation',
            index=models.Index(condition=models.Q(('state__in', ['OPEN', 'CORRECTING'])), fields=['workflow'], name='attestation_waiting_of'),
        ),
        migrations.AddIndex(
            model_name='attestation',
            index=models.Index(condition=models.Q(('state', 'ATTESTED')), fields=['workflow', '-attested_at'], name='attestation_newest_of'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.UniqueConstraint(fields=('campaign', 'workflow'), name='attestation_once_per_campaign'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('attested_at__isnull', False), ('attested_by__isnull', False), ('state', 'ATTESTED'), ('workflow_version__isnull', False), models.Q(('statement', ''), _negated=True), models.Q(('seen', {}), _negated=True)), models.Q(models.Q(('state', 'ATTESTED'), _negated=True), ('attested_at__isnull', True), ('attested_by__isnull', True), ('workflow_version__isnull', True), ('is_bulk', False), ('seen', {}), ('statement', '')), _connector='OR'), name='attestation_attested_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('excused_at__isnull', False), ('state', 'EXCUSED'), models.Q(('excused_reason', ''), _negated=True)), models.Q(models.Q(('state', 'EXCUSED'), _negated=True), ('excused_at__isnull', True), ('excused_by__isnull', True), ('excused_reason', '')), _connector='OR'), name='attestation_excused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'CORRECTING'), _negated=True), models.Q(('correction', ''), _negated=True), _connector='OR'), name='attestation_correction_says_what'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_at__isnull', True), ('handed_by__isnull', True), ('handed_reason', '')), models.Q(('handed_at__isnull', False), ('handed_by__isnull', False), models.Q(('handed_reason', ''), _negated=True)), _connector='OR'), name='attestation_handed_by_and_at'),
        ),
    ]

"""Gates: requests to go live or to do more by itself, and by what right each workflow is in production."""

import django.contrib.postgres.fields
import django.db.models.deletion
import registry.approvals
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from registry.kernel.audit.capture import append_only, capture

HISTORIES = [
    ('registry_historicalgaterequest', 'registry.gaterequest'),
    ('registry_historicalgatestep', 'registry.gatestep'),
    ('registry_historicalgatecondition', 'registry.gatecondition'),
]
BEFORE_GATES = [
    "UPDATE registry_workflow SET production_basis = 'BEFORE_GATES' WHERE stage = 'PRODUCTION'",
    # What watches over changed rows waits for the end of a transaction; the table is altered before.
    'SET CONSTRAINTS ALL IMMEDIATE',
    'SET CONSTRAINTS ALL DEFERRED',
]
"""What is in production when gates come was there before them; nobody's approval is made up."""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0029_readiness'),
    ]

    operations = [
        migrations.CreateModel(
            name='GateCondition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='condition')),
                ('due_date', models.DateField(verbose_name='due')),
                ('set_at', models.DateTimeField(verbose_name='set')),
                ('met_at', models.DateTimeField(null=True, verbose_name='met')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
            ],
            options={
                'verbose_name': 'condition of an approval',
                'verbose_name_plural': 'conditions of approvals',
                'ordering': ['request', 'due_date', 'id'],
            },
        ),
        migrations.CreateModel(
            name='GateRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=registry.approvals.GateKind.choices, max_length=14, verbose_name='what is asked')),
                ('from_autonomy', models.CharField(blank=True, choices=registry.approvals.Autonomy.choices, max_length=20, verbose_name='may do until now')),
                ('to_autonomy', models.CharField(blank=True, choices=registry.approvals.Autonomy.choices, max_length=20, verbose_name='shall do')),
                ('reason', models.TextField(verbose_name='why')),
                ('tier', models.CharField(blank=True, choices=[('T1', 'T1 Critical'), ('T2', 'T2 High'), ('T3', 'T3 Moderate'), ('T4', 'T4 Low')], max_length=2, verbose_name='risk tier')),
                ('facts', models.JSONField(verbose_name='facts when it was asked')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('status', models.CharField(choices=registry.approvals.Status.choices, default=registry.approvals.Status['ASKED'], max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('step_since_at', models.DateTimeField(verbose_name='next step waits since')),
                ('granted_at', models.DateTimeField(null=True, verbose_name='granted')),
                ('valid_until_date', models.DateField(null=True, verbose_name='can be used until')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('withdrawal_reason', models.TextField(blank=True, verbose_name='reason for taking it back')),
                ('lapsed_at', models.DateTimeField(null=True, verbose_name='lapse noted')),
            ],
            options={
                'verbose_name': 'request at a gate',
                'verbose_name_plural': 'requests at gates',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='GateStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='step')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MEMBER', 'Member'), ('OWNER', 'Workflow owner'), ('RESPONDER', 'Responder'), ('RISK', 'Risk and compliance'), ('EXECUTIVE', 'Executive'), ('AUDITOR', 'Auditor'), ('ADMINISTRATOR', 'Administrator')], max_length=20), size=None, verbose_name='decided by one of')),
                ('verdict', models.CharField(blank=True, choices=[('APPROVED', 'Agreed'), ('REFUSED', 'Refused')], max_length=8, verbose_name='decision')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('reason', models.TextField(blank=True, verbose_name='reason for the decision')),
            ],
            options={
                'verbose_name': 'step of an approval',
                'verbose_name_plural': 'steps of approvals',
                'ordering': ['request', 'number'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalGateCondition',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('text', models.CharField(max_length=500, verbose_name='condition')),
                ('due_date', models.DateField(verbose_name='due')),
                ('set_at', models.DateTimeField(verbose_name='set')),
                ('met_at', models.DateTimeField(null=True, verbose_name='met')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical condition of an approval',
                'verbose_name_plural': 'historical conditions of approvals',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGateRequest',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=registry.approvals.GateKind.choices, max_length=14, verbose_name='what is asked')),
                ('from_autonomy', models.CharField(blank=True, choices=registry.approvals.Autonomy.choices, max_length=20, verbose_name='may do until now')),
                ('to_autonomy', models.CharField(blank=True, choices=registry.approvals.Autonomy.choices, max_length=20, verbose_name='shall do')),
                ('reason', models.TextField(verbose_name='why')),
                ('tier', models.CharField(blank=True, choices=[('T1', 'T1 Critical'), ('T2', 'T2 High'), ('T3', 'T3 Moderate'), ('T4', 'T4 Low')], max_length=2, verbose_name='risk tier')),
                ('facts', models.JSONField(verbose_name='facts when it was asked')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('status', models.CharField(choices=registry.approvals.Status.choices, default=registry.approvals.Status['ASKED'], max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('step_since_at', models.DateTimeField(verbose_name='next step waits since')),
                ('granted_at', models.DateTimeField(null=True, verbose_name='granted')),
                ('valid_until_date', models.DateField(null=True, verbose_name='can be used until')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('withdrawal_reason', models.TextField(blank=True, verbose_name='reason for taking it back')),
                ('lapsed_at', models.DateTimeField(null=True, verbose_name='lapse noted')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical request at a gate',
                'verbose_name_plural': 'historical requests at gates',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGateStep',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='step')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MEMBER', 'Member'), ('OWNER', 'Workflow owner'), ('RESPONDER', 'Responder'), ('RISK', 'Risk and compliance'), ('EXECUTIVE', 'Executive'), ('AUDITOR', 'Auditor'), ('ADMINISTRATOR', 'Administrator')], max_length=20), size=None, verbose_name='decided by one of')),
                ('verdict', models.CharField(blank=True, choices=[('APPROVED', 'Agreed'), ('REFUSED', 'Refused')], max_length=8, verbose_name='decision')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('reason', models.TextField(blank=True, verbose_name='reason for the decision')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical step of an approval',
                'verbose_name_plural': 'historical steps of approvals',
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
            name='autonomy',
            field=models.CharField(blank=True, choices=registry.approvals.Autonomy.choices, max_length=20, verbose_name='may do by itself'),
        ),
        migrations.AddField(
            model_name='historicalworkflow',
            name='production_basis',
            field=models.CharField(blank=True, choices=registry.approvals.Basis.choices, editable=False, max_length=12, verbose_name='in production by'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='autonomy',
            field=models.CharField(blank=True, choices=registry.approvals.Autonomy.choices, max_length=20, verbose_name='may do by itself'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='production_basis',
            field=models.CharField(blank=True, choices=registry.approvals.Basis.choices, editable=False, max_length=12, verbose_name='in production by'),
        ),
        migrations.AddIndex(
            model_name='workflow',
            index=models.Index(fields=['stage', 'tier', 'id'], include=('impact', 'is_public_facing', 'uses_personal_data', 'next_review_date', 'drift', 'attestation_due_date', 'attested_at', 'production_basis', 'readiness', 'seen', 'stopped', 'explained', 'improved', 'gaps_missing', 'gaps_more_after', 'gaps_accepted_last', 'gaps_late_after', 'gaps_stale_after', 'business_owner', 'technical_owner', 'deputy', 'business_unit', 'vendor', 'created_at', 'updated_at'), name='workflow_facets'),
        ),
        migrations.RunSQL(BEFORE_GATES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='workflow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'PRODUCTION'), models.Q(('production_basis', ''), _negated=True)), models.Q(models.Q(('stage', 'PRODUCTION'), _negated=True), ('production_basis', '')), _connector='OR'), name='workflow_in_production_by_right'),
        ),
        migrations.AddField(
            model_name='gatecondition',
            name='met_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='met by'),
        ),
        migrations.AddField(
            model_name='gatecondition',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='gatecondition',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='used_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='used by'),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='workflow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gate_requests', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='gatecondition',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='registry.gaterequest'),
        ),
        migrations.AddField(
            model_name='gatestep',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='gatestep',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='gatestep',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='registry.gaterequest'),
        ),
        migrations.AddField(
            model_name='historicalgatecondition',
            name='met_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='met by'),
        ),
        migrations.AddField(
            model_name='historicalgatecondition',
            name='owner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='historicalgatecondition',
            name='request',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.gaterequest'),
        ),
        migrations.AddField(
            model_name='historicalgatecondition',
            name='set_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
        migrations.AddField(
            model_name='historicalgaterequest',
            name='asked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='historicalgaterequest',
            name='used_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='used by'),
        ),
        migrations.AddField(
            model_name='historicalgaterequest',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='historicalgaterequest',
            name='workflow',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='historicalgatestep',
            name='asked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='historicalgatestep',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='historicalgatestep',
            name='request',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.gaterequest'),
        ),
        migrations.AddIndex(
            model_name='gaterequest',
            index=models.Index(fields=['workflow', '-id'], name='gate_request_of_workflow'),
        ),
        migrations.AddIndex(
            model_name='gaterequest',
            index=models.Index(fields=['status', '-id'], name='gate_request_by_status'),
        ),
        migrations.AddIndex(
            model_name='gaterequest',
            index=models.Index(condition=models.Q(('status', 'ASKED')), fields=['step_since_at', 'id'], name='gate_request_waiting'),
        ),
        migrations.AddIndex(
            model_name='gaterequest',
            index=models.Index(condition=models.Q(('status', 'GRANTED')), fields=['valid_until_date', 'id'], name='gate_request_unused'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['ASKED', 'GRANTED'])), fields=('workflow', 'kind'), name='gate_request_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='gate_request_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_autonomy', ''), ('kind', 'GO_LIVE'), ('to_autonomy', '')), models.Q(('kind', 'MORE_AUTONOMY'), models.Q(('to_autonomy', ''), _negated=True), models.Q(('to_autonomy', models.F('from_autonomy')), _negated=True)), _connector='OR'), name='gate_request_says_which_autonomy'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status__in', ['ASKED', 'REFUSED']), _negated=True), ('granted_at__isnull', False), ('valid_until_date__isnull', False)), models.Q(models.Q(('status__in', ['GRANTED', 'USED', 'LAPSED']), _negated=True), ('granted_at__isnull', True), ('valid_until_date__isnull', True)), _connector='OR'), name='gate_request_granted_until'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'USED'), ('used_by__isnull', False), ('used_at__isnull', False)), models.Q(models.Q(('status', 'USED'), _negated=True), ('used_by__isnull', True), ('used_at__isnull', True)), _connector='OR'), name='gate_request_used_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'WITHDRAWN'), ('withdrawn_by__isnull', False), ('withdrawn_at__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'WITHDRAWN'), _negated=True), ('withdrawn_by__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='gate_request_withdrawn_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'LAPSED'), ('lapsed_at__isnull', False)), models.Q(models.Q(('status', 'LAPSED'), _negated=True), ('lapsed_at__isnull', True)), _connector='OR'), name='gate_request_lapse_noted'),
        ),
        migrations.AddIndex(
            model_name='gatecondition',
            index=models.Index(condition=models.Q(('met_at__isnull', True)), fields=['due_date', 'id'], name='gate_condition_open'),
        ),
        migrations.AddConstraint(
            model_name='gatecondition',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='gate_condition_has_text'),
        ),
        migrations.AddConstraint(
            model_name='gatecondition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('evidence', ''), ('met_at__isnull', True), ('met_by__isnull', True)), models.Q(('met_at__isnull', False), ('met_by__isnull', False), models.Q(('evidence', ''), _negated=True)), _connector='OR'), name='gate_condition_met_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='gatestep',
            constraint=models.UniqueConstraint(fields=('request', 'number'), name='gate_step_once'),
        ),
        migrations.AddConstraint(
            model_name='gatestep',
            constraint=models.UniqueConstraint(fields=('request', 'decided_by'), name='gate_step_one_each'),
        ),
        migrations.AddConstraint(
            model_name='gatestep',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='gate_step_by_another'),
        ),
        migrations.AddConstraint(
            model_name='gatestep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('verdict', ''), _negated=True), ('decided_by__isnull', False), ('decided_at__isnull', False), models.Q(('reason', ''), _negated=True)), models.Q(('verdict', ''), ('decided_by__isnull', True), ('decided_at__isnull', True)), _connector='OR'), name='gate_step_decided_by_and_at'),
        ),
        *[migrations.RunSQL(capture(table, label), migrations.RunSQL.noop) for table, label in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table, _ in HISTORIES],
    ]

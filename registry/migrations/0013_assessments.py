"""Answers kept while they are given, the EU AI Act asked in order, rules proposed and approved, calls to assess again."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from registry.kernel.audit.capture import append_only, capture

HISTORIES = [
    ('registry_historicalassessmentdraft', 'registry.assessmentdraft'),
    ('registry_historicalreassessmentcall', 'registry.reassessmentcall'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0012_signals'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessmentDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict, verbose_name='answers')),
                ('ai_act_answers', models.JSONField(default=dict, verbose_name='EU AI Act answers')),
                ('saved', models.JSONField(default=dict, verbose_name='pages saved')),
                ('begun_at', models.DateTimeField(verbose_name='begun')),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'assessment being answered',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAssessmentDraft',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('answers', models.JSONField(default=dict, verbose_name='answers')),
                ('ai_act_answers', models.JSONField(default=dict, verbose_name='EU AI Act answers')),
                ('saved', models.JSONField(default=dict, verbose_name='pages saved')),
                ('begun_at', models.DateTimeField(verbose_name='begun')),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('version', models.PositiveIntegerField(default=1)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical assessment being answered',
                'verbose_name_plural': 'historical assessment being answereds',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalReassessmentCall',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('SEV_1', 'a SEV-1 incident')], max_length=10, verbose_name='what happened')),
                ('source', models.CharField(max_length=80, verbose_name='from')),
                ('called_at', models.DateTimeField(verbose_name='called')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical call for a new assessment',
                'verbose_name_plural': 'historical call for a new assessments',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReassessmentCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('SEV_1', 'a SEV-1 incident')], max_length=10, verbose_name='what happened')),
                ('source', models.CharField(max_length=80, verbose_name='from')),
                ('called_at', models.DateTimeField(verbose_name='called')),
            ],
            options={
                'verbose_name': 'call for a new assessment',
                'ordering': ['-id'],
            },
        ),
        migrations.RenameField('historicaltierruleset', 'approved_by', 'decided_by'),
        migrations.RenameField('tierruleset', 'approved_by', 'decided_by'),
        migrations.AddField(
            model_name='historicaltierassessment',
            name='ai_act_answers',
            field=models.JSONField(default=dict, verbose_name='EU AI Act answers'),
        ),
        migrations.AddField(
            model_name='historicaltierassessment',
            name='ai_act_finding',
            field=models.JSONField(default=dict, verbose_name='EU AI Act finding'),
        ),
        migrations.AddField(
            model_name='historicaltierruleset',
            name='based_on',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.tierruleset', verbose_name='based on'),
        ),
        migrations.AddField(
            model_name='historicaltierruleset',
            name='decided_at',
            field=models.DateTimeField(null=True, verbose_name='decided'),
        ),
        migrations.AlterField(
            model_name='historicaltierruleset',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='historicaltierruleset',
            name='decision_reason',
            field=models.TextField(blank=True, verbose_name='reason for the decision'),
        ),
        migrations.AddField(
            model_name='historicaltierruleset',
            name='followed_at',
            field=models.DateTimeField(null=True, verbose_name='tiers follow since'),
        ),
        migrations.AddField(
            model_name='historicaltierruleset',
            name='proposed_at',
            field=models.DateTimeField(null=True, verbose_name='proposed'),
        ),
        migrations.AddField(
            model_name='historicaltierruleset',
            name='proposed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='historicaltierruleset',
            name='reason',
            field=models.TextField(blank=True, verbose_name='why'),
        ),
        migrations.AddField(  # what is there by then was shipped, and is in force
            model_name='historicaltierruleset',
            name='status',
            field=models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='APPROVED', max_length=9, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='historicaltierruleset',
            name='status',
            field=models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='PROPOSED', max_length=9, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='tierassessment',
            name='ai_act_answers',
            field=models.JSONField(default=dict, verbose_name='EU AI Act answers'),
        ),
        migrations.AddField(
            model_name='tierassessment',
            name='ai_act_finding',
            field=models.JSONField(default=dict, verbose_name='EU AI Act finding'),
        ),
        migrations.AddField(
            model_name='tierruleset',
            name='based_on',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.tierruleset', verbose_name='based on'),
        ),
        migrations.AddField(
            model_name='tierruleset',
            name='decided_at',
            field=models.DateTimeField(null=True, verbose_name='decided'),
        ),
        migrations.AlterField(
            model_name='tierruleset',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='tierruleset',
            name='decision_reason',
            field=models.TextField(blank=True, verbose_name='reason for the decision'),
        ),
        migrations.AddField(
            model_name='tierruleset',
            name='followed_at',
            field=models.DateTimeField(null=True, verbose_name='tiers follow since'),
        ),
        migrations.AddField(
            model_name='tierruleset',
            name='proposed_at',
            field=models.DateTimeField(null=True, verbose_name='proposed'),
        ),
        migrations.AddField(
            model_name='tierruleset',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='tierruleset',
            name='reason',
            field=models.TextField(blank=True, verbose_name='why'),
        ),
        migrations.AddField(  # what is there by then was shipped, and is in force
            model_name='tierruleset',
            name='status',
            field=models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='APPROVED', max_length=9, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='tierruleset',
            name='status',
            field=models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='PROPOSED', max_length=9, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='historicaltierassessment',
            name='ai_act_reason',
            field=models.TextField(blank=True, verbose_name='EU AI Act reason'),
        ),
        migrations.AlterField(
            model_name='historicaltierruleset',
            name='effective_at',
            field=models.DateTimeField(null=True, verbose_name='in force from'),
        ),
        migrations.AlterField(
            model_name='tierassessment',
            name='ai_act_reason',
            field=models.TextField(blank=True, verbose_name='EU AI Act reason'),
        ),
        migrations.AlterField(
            model_name='tierruleset',
            name='effective_at',
            field=models.DateTimeField(null=True, verbose_name='in force from'),
        ),
        migrations.AddIndex(
            model_name='tierassessment',
            index=models.Index(condition=models.Q(('override_status', 'APPROVED')), fields=['override_until_date'], name='tier_override_ends'),
        ),
        migrations.AddConstraint(
            model_name='tierruleset',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('proposed_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='tier_rules_decided_by_second_person'),
        ),
        migrations.AddConstraint(
            model_name='tierruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='tier_rules_decided_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='tierruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='tier_rules_proposed_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='tierruleset',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_by__isnull', True), models.Q(('decided_by__isnull', False), ('status__in', ['APPROVED', 'REFUSED'])), models.Q(('decided_by__isnull', True), ('status__in', ['PROPOSED', 'WITHDRAWN'])), _connector='OR'), name='tier_rules_decision_names_who'),
        ),
        migrations.AddConstraint(
            model_name='tierruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'APPROVED'), _negated=True), ('effective_at__isnull', False), _connector='OR'), name='tier_rules_approved_from_when'),
        ),
        migrations.AddField(
            model_name='assessmentdraft',
            name='begun_after',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.tierassessment'),
        ),
        migrations.AddField(
            model_name='assessmentdraft',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='assessmentdraft',
            name='workflow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessment_drafts', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='historicalassessmentdraft',
            name='begun_after',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.tierassessment'),
        ),
        migrations.AddField(
            model_name='historicalassessmentdraft',
            name='person',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalassessmentdraft',
            name='workflow',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='historicalreassessmentcall',
            name='workflow',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow'),
        ),
        migrations.AddField(
            model_name='reassessmentcall',
            name='workflow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reassessment_calls', to='registry.workflow'),
        ),
        migrations.AddConstraint(
            model_name='assessmentdraft',
            constraint=models.UniqueConstraint(fields=('workflow', 'person'), name='assessment_draft_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='assessmentdraft',
            constraint=models.CheckConstraint(condition=models.Q(('saved_at__gte', models.F('begun_at'))), name='assessment_draft_saved_after_begun'),
        ),
        migrations.AddIndex(
            model_name='reassessmentcall',
            index=models.Index(fields=['workflow', '-called_at'], name='registry_re_workflo_4c78b3_idx'),
        ),
        migrations.AddConstraint(
            model_name='reassessmentcall',
            constraint=models.UniqueConstraint(fields=('workflow', 'kind', 'source'), name='reassessment_called_once'),
        ),
        migrations.AddField(
            model_name='tierassessment',
            name='repeats',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.tierassessment'),
        ),
        migrations.AddField(
            model_name='historicaltierassessment',
            name='repeats',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.tierassessment'),
        ),
        *[migrations.RunSQL(capture(table, label), migrations.RunSQL.noop) for table, label in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table, _ in HISTORIES],
    ]



import django.db.models.deletion
import registry.models.capabilities
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0013_assessments'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalCapabilityRecord',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('capability', models.CharField(choices=registry.models.capabilities.capability_choices, max_length=24, verbose_name='capability')),
                ('is_required', models.BooleanField(default=True, verbose_name='asked for')),
                ('is_met', models.BooleanField(default=False, verbose_name='met')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('evidence_url', models.URLField(blank=True, max_length=500, verbose_name='link to the evidence')),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='due')),
                ('met_at', models.DateTimeField(blank=True, null=True, verbose_name='met since')),
                ('accepted_until_date', models.DateField(blank=True, null=True, verbose_name='accepted until')),
                ('version', models.PositiveIntegerField(default=1)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('met_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='met by')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('workflow', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow')),
            ],
            options={
                'verbose_name': 'historical required capability',
                'verbose_name_plural': 'historical required capabilities',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGapAcceptance',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('capability', models.CharField(choices=registry.models.capabilities.capability_choices, max_length=24, verbose_name='capability')),
                ('reason', models.TextField(verbose_name='reason')),
                ('until_date', models.DateField(verbose_name='accepted until')),
                ('status', models.CharField(choices=[('ASKED', 'Waiting for a decision'), ('ACCEPTED', 'Accepted'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='ASKED', max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason for the decision')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('withdrawal_reason', models.TextField(blank=True, verbose_name='reason for the withdrawal')),
                ('lapsed_at', models.DateTimeField(null=True, verbose_name='lapse noted')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('asked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workflow', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow')),
            ],
            options={
                'verbose_name': 'historical acceptance of a gap',
                'verbose_name_plural': 'historical acceptances of gaps',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='CapabilityRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capability', models.CharField(choices=registry.models.capabilities.capability_choices, max_length=24, verbose_name='capability')),
                ('is_required', models.BooleanField(default=True, verbose_name='asked for')),
                ('is_met', models.BooleanField(default=False, verbose_name='met')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('evidence_url', models.URLField(blank=True, max_length=500, verbose_name='link to the evidence')),
                ('due_date', models.DateField(blank=True, null=True, verbose_name='due')),
                ('met_at', models.DateTimeField(blank=True, null=True, verbose_name='met since')),
                ('accepted_until_date', models.DateField(blank=True, null=True, verbose_name='accepted until')),
                ('version', models.PositiveIntegerField(default=1)),
                ('met_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='met by')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('workflow', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='capabilities', to='registry.workflow')),
            ],
            options={
                'verbose_name': 'required capability',
                'verbose_name_plural': 'required capabilities',
                'ordering': ['due_date', 'id'],
                'indexes': [models.Index(condition=models.Q(('is_met', False), ('is_required', True)), fields=['due_date', 'id'], include=('workflow', 'capability', 'owner', 'accepted_until_date'), name='capability_open_by_due'), models.Index(condition=models.Q(('is_met', False), ('is_required', True)), fields=['workflow'], include=('capability', 'due_date', 'accepted_until_date'), name='capability_open_by_workflow'), models.Index(condition=models.Q(('is_met', False), ('is_required', True)), fields=['owner', 'due_date', 'id'], name='capability_open_by_owner'), models.Index(condition=models.Q(('is_met', False), ('is_required', True)), fields=['capability', 'due_date', 'id'], name='capability_open_by_key'), models.Index(fields=['-met_at', 'id'], name='capability_by_met')],
                'constraints': [models.UniqueConstraint(fields=('workflow', 'capability'), name='capability_once_per_workflow'), models.CheckConstraint(condition=models.Q(models.Q(('is_met', False), ('met_at__isnull', True), ('met_by__isnull', True)), models.Q(('is_met', True), ('met_at__isnull', False), ('met_by__isnull', False)), _connector='OR'), name='capability_met_by_and_at'), models.CheckConstraint(condition=models.Q(('is_met', False), models.Q(('evidence', ''), _negated=True), models.Q(('evidence_url', ''), _negated=True), _connector='OR'), name='capability_met_has_evidence'), models.CheckConstraint(condition=models.Q(('evidence_url', ''), ('evidence_url__startswith', 'https://'), _connector='OR'), name='capability_evidence_over_https'), models.CheckConstraint(condition=models.Q(('due_date__isnull', True), ('owner__isnull', False), _connector='OR'), name='capability_due_has_owner')],
            },
        ),
        migrations.CreateModel(
            name='GapAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capability', models.CharField(choices=registry.models.capabilities.capability_choices, max_length=24, verbose_name='capability')),
                ('reason', models.TextField(verbose_name='reason')),
                ('until_date', models.DateField(verbose_name='accepted until')),
                ('status', models.CharField(choices=[('ASKED', 'Waiting for a decision'), ('ACCEPTED', 'Accepted'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='ASKED', max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason for the decision')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('withdrawal_reason', models.TextField(blank=True, verbose_name='reason for the withdrawal')),
                ('lapsed_at', models.DateTimeField(null=True, verbose_name='lapse noted')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workflow', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gap_acceptances', to='registry.workflow')),
            ],
            options={
                'verbose_name': 'acceptance of a gap',
                'verbose_name_plural': 'acceptances of gaps',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['workflow', 'capability', '-id'], name='gap_acceptance_by_capability'), models.Index(condition=models.Q(('lapsed_at__isnull', True), ('status', 'ACCEPTED')), fields=['until_date', 'id'], name='gap_acceptance_in_force'), models.Index(condition=models.Q(('status', 'ASKED')), fields=['id'], name='gap_acceptance_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lapsed_at__isnull', True), ('status__in', ['ASKED', 'ACCEPTED'])), fields=('workflow', 'capability'), name='gap_acceptance_one_at_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='gap_acceptance_has_reason'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='gap_acceptance_by_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('decision_reason', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decision_reason', ''), _negated=True)), _connector='OR'), name='gap_acceptance_decided_by_and_at'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('status', 'ASKED')), models.Q(('decided_by__isnull', False), ('status__in', ['ACCEPTED', 'REFUSED'])), ('status', 'WITHDRAWN'), _connector='OR'), name='gap_acceptance_decided_when_settled'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'WITHDRAWN'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'WITHDRAWN'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='gap_acceptance_withdrawn_by_and_at'), models.CheckConstraint(condition=models.Q(('lapsed_at__isnull', True), ('status', 'ACCEPTED'), _connector='OR'), name='gap_acceptance_lapsed_was_accepted')],
            },
        ),
    ]

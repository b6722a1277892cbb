"""Severity scale, escalation paths, communication rules and decision rights, in versions that two people change."""

import django.db.models.deletion
import registry.organisation_rules
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from registry.kernel.audit.capture import append_only, capture

HISTORY = ('registry_historicalorganisationrules', 'registry.organisationrules')


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0022_attestations'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrganisationRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=registry.organisation_rules.RulesKind.choices, max_length=14, verbose_name='kind')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('definition', models.JSONField(verbose_name='rules')),
                ('status', models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='PROPOSED', max_length=9, verbose_name='status')),
                ('proposed_at', models.DateTimeField(null=True, verbose_name='proposed')),
                ('reason', models.TextField(blank=True, verbose_name='why')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason for the decision')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('effective_at', models.DateTimeField(null=True, verbose_name='in force from')),
                ('based_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.organisationrules', verbose_name='based on')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
            ],
            options={
                'verbose_name': 'rules of the organisation',
                'verbose_name_plural': 'rules of the organisation',
                'ordering': ['kind', '-number'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalOrganisationRules',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=registry.organisation_rules.RulesKind.choices, max_length=14, verbose_name='kind')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('definition', models.JSONField(verbose_name='rules')),
                ('status', models.CharField(choices=[('PROPOSED', 'Waiting for a second person'), ('APPROVED', 'Approved'), ('REFUSED', 'Refused'), ('WITHDRAWN', 'Withdrawn')], default='PROPOSED', max_length=9, verbose_name='status')),
                ('proposed_at', models.DateTimeField(null=True, verbose_name='proposed')),
                ('reason', models.TextField(blank=True, verbose_name='why')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason for the decision')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('effective_at', models.DateTimeField(null=True, verbose_name='in force from')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('proposed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('based_on', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.organisationrules', verbose_name='based on')),
            ],
            options={
                'verbose_name': 'historical rules of the organisation',
                'verbose_name_plural': 'historical rules of the organisation',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='organisationrules',
            constraint=models.UniqueConstraint(fields=('kind', 'number'), name='organisation_rules_number_once_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='organisationrules',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('proposed_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='organisation_rules_by_second_person'),
        ),
        migrations.AddConstraint(
            model_name='organisationrules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='organisation_rules_decided_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='organisationrules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True)), models.Q(('owner__isnull', False), ('proposed_at__isnull', False), ('proposed_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='organisation_rules_proposed_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='organisationrules',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_by__isnull', True), models.Q(('decided_by__isnull', False), ('status__in', ['APPROVED', 'REFUSED'])), models.Q(('decided_by__isnull', True), ('status__in', ['PROPOSED', 'WITHDRAWN'])), _connector='OR'), name='organisation_rules_decision_names_who'),
        ),
        migrations.AddConstraint(
            model_name='organisationrules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'APPROVED'), _negated=True), ('effective_at__isnull', False), _connector='OR'), name='organisation_rules_approved_from_when'),
        ),
        migrations.AddConstraint(
            model_name='organisationrules',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'WITHDRAWN'), ('withdrawn_at__isnull', False)), models.Q(models.Q(('status', 'WITHDRAWN'), _negated=True), ('withdrawn_at__isnull', True)), _connector='OR'), name='organisation_rules_withdrawn_at'),
        ),
        migrations.RunSQL(capture(*HISTORY), migrations.RunSQL.noop),
        migrations.RunSQL(append_only(HISTORY[0]), migrations.RunSQL.noop),
    ]

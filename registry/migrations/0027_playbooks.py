"""The playbook of each workflow: seven questions in its owner's own words."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from registry.kernel.audit.capture import append_only, capture

HISTORY = ('registry_historicalplaybook', 'registry.playbook')


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0026_capabilities_follow_proofs'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalPlaybook',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('what_counts', models.TextField(blank=True, verbose_name='what counts as an incident')),
                ('containment', models.TextField(blank=True, verbose_name='containment choices')),
                ('output_review', models.TextField(blank=True, verbose_name='review of outputs')),
                ('escalation', models.TextField(blank=True, verbose_name='escalation')),
                ('communication', models.TextField(blank=True, verbose_name='communication')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('return_to_normal', models.TextField(blank=True, verbose_name='return to normal')),
                ('learning', models.TextField(blank=True, verbose_name='learning')),
                ('written_at', models.DateTimeField(verbose_name='last written')),
                ('reviewed_at', models.DateTimeField(null=True, verbose_name='last reviewed')),
                ('version', models.PositiveIntegerField(default=1)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('reviewed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by')),
                ('workflow', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow')),
            ],
            options={
                'verbose_name': 'historical playbook',
                'verbose_name_plural': 'historical playbooks',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Playbook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what_counts', models.TextField(blank=True, verbose_name='what counts as an incident')),
                ('containment', models.TextField(blank=True, verbose_name='containment choices')),
                ('output_review', models.TextField(blank=True, verbose_name='review of outputs')),
                ('escalation', models.TextField(blank=True, verbose_name='escalation')),
                ('communication', models.TextField(blank=True, verbose_name='communication')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('return_to_normal', models.TextField(blank=True, verbose_name='return to normal')),
                ('learning', models.TextField(blank=True, verbose_name='learning')),
                ('written_at', models.DateTimeField(verbose_name='last written')),
                ('reviewed_at', models.DateTimeField(null=True, verbose_name='last reviewed')),
                ('version', models.PositiveIntegerField(default=1)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by')),
                ('workflow', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='playbook', to='registry.workflow')),
            ],
            options={
                'verbose_name': 'playbook',
                'ordering': ['workflow'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', True), ('reviewed_by__isnull', True)), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='playbook_reviewed_by_and_at')],
            },
        ),
        migrations.RunSQL(capture(*HISTORY), migrations.RunSQL.noop),
        migrations.RunSQL(append_only(HISTORY[0]), migrations.RunSQL.noop),
    ]

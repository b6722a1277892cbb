"""Everything up to 0004_search, made at once; what an empty database needs of it.

An installation that stands somewhere between is refused (`registry.kernel.upgrading`).
"""

from datetime import UTC, datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import reviews.lifecycle
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from registry.migrations._together import CreateTogether
from reviews.calendar import DEFAULT_CALENDAR

REPLACED = [
    "0001_initial", "0002_capture", "0003_calendar_in_force", "0004_search",
]


# In force from before anything that can be entered, so that what is entered with its true date finds its rules.
SHIPPED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def ship(apps, schema_editor):
    """The first version of the calendar of reminders."""
    calendar = apps.get_model("reviews", "ChaseCalendar")
    if not calendar.objects.exists():
        calendar.objects.create(number=1, definition=dict(DEFAULT_CALENDAR), effective_at=SHIPPED_AT)


class Migration(migrations.Migration):

    replaces = [("reviews", name) for name in REPLACED]

    initial = True

    dependencies = [
        ('incidents', '0001_squashed_0007_scale_of_the_organisation'),
        ('registry', '0001_squashed_0034_by_tier'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='ChaseCalendar',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(unique=True, verbose_name='version')),
                    ('definition', models.JSONField(verbose_name='steps and ladder')),
                    ('effective_at', models.DateTimeField(verbose_name='in force from')),
                    ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'chase calendar',
                    'ordering': ['-number'],
                },
            ),
            migrations.CreateModel(
                name='HistoricalChaseCalendar',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                    ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                    ('history_change_reason', models.TextField(blank=True, default='')),
                    ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                    ('number', models.PositiveIntegerField(db_index=True, verbose_name='version')),
                    ('definition', models.JSONField(verbose_name='steps and ladder')),
                    ('effective_at', models.DateTimeField(verbose_name='in force from')),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical chase calendar',
                    'verbose_name_plural': 'historical chase calendars',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalReview',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                    ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                    ('history_change_reason', models.TextField(blank=True, default='')),
                    ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                    ('status', models.CharField(choices=reviews.lifecycle.ReviewState.choices, default=reviews.lifecycle.ReviewState['DRAFT'], max_length=10, verbose_name='status')),
                    ('what_happened', models.TextField(blank=True, verbose_name='What happened')),
                    ('causes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MODEL', 'Model'), ('PROMPT', 'Prompt'), ('RETRIEVAL', 'Retrieval'), ('CONFIGURATION', 'Configuration'), ('INPUT', 'Input'), ('TOOL', 'Tool'), ('PERMISSION', 'Permission'), ('VALIDATION', 'Validation'), ('HUMAN_REVIEW', 'Human review'), ('POLICY', 'Policy'), ('VENDOR', 'Vendor')], max_length=14), blank=True, default=list, size=None, verbose_name='Where the cause lies')),
                    ('root_cause', models.TextField(blank=True, verbose_name='Root cause')),
                    ('detection', models.TextField(blank=True, verbose_name='How long before it was detected, and why')),
                    ('first_signal', models.TextField(blank=True, verbose_name='Which signal fired first')),
                    ('containment', models.TextField(blank=True, verbose_name='What contained it, and could it have been faster')),
                    ('blast_radius', models.TextField(blank=True, verbose_name='Blast radius and what amplified it')),
                    ('controls', models.TextField(blank=True, verbose_name='Why controls did not prevent it')),
                    ('went_well', models.TextField(blank=True, verbose_name='What went well')),
                    ('due_date', models.DateField(blank=True, null=True, verbose_name='due')),
                    ('started_at', models.DateTimeField(verbose_name='started')),
                    ('submitted_at', models.DateTimeField(null=True, verbose_name='submitted')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('decision_note', models.TextField(blank=True, verbose_name='note on the decision')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('author', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('incident', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.incident')),
                    ('submitted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical review',
                    'verbose_name_plural': 'historical reviews',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='Review',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(choices=reviews.lifecycle.ReviewState.choices, default=reviews.lifecycle.ReviewState['DRAFT'], max_length=10, verbose_name='status')),
                    ('what_happened', models.TextField(blank=True, verbose_name='What happened')),
                    ('causes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MODEL', 'Model'), ('PROMPT', 'Prompt'), ('RETRIEVAL', 'Retrieval'), ('CONFIGURATION', 'Configuration'), ('INPUT', 'Input'), ('TOOL', 'Tool'), ('PERMISSION', 'Permission'), ('VALIDATION', 'Validation'), ('HUMAN_REVIEW', 'Human review'), ('POLICY', 'Policy'), ('VENDOR', 'Vendor')], max_length=14), blank=True, default=list, size=None, verbose_name='Where the cause lies')),
                    ('root_cause', models.TextField(blank=True, verbose_name='Root cause')),
                    ('detection', models.TextField(blank=True, verbose_name='How long before it was detected, and why')),
                    ('first_signal', models.TextField(blank=True, verbose_name='Which signal fired first')),
                    ('containment', models.TextField(blank=True, verbose_name='What contained it, and could it have been faster')),
                    ('blast_radius', models.TextField(blank=True, verbose_name='Blast radius and what amplified it')),
                    ('controls', models.TextField(blank=True, verbose_name='Why controls did not prevent it')),
                    ('went_well', models.TextField(blank=True, verbose_name='What went well')),
                    ('due_date', models.DateField(blank=True, null=True, verbose_name='due')),
                    ('started_at', models.DateTimeField(verbose_name='started')),
                    ('submitted_at', models.DateTimeField(null=True, verbose_name='submitted')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('decision_note', models.TextField(blank=True, verbose_name='note on the decision')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('incident', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review', to='incidents.incident')),
                    ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'review',
                    'ordering': ['-id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('decided_by', models.F('submitted_by')), _negated=True), models.Q(('decided_by', models.F('author')), _negated=True)), _connector='OR'), name='review_decided_by_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'APPROVED'), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='review_approved_by_and_at'), models.CheckConstraint(condition=models.Q(models.Q(('submitted_at__isnull', True), ('submitted_by__isnull', True)), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='review_submitted_by_and_at')],
                },
            ),
            migrations.CreateModel(
                name='ActionItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=200, verbose_name='what will be changed')),
                    ('description', models.TextField(blank=True, verbose_name='details')),
                    ('category', models.CharField(choices=reviews.lifecycle.ActionCategory.choices, max_length=14, verbose_name='category')),
                    ('state', models.CharField(choices=reviews.lifecycle.ActionState.choices, default=reviews.lifecycle.ActionState['OPEN'], max_length=14, verbose_name='state')),
                    ('due_date', models.DateField(verbose_name='due')),
                    ('first_due_date', models.DateField(verbose_name='first due')),
                    ('proof', models.TextField(blank=True, verbose_name='proof')),
                    ('proof_url', models.URLField(blank=True, max_length=500, verbose_name='link to the proof')),
                    ('proof_filename', models.CharField(blank=True, max_length=250)),
                    ('claimed_at', models.DateTimeField(null=True, verbose_name='claimed done')),
                    ('verified_at', models.DateTimeField(null=True, verbose_name='verified')),
                    ('effect_due_date', models.DateField(blank=True, null=True, verbose_name='effect checked by')),
                    ('accepted_until_date', models.DateField(blank=True, null=True, verbose_name='risk accepted until')),
                    ('created_at', models.DateTimeField(verbose_name='created')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('assignee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='action_items', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='incidents.incident')),
                    ('proof_file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.storedfile')),
                    ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('workflow', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='registry.workflow')),
                    ('review', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='reviews.review')),
                ],
                options={
                    'verbose_name': 'action item',
                    'ordering': ['due_date', 'id'],
                    'indexes': [models.Index(fields=['due_date', 'id'], name='reviews_act_due_dat_3b647a_idx'), models.Index(fields=['state', 'due_date'], name='reviews_act_state_f47608_idx'), models.Index(fields=['assignee', 'state'], name='reviews_act_assigne_315772_idx'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title', config='english'), name='action_search')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), models.Q(('verified_by', models.F('claimed_by')), _negated=True), _connector='OR'), name='action_verified_by_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('verified_at__isnull', True), ('verified_by__isnull', True)), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='action_verified_by_and_at'), models.CheckConstraint(condition=models.Q(models.Q(('claimed_at__isnull', True), ('claimed_by__isnull', True)), models.Q(('claimed_at__isnull', False), ('claimed_by__isnull', False)), _connector='OR'), name='action_claimed_by_and_at'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['DONE_CLAIMED', 'VERIFIED', 'EFFECTIVE']), _negated=True), models.Q(('proof', ''), _negated=True), _connector='OR'), name='action_done_has_proof'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'RISK_ACCEPTED'), _negated=True), ('accepted_until_date__isnull', False), _connector='OR'), name='action_risk_accepted_until')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalActionItem',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                    ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                    ('title', models.CharField(max_length=200, verbose_name='what will be changed')),
                    ('description', models.TextField(blank=True, verbose_name='details')),
                    ('category', models.CharField(choices=reviews.lifecycle.ActionCategory.choices, max_length=14, verbose_name='category')),
                    ('state', models.CharField(choices=reviews.lifecycle.ActionState.choices, default=reviews.lifecycle.ActionState['OPEN'], max_length=14, verbose_name='state')),
                    ('due_date', models.DateField(verbose_name='due')),
                    ('first_due_date', models.DateField(verbose_name='first due')),
                    ('proof', models.TextField(blank=True, verbose_name='proof')),
                    ('proof_url', models.URLField(blank=True, max_length=500, verbose_name='link to the proof')),
                    ('proof_filename', models.CharField(blank=True, max_length=250)),
                    ('claimed_at', models.DateTimeField(null=True, verbose_name='claimed done')),
                    ('verified_at', models.DateTimeField(null=True, verbose_name='verified')),
                    ('effect_due_date', models.DateField(blank=True, null=True, verbose_name='effect checked by')),
                    ('accepted_until_date', models.DateField(blank=True, null=True, verbose_name='risk accepted until')),
                    ('created_at', models.DateTimeField(verbose_name='created')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('history_change_reason', models.TextField(blank=True, default='')),
                    ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('assignee', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('claimed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('incident', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='incidents.incident')),
                    ('proof_file', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.storedfile')),
                    ('verified_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('workflow', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow')),
                    ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.review')),
                ],
                options={
                    'verbose_name': 'historical action item',
                    'verbose_name_plural': 'historical action items',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='ActionPassage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('verb', models.CharField(max_length=20)),
                    ('source', models.CharField(choices=reviews.lifecycle.ActionState.choices, max_length=14, verbose_name='from')),
                    ('target', models.CharField(choices=reviews.lifecycle.ActionState.choices, max_length=14, verbose_name='to')),
                    ('at', models.DateTimeField()),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='reviews.actionitem')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'change of state of an action item',
                    'ordering': ['id'],
                },
            ),
            migrations.CreateModel(
                name='HistoricalActionPassage',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                    ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                    ('history_change_reason', models.TextField(blank=True, default='')),
                    ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                    ('verb', models.CharField(max_length=20)),
                    ('source', models.CharField(choices=reviews.lifecycle.ActionState.choices, max_length=14, verbose_name='from')),
                    ('target', models.CharField(choices=reviews.lifecycle.ActionState.choices, max_length=14, verbose_name='to')),
                    ('at', models.DateTimeField()),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('action', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.actionitem')),
                    ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical change of state of an action item',
                    'verbose_name_plural': 'historical change of state of an action items',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalChaseStep',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                    ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                    ('history_change_reason', models.TextField(blank=True, default='')),
                    ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                    ('due_date', models.DateField()),
                    ('step', models.CharField(max_length=10, verbose_name='step')),
                    ('rung', models.CharField(max_length=20, verbose_name='rung')),
                    ('outcome', models.CharField(choices=[('TOLD', 'Told'), ('MISSED', 'Fell due while nothing ran; covered by a later notice'), ('NOBODY', 'Nobody holds this rung')], max_length=8, verbose_name='outcome')),
                    ('taken_at', models.DateTimeField(verbose_name='taken')),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('action', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.actionitem')),
                    ('calendar', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.chasecalendar')),
                    ('notice', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.notice')),
                    ('recipient', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical chase step',
                    'verbose_name_plural': 'historical chase steps',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalExtension',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                    ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                    ('history_change_reason', models.TextField(blank=True, default='')),
                    ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                    ('old_due_date', models.DateField(verbose_name='was due')),
                    ('new_due_date', models.DateField(verbose_name='asked for')),
                    ('reason', models.TextField(verbose_name='reason')),
                    ('asked_at', models.DateTimeField(verbose_name='asked')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('is_granted', models.BooleanField(null=True, verbose_name='granted')),
                    ('decision_reason', models.TextField(blank=True)),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('action', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.actionitem')),
                    ('asked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical extension',
                    'verbose_name_plural': 'historical extensions',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='ChaseStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('due_date', models.DateField()),
                    ('step', models.CharField(max_length=10, verbose_name='step')),
                    ('rung', models.CharField(max_length=20, verbose_name='rung')),
                    ('outcome', models.CharField(choices=[('TOLD', 'Told'), ('MISSED', 'Fell due while nothing ran; covered by a later notice'), ('NOBODY', 'Nobody holds this rung')], max_length=8, verbose_name='outcome')),
                    ('taken_at', models.DateTimeField(verbose_name='taken')),
                    ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chase_steps', to='reviews.actionitem')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.chasecalendar')),
                    ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.notice')),
                    ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'chase step',
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(fields=('action', 'due_date', 'step', 'rung', 'recipient'), name='chase_step_once', nulls_distinct=False)],
                },
            ),
            migrations.CreateModel(
                name='Extension',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('old_due_date', models.DateField(verbose_name='was due')),
                    ('new_due_date', models.DateField(verbose_name='asked for')),
                    ('reason', models.TextField(verbose_name='reason')),
                    ('asked_at', models.DateTimeField(verbose_name='asked')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('is_granted', models.BooleanField(null=True, verbose_name='granted')),
                    ('decision_reason', models.TextField(blank=True)),
                    ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='reviews.actionitem')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'extension',
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('decided_at__isnull', True)), fields=('action',), name='one_open_extension_per_action'), models.CheckConstraint(condition=models.Q(('new_due_date__gt', models.F('old_due_date'))), name='extension_is_later'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='extension_decided_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('is_granted__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('is_granted__isnull', False)), _connector='OR'), name='extension_decided_by_at_result')],
                },
            ),
        ]),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]

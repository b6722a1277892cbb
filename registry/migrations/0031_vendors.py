"""Who keeps the relation to a vendor, and what the vendor answered to the proofs asked of it."""

import django.db.models.deletion
import registry.models.vendors
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0030_gates'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalVendorAnswer',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('question', models.CharField(choices=registry.models.vendors.question_choices, max_length=24, verbose_name='question')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('evidence_url', models.URLField(blank=True, max_length=500, verbose_name='link to the evidence')),
                ('evidence_filename', models.CharField(blank=True, max_length=250, verbose_name='name of the file')),
                ('given_by', models.CharField(blank=True, max_length=150, verbose_name='said by')),
                ('valid_until_date', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='entered')),
                ('judgement', models.CharField(blank=True, choices=[('SUFFICIENT', 'Sufficient'), ('INSUFFICIENT', 'Not sufficient')], max_length=12, verbose_name='judgement')),
                ('judged_at', models.DateTimeField(null=True, verbose_name='judged')),
                ('judged_reason', models.TextField(blank=True, verbose_name='what convinced, or what is missing')),
                ('waived_at', models.DateTimeField(null=True, verbose_name='found not needed')),
                ('waived_reason', models.TextField(blank=True, verbose_name='why it is not needed')),
                ('version', models.PositiveIntegerField(default=0)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical answer of a vendor',
                'verbose_name_plural': 'historical answers of vendors',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='VendorAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(choices=registry.models.vendors.question_choices, max_length=24, verbose_name='question')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('evidence_url', models.URLField(blank=True, max_length=500, verbose_name='link to the evidence')),
                ('evidence_filename', models.CharField(blank=True, max_length=250, verbose_name='name of the file')),
                ('given_by', models.CharField(blank=True, max_length=150, verbose_name='said by')),
                ('valid_until_date', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='entered')),
                ('judgement', models.CharField(blank=True, choices=[('SUFFICIENT', 'Sufficient'), ('INSUFFICIENT', 'Not sufficient')], max_length=12, verbose_name='judgement')),
                ('judged_at', models.DateTimeField(null=True, verbose_name='judged')),
                ('judged_reason', models.TextField(blank=True, verbose_name='what convinced, or what is missing')),
                ('waived_at', models.DateTimeField(null=True, verbose_name='found not needed')),
                ('waived_reason', models.TextField(blank=True, verbose_name='why it is not needed')),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'answer of a vendor',
                'verbose_name_plural': 'answers of vendors',
                'ordering': ['vendor', 'id'],
            },
        ),
        migrations.AddField(
            model_name='historicalvendor',
            name='answers_due_date',
            field=models.DateField(blank=True, null=True, verbose_name='answers due'),
        ),
        migrations.AddField(
            model_name='historicalvendor',
            name='owner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner of the relation'),
        ),
        migrations.AddField(
            model_name='historicalvendor',
            name='supplies',
            field=models.TextField(blank=True, verbose_name='what it supplies'),
        ),
        migrations.AddField(
            model_name='historicalvendor',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='vendor',
            name='answers_due_date',
            field=models.DateField(blank=True, null=True, verbose_name='answers due'),
        ),
        migrations.AddField(
            model_name='vendor',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner of the relation'),
        ),
        migrations.AddField(
            model_name='vendor',
            name='supplies',
            field=models.TextField(blank=True, verbose_name='what it supplies'),
        ),
        migrations.AddField(
            model_name='vendor',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=models.CheckConstraint(condition=models.Q(('answers_due_date__isnull', True), ('owner__isnull', False), _connector='OR'), name='vendor_due_has_owner'),
        ),
        migrations.AddField(
            model_name='historicalvendoranswer',
            name='answered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by'),
        ),
        migrations.AddField(
            model_name='historicalvendoranswer',
            name='evidence_file',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.storedfile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='historicalvendoranswer',
            name='judged_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='judged by'),
        ),
        migrations.AddField(
            model_name='historicalvendoranswer',
            name='vendor',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.vendor'),
        ),
        migrations.AddField(
            model_name='historicalvendoranswer',
            name='waived_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='found not needed by'),
        ),
        migrations.AddField(
            model_name='vendoranswer',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by'),
        ),
        migrations.AddField(
            model_name='vendoranswer',
            name='evidence_file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.storedfile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='vendoranswer',
            name='judged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='judged by'),
        ),
        migrations.AddField(
            model_name='vendoranswer',
            name='vendor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='registry.vendor'),
        ),
        migrations.AddField(
            model_name='vendoranswer',
            name='waived_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='found not needed by'),
        ),
        migrations.AddIndex(
            model_name='vendoranswer',
            index=models.Index(condition=models.Q(('valid_until_date__isnull', False)), fields=['valid_until_date', 'id'], name='vendor_answer_ends'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.UniqueConstraint(fields=('vendor', 'question'), name='vendor_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('evidence_file__isnull', True), ('evidence_url', ''), ('valid_until_date__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('valid_until_date__isnull', False), models.Q(('answer', ''), _negated=True), models.Q(models.Q(('evidence_url', ''), _negated=True), ('evidence_file__isnull', False), _connector='OR')), _connector='OR'), name='vendor_answer_has_evidence'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('waived_at__isnull', True), ('waived_by__isnull', True), ('waived_reason', '')), models.Q(('waived_at__isnull', False), ('waived_by__isnull', False), models.Q(('waived_reason', ''), _negated=True)), _connector='OR'), name='vendor_answer_waived_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), ('waived_at__isnull', True), _connector='OR'), name='vendor_answer_given_or_waived'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at__isnull', True), ('judged_by__isnull', True), ('judged_reason', ''), ('judgement', '')), models.Q(('answered_at__isnull', False), ('judgement__in', ['SUFFICIENT', 'INSUFFICIENT']), ('judged_at__isnull', False), ('judged_by__isnull', False), models.Q(('judged_reason', ''), _negated=True)), _connector='OR'), name='vendor_answer_judged_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.CheckConstraint(condition=models.Q(('judged_by__isnull', True), models.Q(('judged_by', models.F('answered_by')), _negated=True), _connector='OR'), name='vendor_answer_judged_by_another'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.CheckConstraint(condition=models.Q(('evidence_url', ''), ('evidence_url__startswith', 'https://'), _connector='OR'), name='vendor_evidence_over_https'),
        ),
        migrations.AddConstraint(
            model_name='vendoranswer',
            constraint=models.CheckConstraint(condition=models.Q(('evidence_file__isnull', True), models.Q(('evidence_filename', ''), _negated=True), _connector='OR'), name='vendor_file_has_name'),
        ),
    ]

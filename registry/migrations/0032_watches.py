"""Who watches which workflow, what they are told of it, and the mail that gathers it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0031_vendors'),
    ]

    operations = [
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('created_at', models.DateTimeField(verbose_name='created')),
            ],
            options={
                'verbose_name': 'mail digest',
                'ordering': ['-due_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalWatch',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(default='UNKNOWN', max_length=10)),
                ('history_unit_id', models.CharField(blank=True, default='', max_length=64)),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('history_user_id', models.BigIntegerField(blank=True, null=True)),
                ('is_muted', models.BooleanField(default=False, verbose_name='muted')),
                ('since_at', models.DateTimeField(verbose_name='since')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical watch',
                'verbose_name_plural': 'historical watches',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='NewsCursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry_id', models.BigIntegerField()),
                ('mark_id', models.BigIntegerField(null=True)),
                ('mark_writers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('told_until_date', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_muted', models.BooleanField(default=False, verbose_name='muted')),
                ('since_at', models.DateTimeField(verbose_name='since')),
            ],
            options={
                'verbose_name': 'watch',
                'verbose_name_plural': 'watches',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='deliveredmail',
            name='html',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='digest_hour',
            field=models.PositiveSmallIntegerField(default=7, verbose_name='hour'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='digest_rhythm',
            field=models.CharField(choices=[('DAILY', 'Every day'), ('WEEKLY', 'Once a week'), ('NEVER', 'Never')], default='DAILY', max_length=6, verbose_name='mail about watched workflows'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='digest_weekday',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='day of the week'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='time_zone',
            field=models.CharField(blank=True, max_length=60, verbose_name='time zone'),
        ),
        migrations.AddField(
            model_name='mail',
            name='html',
            field=models.TextField(blank=True, default='', verbose_name='the same as a page'),
        ),
        migrations.AddField(
            model_name='notice',
            name='awaits_digest',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='notice',
            name='is_watched',
            field=models.BooleanField(default=False, verbose_name='told to whoever watches'),
        ),
        migrations.AddField(
            model_name='notice',
            name='under_id',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='notice',
            name='under_type',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AddField(
            model_name='user',
            name='digest_hour',
            field=models.PositiveSmallIntegerField(default=7, verbose_name='hour'),
        ),
        migrations.AddField(
            model_name='user',
            name='digest_rhythm',
            field=models.CharField(choices=[('DAILY', 'Every day'), ('WEEKLY', 'Once a week'), ('NEVER', 'Never')], default='DAILY', max_length=6, verbose_name='mail about watched workflows'),
        ),
        migrations.AddField(
            model_name='user',
            name='digest_weekday',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='day of the week'),
        ),
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, max_length=60, verbose_name='time zone'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('digest_weekday__lte', 6)), name='user_digest_weekday_is_one'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23)), name='user_digest_hour_is_one'),
        ),
        migrations.AddField(
            model_name='digest',
            name='mail',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='digest', to='registry.mail'),
        ),
        migrations.AddField(
            model_name='digest',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notice',
            name='digest',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='registry.digest'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('awaits_digest', True)), fields=['recipient', 'id'], name='notice_awaits_digest'),
        ),
        migrations.AddField(
            model_name='historicalwatch',
            name='person',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='historicalwatch',
            name='workflow',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.workflow', verbose_name='workflow'),
        ),
        migrations.AddConstraint(
            model_name='newscursor',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='news_cursor_is_one'),
        ),
        migrations.AddField(
            model_name='watch',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watches', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='watch',
            name='workflow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='registry.workflow', verbose_name='workflow'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.UniqueConstraint(fields=('person', 'due_at'), name='digest_once_per_moment'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('person', 'workflow'), name='watch_once'),
        ),
    ]

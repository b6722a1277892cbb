import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0010_files'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='renderingjob',
            name='claimed_at',
        ),
        migrations.AddField(
            model_name='renderingjob',
            name='not_before',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='Volume',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('record_sha256', models.CharField(db_index=True, max_length=64)),
                ('unsigned_sha256', models.CharField(blank=True, db_index=True, max_length=64)),
                ('sha256', models.CharField(blank=True, db_index=True, max_length=64)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='volumes', to='registry.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='volume_once')],
            },
        ),
    ]

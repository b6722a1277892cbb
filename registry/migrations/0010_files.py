import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0009_audit_object'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedfile',
            name='failed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last failed attempt'),
        ),
        migrations.AddField(
            model_name='storedfile',
            name='failures',
            field=models.PositiveSmallIntegerField(default=0, help_text='attempts to read it that failed, in a row'),
        ),
        migrations.CreateModel(
            name='DocumentPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='registry.document')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.storedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'file'), name='document_part_once')],
            },
        ),
        migrations.AlterField(
            model_name='storedfile',
            name='condition',
            field=models.CharField(choices=[('UNCHECKED', 'Not checked yet'), ('SOUND', 'As it was stored'), ('ALTERED', 'Altered'), ('MISSING', 'Missing'), ('UNREADABLE', 'Cannot be read'), ('REMOVED', 'Removed at the end of its keeping')], default='UNCHECKED', max_length=10),
        ),
    ]

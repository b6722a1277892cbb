from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0007_audit_filters'),
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
        migrations.AlterField(
            model_name='storedfile',
            name='condition',
            field=models.CharField(choices=[('UNCHECKED', 'Not checked yet'), ('SOUND', 'As it was stored'), ('ALTERED', 'Altered'), ('MISSING', 'Missing'), ('UNREADABLE', 'Cannot be read'), ('REMOVED', 'Removed at the end of its keeping')], default='UNCHECKED', max_length=10),
        ),
    ]

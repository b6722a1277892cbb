from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0005_retention'),
    ]

    operations = [
        migrations.AlterField(
            model_name='custodyevent',
            name='kind',
            field=models.CharField(choices=[('RECEIVED', 'Received'), ('READ', 'Read'), ('COPIED', 'Copied'), ('EXPORTED', 'Exported'), ('REDACTED', 'Redacted'), ('VERIFIED', 'Verified'), ('FOUND_ALTERED', 'Found altered'), ('FOUND_MISSING', 'Found missing'), ('HELD', 'Put on hold'), ('RELEASED', 'Released'), ('KEPT', 'Kept on after review'), ('RECLASSIFIED', 'Kept for another period'), ('DISPOSED', 'Disposed of')], max_length=14, verbose_name='what'),
        ),
    ]

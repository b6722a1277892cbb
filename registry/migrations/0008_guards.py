from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0007_audit_filters'),
    ]

    operations = [
        migrations.AddField(
            model_name='integritycheck',
            name='erased',
            field=models.BigIntegerField(default=0, help_text='contents and values gone with a record of their erasure'),
        ),
    ]

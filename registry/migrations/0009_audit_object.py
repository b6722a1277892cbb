from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0008_guards'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['object_id', '-at', '-id'], name='audit_object'),
        ),
    ]

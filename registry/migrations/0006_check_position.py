from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_trouble'),
    ]

    operations = [
        migrations.AddField(
            model_name='integritycheck',
            name='position',
            field=models.JSONField(default=dict, help_text='where an unfinished run goes on'),
        ),
    ]

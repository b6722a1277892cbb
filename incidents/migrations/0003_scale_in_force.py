"""The first version of the severity scale, as shipped."""

from django.db import migrations
from django.utils import timezone

from incidents.severity_scale import DEFAULT_SCALE


def ship(apps, schema_editor):
    scale = apps.get_model("incidents", "SeverityScale")
    if not scale.objects.exists():
        scale.objects.create(number=1, definition=dict(DEFAULT_SCALE), effective_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_capture")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

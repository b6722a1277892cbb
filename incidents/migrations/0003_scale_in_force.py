"""The first version of the severity scale, as shipped."""

from datetime import UTC, datetime

from django.db import migrations

from registry.severity_scale import DEFAULT_SCALE

# In force from before anything that can be entered, so that what is entered with its true date finds its rules.
SHIPPED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def ship(apps, schema_editor):
    scale = apps.get_model("incidents", "SeverityScale")
    if not scale.objects.exists():
        scale.objects.create(number=1, definition=dict(DEFAULT_SCALE), effective_at=SHIPPED_AT)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_capture")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

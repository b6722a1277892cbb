"""Ships the first version of the message templates to installations that were made before there were any."""

from datetime import UTC, datetime

from django.db import migrations

from registry.message_templates import DEFAULT_TEMPLATES

SHIPPED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def ship(apps, schema_editor):
    rules = apps.get_model("registry", "OrganisationRules")
    if not rules.objects.filter(kind="MESSAGES").exists():
        rules.objects.create(
            kind="MESSAGES", number=1, definition=dict(DEFAULT_TEMPLATES), status="APPROVED", effective_at=SHIPPED_AT
        )


class Migration(migrations.Migration):
    dependencies = [("registry", "0042_asked_overrides")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

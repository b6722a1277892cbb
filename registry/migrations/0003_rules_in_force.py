"""The first version of the tier rules, as shipped."""

from datetime import UTC, datetime

from django.db import migrations

from registry.tiering_rules import DEFAULT_RULE_SET

# In force from before anything that can be entered, so that what is entered with its true date finds its rules.
SHIPPED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def ship(apps, schema_editor):
    rule_set = apps.get_model("registry", "TierRuleSet")
    if not rule_set.objects.exists():
        rule_set.objects.create(number=1, definition=dict(DEFAULT_RULE_SET), effective_at=SHIPPED_AT)


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_capture")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

"""The first version of the tier rules, as shipped."""

from django.db import migrations
from django.utils import timezone

from registry.tiering_rules import DEFAULT_RULE_SET


def ship(apps, schema_editor):
    rule_set = apps.get_model("registry", "TierRuleSet")
    if not rule_set.objects.exists():
        rule_set.objects.create(number=1, definition=dict(DEFAULT_RULE_SET), effective_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_capture")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

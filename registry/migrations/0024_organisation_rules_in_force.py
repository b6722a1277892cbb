"""The first version of each kind of the organisation's rules, as shipped. Nobody owns them yet."""

from datetime import UTC, datetime

from django.db import migrations

from registry.organisation_rules import RulesKind

# In force from before anything that can be entered, so that what is entered with its true date finds its rules.
SHIPPED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def ship(apps, schema_editor):
    """The severity scale comes first: assessments made before name it by the number of the row, which is 1."""
    rules = apps.get_model("registry", "OrganisationRules")
    for kind in RulesKind:
        if not rules.objects.filter(kind=kind.value).exists():
            rules.objects.create(
                kind=kind.value, number=1, definition=kind.shipped, status="APPROVED", effective_at=SHIPPED_AT
            )


class Migration(migrations.Migration):
    dependencies = [("registry", "0023_organisation_rules")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

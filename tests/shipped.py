"""The rows that come with the migrations: rules, scale, calendar, the seal of the guards.

Tests that empty the tables put them back.
"""

from importlib import import_module

from django.apps import apps

from registry.kernel.ledger import installing
from registry.models import SchemaSeal, TierRuleSet

SHIPPED = (
    "registry.migrations.0003_rules_in_force",
    "registry.migrations.0024_organisation_rules_in_force",
    "reviews.migrations.0003_calendar_in_force",
)


def restore() -> None:
    """Each migration adds its rows only where there are none."""
    for name in SHIPPED:
        import_module(name).ship(apps, None)
    for rules in TierRuleSet.objects.filter(proposed_by=None, status=TierRuleSet.Status.PROPOSED):
        rules.status = TierRuleSet.Status.APPROVED  # as the migration that brought the column left it
        rules.save()
    if not SchemaSeal.objects.exists():
        installing.seal()

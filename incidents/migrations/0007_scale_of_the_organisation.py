"""The severity scale is one of the organisation's rules: assessments name its version there.

What was shipped here was shipped there again, unchanged and as the first row, so that no assessment changes. The
table of scales goes; its entries in the ledger stay as they were sealed.
"""

import django.db.models.deletion
from django.db import migrations, models


def check(apps, schema_editor):
    """There was never a page or an endpoint that made a second version; one made by hand must not be lost."""
    known = set(apps.get_model("registry", "OrganisationRules").objects.filter(kind="SEVERITY").values_list("pk", flat=True))
    here = set(apps.get_model("incidents", "SeverityScale").objects.values_list("pk", flat=True))
    used = set(apps.get_model("incidents", "SeverityAssessment").objects.values_list("scale_id", flat=True))
    if used - known or len(here) > 1:
        raise RuntimeError(
            "Severity scales were added past the application. Enter them as versions of the organisation's severity "
            f"scale, under the same numbers of rows, before this migration: {sorted(here | used)}."
        )


FUNCTIONS = """
DROP FUNCTION IF EXISTS public.holdfast_capture_incidents_severityscale();
DROP FUNCTION IF EXISTS public.holdfast_guard_incidents_severityscale();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0006_custody'),
        ('registry', '0024_organisation_rules_in_force'),
    ]

    operations = [
        migrations.RunPython(check, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='severityscale',
            name='owner',
        ),
        migrations.AlterField(
            model_name='severityassessment',
            name='scale',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.organisationrules'),
        ),
        migrations.AlterField(
            model_name='historicalseverityassessment',
            name='scale',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registry.organisationrules'),
        ),
        migrations.DeleteModel(
            name='HistoricalSeverityScale',
        ),
        migrations.DeleteModel(
            name='SeverityScale',
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]

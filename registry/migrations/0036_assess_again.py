"""Workflows that have a tier are looked at by the next sweeps, which mark what asks for a new assessment."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0035_withdrawn_retired_renewed")]

    operations = [
        migrations.RunSQL(
            "UPDATE registry_workflow SET readiness_until = now() WHERE tier <> ''; "
            "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED",
            migrations.RunSQL.noop,
        ),
    ]

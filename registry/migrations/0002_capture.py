"""Every history row is listed in the site-wide index by the database itself; history is append-only."""

from django.db import migrations

from registry.kernel.audit.capture import APPEND_ONLY_FUNCTION, CAPTURE_FUNCTION, append_only, capture

HISTORIES = [
    ("registry_historicalapitoken", "registry.apitoken"),
    ("registry_historicalbusinessunit", "registry.businessunit"),
    ("registry_historicalchangeset", "registry.changeset"),
    ("registry_historicalcontainmentexecutor", "registry.containmentexecutor"),
    ("registry_historicalcontainmentoption", "registry.containmentoption"),
    ("registry_historicaldocument", "registry.document"),
    ("registry_historicalimportmapping", "registry.importmapping"),
    ("registry_historicalinstallation", "registry.installation"),
    ("registry_historicalsavedview", "registry.savedview"),
    ("registry_historicalsurface", "registry.surface"),
    ("registry_historicalsurfaceversion", "registry.surfaceversion"),
    ("registry_historicaltierassessment", "registry.tierassessment"),
    ("registry_historicaltierruleset", "registry.tierruleset"),
    ("registry_historicaluser", "registry.user"),
    ("registry_historicalvendor", "registry.vendor"),
    ("registry_historicalworkflow", "registry.workflow"),
]
APPEND_ONLY = ['registry_auditentry']


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunSQL(CAPTURE_FUNCTION, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY_FUNCTION, migrations.RunSQL.noop),
        *[migrations.RunSQL(capture(table, label), migrations.RunSQL.noop) for table, label in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table, _ in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table in APPEND_ONLY],
    ]

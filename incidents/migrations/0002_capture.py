"""Every history row is listed in the site-wide index by the database itself; history is append-only."""

from django.db import migrations

from registry.kernel.audit.capture import append_only, capture

HISTORIES = [
    ("incidents_historicalcommunication", "incidents.communication"),
    ("incidents_historicalcontainmentaction", "incidents.containmentaction"),
    ("incidents_historicalevidence", "incidents.evidence"),
    ("incidents_historicalgovernedsnapshot", "incidents.governedsnapshot"),
    ("incidents_historicalincident", "incidents.incident"),
    ("incidents_historicalincidentworkflow", "incidents.incidentworkflow"),
    ("incidents_historicalmoment", "incidents.moment"),
    ("incidents_historicalobligation", "incidents.obligation"),
    ("incidents_historicalpassage", "incidents.passage"),
    ("incidents_historicalphasetrack", "incidents.phasetrack"),
    ("incidents_historicalroleassignment", "incidents.roleassignment"),
    ("incidents_historicalroomaccess", "incidents.roomaccess"),
    ("incidents_historicalseverityassessment", "incidents.severityassessment"),
    ("incidents_historicalseverityscale", "incidents.severityscale"),
    ("incidents_historicaltimelineentry", "incidents.timelineentry"),
]
APPEND_ONLY = ['incidents_custodyevent']


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("registry", "0002_capture")]

    operations = [
        *[migrations.RunSQL(capture(table, label), migrations.RunSQL.noop) for table, label in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table, _ in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table in APPEND_ONLY],
    ]

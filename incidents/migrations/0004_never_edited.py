"""What is only ever followed by another row is not changed: the database refuses it.

A timeline entry may be pinned and unpinned; nothing else about it moves. Passages, moments, assessments of
severity and frozen states do not change at all.
"""

from django.db import migrations

from registry.kernel.audit.capture import append_only

NEVER_EDITED = [
    "incidents_passage",
    "incidents_moment",
    "incidents_severityassessment",
    "incidents_governedsnapshot",
]
TIMELINE = """
CREATE OR REPLACE TRIGGER holdfast_entry_stands BEFORE UPDATE ON incidents_timelineentry
FOR EACH ROW WHEN (
    to_jsonb(OLD) - 'pinned_at' - 'pinned_by_id' IS DISTINCT FROM to_jsonb(NEW) - 'pinned_at' - 'pinned_by_id'
) EXECUTE FUNCTION holdfast_append_only();
CREATE OR REPLACE TRIGGER holdfast_entry_stays BEFORE DELETE ON incidents_timelineentry
FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();
"""
TIMELINE_AGAIN = """
DROP TRIGGER holdfast_entry_stands ON incidents_timelineentry;
DROP TRIGGER holdfast_entry_stays ON incidents_timelineentry;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_scale_in_force")]

    operations = [
        *[
            migrations.RunSQL(append_only(table), f"DROP TRIGGER holdfast_append_only ON {table};")
            for table in NEVER_EDITED
        ],
        migrations.RunSQL(TIMELINE, TIMELINE_AGAIN),
    ]

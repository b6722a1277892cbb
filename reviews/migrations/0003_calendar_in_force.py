"""The first version of the chase calendar, as shipped."""

from datetime import UTC, datetime

from django.db import migrations

from reviews.calendar import DEFAULT_CALENDAR

# In force from before anything that can be entered, so that what is entered with its true date finds its rules.
SHIPPED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def ship(apps, schema_editor):
    calendar = apps.get_model("reviews", "ChaseCalendar")
    if not calendar.objects.exists():
        calendar.objects.create(number=1, definition=dict(DEFAULT_CALENDAR), effective_at=SHIPPED_AT)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_capture")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

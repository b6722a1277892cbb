"""The first version of the chase calendar, as shipped."""

from django.db import migrations
from django.utils import timezone

from reviews.calendar import DEFAULT_CALENDAR


def ship(apps, schema_editor):
    calendar = apps.get_model("reviews", "ChaseCalendar")
    if not calendar.objects.exists():
        calendar.objects.create(number=1, definition=dict(DEFAULT_CALENDAR), effective_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_capture")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]

"""Every history row is listed in the site-wide index by the database itself; history is append-only."""

from django.db import migrations

from registry.kernel.audit.capture import append_only, capture

HISTORIES = [
    ("reviews_historicalactionitem", "reviews.actionitem"),
    ("reviews_historicalactionpassage", "reviews.actionpassage"),
    ("reviews_historicalchasecalendar", "reviews.chasecalendar"),
    ("reviews_historicalchasestep", "reviews.chasestep"),
    ("reviews_historicalextension", "reviews.extension"),
    ("reviews_historicalreview", "reviews.review"),
]
APPEND_ONLY = []


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("registry", "0002_capture")]

    operations = [
        *[migrations.RunSQL(capture(table, label), migrations.RunSQL.noop) for table, label in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table, _ in HISTORIES],
        *[migrations.RunSQL(append_only(table), migrations.RunSQL.noop) for table in APPEND_ONLY],
    ]

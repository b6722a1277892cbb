"""Taking the list of outputs away as a file: noted before the first byte leaves."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from incidents.models import AffectedOutput, Incident
from incidents.reports.outputs import COLUMNS, lines
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.models import User
from registry.reports.audit import batched
from registry.sheets import csv_lines


def export(
    incident: Incident, rows: QuerySet[AffectedOutput], *, by: User, at: datetime, filters: str
) -> Iterator[bytes]:
    """The CSV file, piece by piece. Who took how many rows of which filter away goes on record."""
    with acting(user_id=by.pk):
        note(
            "EXPORTED",
            at=at,
            object_type=incident._meta.label_lower,
            object_id=incident.pk,
            detail={"rows": rows.count(), "filters": filters, "what": "outputs"},
        )
    return batched(csv_lines(COLUMNS, lines(rows)))


def filename(incident: Incident) -> str:
    return f"{incident.reference}-outputs.csv"

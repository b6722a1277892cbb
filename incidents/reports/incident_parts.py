"""What belongs to an incident and to a piece of evidence, for the chains of the audit page."""

from collections.abc import Iterator

from incidents.models import Evidence, RetentionReview
from incidents.reports.incident_history import BELOW
from registry.kernel.audit import belonging
from registry.kernel.audit.belonging import Rows, numbers, past
from registry.models import StoredFile


def declare() -> None:
    belonging.declare("incidents.incident", of_incident)
    belonging.declare("incidents.evidence", of_evidence)


def of_incident(number: str) -> Iterator[tuple[str, Rows]]:
    for model in BELOW:
        yield model._meta.label_lower, numbers(past(model, incident_id=number))
    pieces = past(Evidence, incident_id=number).order_by().values("id")
    yield RetentionReview._meta.label_lower, numbers(past(RetentionReview, evidence_id__in=pieces))
    yield StoredFile._meta.label_lower, _files(past(Evidence, incident_id=number))


def of_evidence(number: str) -> Iterator[tuple[str, Rows]]:
    yield RetentionReview._meta.label_lower, numbers(past(RetentionReview, evidence_id=number))
    yield StoredFile._meta.label_lower, _files(past(Evidence, id=number))


def _files(pieces: Rows) -> Rows:
    """Of a file it is told when its content was found altered, missing and sound again."""
    return numbers(pieces.exclude(file_id=None), "file_id")

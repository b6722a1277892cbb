"""What belongs to an incident and to a piece of evidence, for the chains of the audit page."""

from collections.abc import Iterator, Mapping

from incidents.models import Evidence, EvidenceOpener, Redaction, RetentionReview
from incidents.reports.incident_history import BELOW, label_of
from registry.kernel.audit import belonging
from registry.kernel.audit.belonging import Rows, numbers, past
from registry.models import StoredFile

OF_PIECES: Mapping[type, str] = {RetentionReview: "evidence_id", Redaction: "copy_id", EvidenceOpener: "evidence_id"}
"""What is about one piece of evidence → where its number stands."""


def declare() -> None:
    belonging.declare("incidents.incident", of_incident)
    belonging.declare("incidents.evidence", of_evidence)


def of_incident(number: str) -> Iterator[tuple[str, Rows]]:
    for model in BELOW:
        yield label_of(model), numbers(past(model, incident_id=number))
    pieces = past(Evidence, incident_id=number).order_by().values("id")
    for about, field in OF_PIECES.items():
        yield label_of(about), numbers(past(about, **{f"{field}__in": pieces}))
    yield StoredFile._meta.label_lower, _files(past(Evidence, incident_id=number))


def of_evidence(number: str) -> Iterator[tuple[str, Rows]]:
    for about, field in OF_PIECES.items():
        yield label_of(about), numbers(past(about, **{field: number}))
    yield StoredFile._meta.label_lower, _files(past(Evidence, id=number))


def _files(pieces: Rows) -> Rows:
    """Of a file it is told when its content was found altered, missing and sound again."""
    return numbers(pieces.exclude(file_id=None), "file_id")

"""What a line of history calls the record it is about."""

import pytest

from incidents.models import Evidence, Incident, PhaseTrack
from registry.kernel.audit.reading import entries_for
from registry.models import AuditEntry
from tests.access import dataset

pytestmark = pytest.mark.django_db


def titles(model: type) -> set[str]:
    rows = AuditEntry.objects.filter(object_type=model._meta.label_lower)  # type: ignore[attr-defined]
    return {entry.title for entry in entries_for(list(rows))}


def test_records_are_named_by_reference_and_name_and_parts_by_what_they_belong_to() -> None:
    incident: Incident = dataset.build().objects["incidents"]
    evidence = Evidence.objects.filter(incident=incident).first()
    phase = PhaseTrack.objects.filter(incident=incident).first()
    assert evidence is not None
    assert phase is not None
    assert f"incident {incident.reference} {incident.title}" in titles(Incident)
    assert f"{Evidence._meta.verbose_name} {evidence.reference} {evidence.title}" in titles(Evidence)
    named = f"{PhaseTrack._meta.verbose_name} {phase.get_phase_display()} of {incident.reference}"
    assert named in titles(PhaseTrack)


def test_what_nothing_is_known_of_keeps_its_number() -> None:
    (entry,) = entries_for([AuditEntry(kind="E", event="GONE", object_type="gone.kind", object_id="7")])
    assert entry.title == "gone.kind 7"

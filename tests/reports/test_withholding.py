"""A report says of restricted evidence that it is there and nothing more; of everything else the whole chain."""

import json

import pytest
from django.utils import timezone

from incidents.models import Evidence, Incident
from incidents.services import custody, evidence
from registry.models import AuditEntry
from reviews.services import actions, reporting
from tests import people
from tests.incidents import making
from tests.reports.making import record_of

pytestmark = pytest.mark.django_db
SECRET = "whistle-blower"


@pytest.fixture
def incident() -> Incident:
    return making.declared()


def kept(incident: Incident, title: str, **about: object) -> Evidence:
    upload = making.upload(title.encode(), name=f"{title}.txt")
    return evidence.add_file(incident, by=incident.declared_by, upload=upload, **making.about(title=title, **about))


def reported(incident: Incident) -> dict[str, object]:
    return record_of(reporting.request_incident_report(incident, by=people.member(), at=timezone.now()))


def test_restricted_evidence_is_withheld_from_record_and_audit_extract(incident: Incident) -> None:
    about = {"source": f"{SECRET} mailbox", "method": f"{SECRET} export", "is_restricted": True}
    secret, plain = kept(incident, SECRET, **about), kept(incident, "queue log")
    custody.release(secret, by=people.risk(), at=making.after(9), reason=f"For the {SECRET}")
    record = reported(incident)
    items = {item["reference"]: item for item in record["evidence"]}  # type: ignore[attr-defined]
    assert items[secret.reference]["is_withheld"]
    assert items[secret.reference]["sha256"] is None
    assert len(items[secret.reference]["custody"]) == 2
    assert items[plain.reference]["title"] == "queue log"
    assert secret.file is not None
    text = json.dumps(record)
    assert SECRET not in text
    assert secret.file.sha256 not in text


def test_the_extract_tells_what_an_event_was_about(incident: Incident) -> None:
    document = reporting.request_incident_report(incident, by=people.member(), at=making.after(1))
    lines = record_of(reporting.request_incident_report(incident, by=people.member(), at=timezone.now()))["audit"]
    frozen = next(line for line in lines if line["action"] == "Report frozen")
    assert document.number in json.dumps(frozen["details"])


def test_the_extract_holds_the_chain_of_the_incident_with_all_its_parts(incident: Incident) -> None:
    item = actions.create(
        by=incident.declared_by, at=making.after(2), title="Compare amounts", category="DETECTION_GAP",
        assignee=people.owner(), due_date=timezone.localdate(), incident=incident, workflow=None, review=None,
    )  # fmt: skip
    actions.start(item, by=people.owner(), at=making.after(3))
    cited = {line["entry"]["id"] for line in reported(incident)["audit"]}  # type: ignore[attr-defined]
    passages = AuditEntry.objects.filter(object_type="reviews.actionpassage").values_list("pk", flat=True)
    assert passages
    assert set(passages) <= cited

"""What the records of summaries, dossiers and inventories say, and what they leave out."""

from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident
from incidents.services import restricting
from registry.kernel.access.verdict import Refused
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.documents.rendering import fill
from registry.models import Baseline, Document
from registry.services import baselines, surfaces
from reviews.policies.reports import may_download, visible_documents
from reviews.reports import inventory as inventories
from reviews.services import report_kinds, reporting
from tests import people as cast
from tests.api import world as worlds
from tests.reports.making import record_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


def restrict(incident: Incident) -> None:
    restricting.restrict(incident, by=cast.risk(), at=timezone.now(), reason="Names customers")


def summary(world: worlds.World) -> Document:
    return report_kinds.request_incident_summary(world.incident, by=world.risk, at=timezone.now())


def dossier(world: worlds.World) -> Document:
    return report_kinds.request_workflow_dossier(world.workflow, by=world.risk, at=timezone.now())


def test_a_summary_says_what_is_owed_next_soonest_first(world: worlds.World) -> None:
    owed = record_of(summary(world))["owed"]
    assert {"NOTICE", "ACTION", "REVIEW"} <= {row["code"] for row in owed}
    dated = [row["due"] for row in owed if row["due"]]
    assert dated == sorted(dated)


def test_a_summary_of_a_restricted_incident_follows_it(world: worlds.World) -> None:
    document = summary(world)
    restrict(world.incident)
    assert not may_download(cast.member(), document)
    assert not Document.objects.filter(visible_documents(cast.member()), pk=document.pk).exists()
    with pytest.raises(Refused):
        report_kinds.request_incident_summary(world.incident, by=cast.member(), at=timezone.now())


def test_a_dossier_holds_answers_versions_options_and_cited_entries(world: worlds.World) -> None:
    record = record_of(dossier(world))
    assert len(record["assessments"][0]["answers"]) == 8
    assert record["surfaces"][0]["current"]["label"] == "1.0"
    assert record["containment"][0]["name"] == "Stop it all"
    assert [row["reference"] for row in record["incidents"]] == [world.incident.reference]
    assert all(len(line["entry"]["leaf_hash"]) == 64 for line in record["audit"])


def test_a_dossier_holds_the_approved_baseline_and_what_differs(world: worlds.World) -> None:
    waiting = Baseline.objects.get()
    baselines.decide(waiting, by=world.risk, at=timezone.now(), approve=True, reason="Read it")
    surface = world.workflow.surfaces.get()
    surfaces.record_version(surface, by=world.risk, at=timezone.now(), label="1.1")
    document = dossier(world)
    told = record_of(document)["baseline"]
    assert (told["number"], told["sha256"]) == (1, waiting.sha256)
    assert told["drift"] == [
        {"subject": "Prompt: Letter prompt", "change": "Other version", "before": "1.0", "after": "1.1"}
    ]
    frozen = canonical(record_of(document))
    page = fill("documents/workflow_dossier.html", frozen, number="X", sha256=digest(frozen), made_at=timezone.now())
    assert "<ins>1.1</ins>" in page


def test_a_dossier_says_how_it_is_watched_and_what_it_can_set_off(world: worlds.World) -> None:
    document = dossier(world)
    record = record_of(document)
    assert record["watching"]["is_blind"] is False
    assert record["watching"]["missing"] == ["Input distribution", "Ground-truth sampling", "Downstream actions"]
    assert [row["name"] for row in record["watching"]["signals"]] == ["Share of declines"]
    (path,) = record["downstream"]["actions"]
    assert (path["number"], path["picture"]) == (1, {"ring": 1, "shape": 2, "gate": 0, "is_marked": True})
    assert record["downstream"]["worst"].startswith("Worst path: “Send letter”")


def test_the_picture_of_what_it_can_set_off_is_printed_with_its_table(world: worlds.World) -> None:
    document = dossier(world)
    frozen = canonical(record_of(document))
    page = fill("documents/workflow_dossier.html", frozen, number="X", sha256=digest(frozen), made_at=timezone.now())
    picture = page.split('class="blast"')[1].split("</svg>")[0]
    assert world.workflow.reference in picture
    assert "Cannot be undone" in picture
    assert page.index("Worst path") < page.index('class="blast"') < page.index("A letter goes out")


def test_a_dossier_counts_restricted_incidents_and_does_not_tell_them(world: worlds.World) -> None:
    restrict(world.incident)
    record = record_of(dossier(world))
    assert (record["incidents"], record["incidents_left_out"]) == ([], 1)
    assert world.incident.title not in str(record["open_actions"])


def test_a_dossier_made_before_a_restriction_is_closed_to_those_shut_out(world: worlds.World) -> None:
    document = dossier(world)
    assert may_download(cast.member(), document)
    restrict(world.incident)
    assert not may_download(cast.member(), document)
    assert may_download(cast.auditor(), document)


def test_a_later_dossier_supersedes_the_earlier_one(world: worlds.World) -> None:
    first = dossier(world)
    Document.objects.get(pk=first.pk)
    later = report_kinds.request_workflow_dossier(
        world.workflow, by=world.second, at=timezone.now(), correction="Owner was wrong"
    )
    assert later.supersedes_id == first.pk
    assert record_of(later)["document"]["version"] == 2


def listed(count: int) -> list[dict[str, Any]]:
    row = {"owner": None, "reference": "WF-1"}
    return [
        {**row, "tier": "T1" if n < 10 else "", "unit": f"Unit {n % 2}" if n < 10 else "Large"} for n in range(count)
    ]


def test_an_inventory_is_divided_into_tiers_units_and_short_tables() -> None:
    rows = sorted(listed(400), key=lambda row: (row["tier"] == "", row["unit"]))
    sections = inventories.in_sections(rows)
    assert [(part["tier"] and part["tier"]["code"], part["total"]) for part in sections] == [("T1", 10), (None, 390)]
    tables = [table for part in sections for unit in part["units"] for table in unit["tables"]]
    assert max(map(len, tables)) <= 150
    assert sum(map(len, tables)) == 400


def test_an_inventory_says_what_it_was_filtered_by(world: worlds.World) -> None:
    worlds.workflow_of(world.owner, "Not in production")
    document = report_kinds.request_inventory(
        f"unit={world.workflow.business_unit_id}", [("Stage", "Production")], by=world.risk, at=timezone.now()
    )
    record = record_of(document)
    assert record["filters"] == [{"label": "Stage", "value": "Production"}]
    assert record["totals"]["workflows"] == 1


def test_a_long_inventory_is_made_in_volumes(world: worlds.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventories, "MOST_IN_ONE", 2)
    monkeypatch.setattr(inventories, "ROWS_OF_A_VOLUME", 2)
    for number in range(4):
        worlds.workflow_of(world.owner, f"Workflow {number}")
    document = report_kinds.request_inventory("", [], by=world.risk, at=timezone.now())
    volumes = record_of(document)["archive"]["volumes"]
    assert [volume["name"] for volume in volumes] == [f"volumes/volume-00{n}.pdf" for n in (1, 2, 3)]


def test_members_make_neither_inventory_nor_pack(world: worlds.World) -> None:
    with pytest.raises(Refused):
        report_kinds.request_inventory("", [], by=cast.member(), at=timezone.now())


def test_taking_any_kind_is_recorded(world: worlds.World) -> None:
    assert reporting.filename_of(dossier(world)).endswith(".pdf")

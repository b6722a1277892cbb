"""Bulk edits as change-sets: previewed and refused by row, all or none, undone as one, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import BusinessUnit, ChangeSet, User, Vendor, Workflow
from registry.services import change_sets, changing, custom_fields, importing, tag_renaming, workflows
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry.register_cast import many, workflow
from tests.registry_imports.making import applied, file_of, row
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def change(*rows: Workflow, by: User | None = None, **changes: Any) -> changing.Done:
    seen = {row.pk: row.version for row in rows}
    return changing.apply(seen, changes, by=by or people.risk(), at=timezone.now(), reason="Round")


def set_of(done: changing.Done) -> ChangeSet:
    assert done.change_set is not None
    return done.change_set


def undo(change_set: ChangeSet, **more: Any) -> ChangeSet:
    return change_sets.undo(change_set, by=people.risk(), at=timezone.now(), reason="Mistaken", **more)


def edit(record: Workflow, **fields: Any) -> Workflow:
    return workflows.edit(record, by=people.risk(), at=timezone.now(), reason="By hand", opened_version=None, **fields)


def region(**said: Any) -> None:
    custom_fields.define(
        by=people.risk(),
        at=timezone.now(),
        reason="x",
        name="Region",
        kind="CHOICE",
        choices=["North", "South"],
        **said,
    )


def test_many_fields_change_together_and_go_back_together() -> None:
    region()
    unit, vendor = BusinessUnit.objects.create(name="Claims"), Vendor.objects.create(name="Acme")
    rows = [workflow("A", tags=["x", "old"]), workflow("B", tags=["y"], stage="PILOT")]
    owner = people.owner()
    changes: dict[str, Any] = {
        "stage": "DEVELOPMENT", "business_owner": owner.pk, "business_unit": unit.pk, "vendor": vendor.pk,
        "topic": " Letters ", "tags.add": ["new"], "tags.remove": ["old"], "field.region": "north",
    }  # fmt: skip
    done = change(*rows, **changes)
    assert done.changed == 2
    first, second = Workflow.objects.order_by("pk")
    assert (first.tags, second.tags, second.stage) == (["x", "new"], ["y", "new"], "DEVELOPMENT")
    assert (first.business_owner, first.business_unit, first.custom) == (owner, unit, {"region": "North"})
    kept = set_of(done).rows.get(row_number=2)
    assert kept.before["stage"] == "PILOT"
    assert Workflow.history.filter(id=first.pk, history_unit_id=f"change-set-{set_of(done).pk}").count() == 1
    made = undo(set_of(done))
    first.refresh_from_db()
    assert (first.tags, first.business_owner, first.custom, first.topic, first.version) == (
        ["x", "old"],
        None,
        {},
        "",
        3,
    )
    assert (made.kind, made.undoes, made.rows.count()) == ("UNDO", set_of(done), 2)
    assert (first.stage, first.production_basis) == ("PRODUCTION", "ON_ENTRY")
    for again in (set_of(done), made):
        with pytest.raises(Conflict):
            undo(again)


def test_rows_that_cannot_be_changed_so_are_named_and_nothing_changes() -> None:
    region(required_from="PILOT")
    fine = workflow("Fine", stage="DEVELOPMENT", custom={"region": "North"})
    lacking = workflow("Lacking", stage="DEVELOPMENT")
    lines = changing.preview([fine, lacking], {"stage": "PILOT"}, by=people.risk(), at=timezone.now())
    assert [bool(line.refusal) for line in lines] == [False, True]
    with pytest.raises(changing.RowsRefused, match="Region"):
        change(Workflow.objects.get(pk=fine.pk), Workflow.objects.get(pk=lacking.pk), stage="PILOT")
    assert set(Workflow.objects.values_list("stage", flat=True)) == {"DEVELOPMENT"}
    assert not ChangeSet.objects.exists()
    late = workflow("Late", implemented_date="2026-01-01")
    with pytest.raises(changing.RowsRefused):
        change(Workflow.objects.get(pk=late.pk), retired_date="2020-01-01")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Same"}, {"stage": "OTHER"}, {"stage": None}, {"business_owner": 999_999}, {"vendor": "Acme"},
        {"tags.add": "one"}, {"tags.add": ["x" * 41]}, {"tags.add": ["a,b"]}, {"next_review_date": "soon"},
        {"field.nothing": "x"}, {"topic": "x\x00"}, {"topic": {}}, {"tags.add": []}, {},
    ],
)  # fmt: skip
def test_what_cannot_be_a_value_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        change(workflow("A"), **wrong)


def test_what_moved_on_since_is_named_and_left_to_a_choice() -> None:
    rows = [workflow(name) for name in "ABC"]
    done = set_of(change(*rows, topic="Letters"))
    edit(rows[0], topic="Claims")
    edit(rows[1], purpose="Something else: does not stand in the way")
    assert change_sets.clashes(done) == [f"{rows[0].reference} A: changed since: Topic"]
    with pytest.raises(importing.UndoRefused):
        undo(done)
    assert undo(done, leave_out_clashes=True).rows.count() == 2
    assert list(Workflow.objects.order_by("pk").values_list("topic", flat=True)) == ["Claims", "", ""]
    all_moved = set_of(change(Workflow.objects.get(pk=rows[2].pk), topic="One"))
    edit(rows[2], topic="Two")
    with pytest.raises(Conflict, match="nothing is left"):
        undo(all_moved, leave_out_clashes=True)


def test_an_import_is_undone_but_for_what_moved_on_and_the_undoing_is_a_change_set(tmp_path: Any) -> None:
    done = applied(file_of(tmp_path, row(1), row(2)))
    one, two = Workflow.objects.order_by("pk")
    edit(one, topic="Claims")
    client = signed_in(people.risk())
    page = client.get(f"/imports/{done.pk}/undo/").content.decode()
    assert "1 workflow moved on since" in page
    refused = client.post(f"/imports/{done.pk}/undo/", {"reason": "Wrong", "clashes": "REFUSE"})
    assert refused.status_code == 409
    left = client.post(f"/imports/{done.pk}/undo/", {"reason": "Wrong", "clashes": "LEAVE"})
    assert left.status_code == 302
    assert list(Workflow.objects.all()) == [one]
    made = ChangeSet.objects.get(kind="UNDO")
    assert [(r.outcome, r.workflow_reference, r.before["name"]) for r in made.rows.all()] == [
        ("REMOVED", two.reference, "Workflow 2")
    ]
    assert "Removed" in client.get(f"/change-sets/{made.pk}/").content.decode()


def test_a_renamed_tag_goes_back_too() -> None:
    record = workflow("A", tags=["old", "x"])
    made = tag_renaming.rename("old", to="x", by=people.risk(), at=timezone.now(), reason="One word")
    undo(made)
    record.refresh_from_db()
    assert record.tags == ["old", "x"]


def test_a_thousand_rows_take_few_queries_and_more_are_refused(django_assert_max_num_queries: Any) -> None:
    many(40)
    rows = {row.pk: row.version for row in Workflow.objects.all()}
    by = people.risk()
    with django_assert_max_num_queries(25):
        done = changing.apply(rows, {"topic": "Letters"}, by=by, at=timezone.now(), reason="Round")
    assert done.changed == 40
    with django_assert_max_num_queries(25):
        undo(set_of(done))
    with pytest.raises(Conflict, match="At most"):
        changing.apply(dict.fromkeys(range(1001), 1), {"topic": "x"}, by=by, at=timezone.now(), reason="Round")
    text = ",".join(f"{n}:1" for n in range(50_000))
    data = {"step": "preview", "value": "x", "reason": "Paste", "rows": text}
    page = signed_in(by).post("/workflows/bulk/topic/", data)
    assert page.status_code == 422
    assert "These are 50000 workflows" in page.content.decode()


def test_the_pages_preview_leave_out_apply_show_and_undo() -> None:
    region(required_from="PILOT")
    fine = workflow("Fine", stage="DEVELOPMENT", custom={"region": "North"})
    lacking = workflow("Lacking", stage="DEVELOPMENT")
    client = signed_in(people.risk())
    form = client.post("/workflows/bulk/stage/", {"pick": [fine.pk, lacking.pk], "query": ""})
    assert form.status_code == 200
    both = f"{fine.pk}:1,{lacking.pk}:1"
    data = {"value": "PILOT", "reason": "Go", "rows": both, "step": "preview"}
    page = client.post("/workflows/bulk/stage/", data).content.decode()
    assert "1 workflow cannot be changed so" in page
    assert f'name="rows" value="{fine.pk}:1"' in page
    assert client.post("/workflows/bulk/stage/", {**data, "step": "apply"}).status_code == 200
    assert not ChangeSet.objects.exists()
    client.post("/workflows/bulk/stage/", {**data, "rows": f"{fine.pk}:1", "step": "apply"})
    made = ChangeSet.objects.get()
    assert "Lifecycle stage of 1 workflow" in client.get("/change-sets/").content.decode()
    assert "In development" in client.get(f"/change-sets/{made.pk}/").content.decode()
    assert "1 workflow would go back" in client.get(f"/change-sets/{made.pk}/undo/").content.decode()
    client.post(f"/change-sets/{made.pk}/undo/", {"reason": "Too early"})
    assert Workflow.objects.get(pk=fine.pk).stage == "DEVELOPMENT"
    for what in ("tags", "field.region", "vendor", "review-date"):
        assert client.post(f"/workflows/bulk/{what}/", {"pick": fine.pk}).status_code == 200
    assert client.post("/workflows/bulk/name/", {"pick": fine.pk}).status_code == 404


def test_the_api_tries_makes_and_undoes() -> None:
    record = workflow("A")
    body = {"rows": [{"workflow": record.pk, "version": 1}], "changes": {"tags.add": ["new"]}}
    client = client_of(people.risk())
    tried = client.post(f"{V1}/change-sets/try/", body, format="json").json()
    assert tried["rows"][0]["changes"] == [{"field": "Tags", "old": "", "new": "new"}]
    body["reason"] = "Round"
    made = client.post(f"{V1}/change-sets/", body, format="json").json()
    assert made["changed"] == 1
    problem_of(client.post(f"{V1}/change-sets/", {**body, "changes": {"topic": "x"}}, format="json"), 409)
    rows = client.get(f"{V1}/change-sets/{made['change_set']}/rows/").json()["results"]
    assert rows[0]["after"] == {"tags": ["new"]}
    undone = client.post(f"{V1}/change-sets/{made['change_set']}/undo/", {"reason": "No"}, format="json")
    assert undone.json()["kind"] == "UNDO"
    assert client.get(f"{V1}/change-sets/{made['change_set']}/way-back/").json()
    problem_of(client_of(people.owner()).post(f"{V1}/change-sets/", body, format="json"), 403)


@pytest.mark.parametrize("who", [people.owner, people.auditor, people.administrator, people.executive])
def test_only_risk_staff_change_and_undo(who: Any) -> None:
    record = workflow("A")
    made = set_of(change(record, next_review_date=timezone.localdate() + timedelta(days=9)))
    with pytest.raises(Refused):
        change(record, by=who(), topic="x")
    with pytest.raises(Refused):
        change_sets.undo(made, by=who(), at=timezone.now(), reason="x")
    assert signed_in(who()).get(f"/change-sets/{made.pk}/").status_code == (200 if who is people.auditor else 403)

"""The pages of a workflow: overview, register, edit, history."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.kernel.audit.bulk import update_many
from registry.models import BusinessUnit, ChangeSet, ImportRow, StoredFile, Workflow
from registry.services import workflows as services
from tests import people
from tests.registry import making
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def form_of(workflow: Workflow | None = None, **changes: Any) -> dict[str, Any]:
    given = {
        "name": workflow.name if workflow else "Claims triage",
        "stage": workflow.stage if workflow else "PROPOSED",
        "impact": "UNKNOWN",
        "is_public_facing": "UNKNOWN",
        "uses_personal_data": "UNKNOWN",
        "business_owner": workflow.business_owner_id if workflow else "",
        "reason": "Put right",
        "opened_version": workflow.version if workflow else "",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def rich() -> Workflow:
    """A workflow with something of everything."""
    unit = BusinessUnit.objects.create(name="Claims", parent=BusinessUnit.objects.create(name="Northgate"))
    workflow = making.workflow(business_unit=unit, deputy=people.owner("Dora Deputy"), source_key="demo:1")
    making.assessed(workflow)
    for number in range(4):
        surface = making.surface(workflow, f"Model {number}")
        making.version(surface, "1.8.1")
        making.option(workflow, name=f"Option {number}", named_executors=[people.member()])
    file = StoredFile.objects.create(sha256="0" * 64, size=1, stored_at="2026-11-19T12:00:00Z")
    change_set = ChangeSet.objects.create(
        title="Inventory", file=file, filename="inventory.csv", asked_by=people.risk(), asked_at="2026-11-19T12:00:00Z"
    )
    ImportRow.objects.create(
        change_set=change_set, row_number=7, original={"Use case": SCRIPT}, outcome="CREATED", workflow=workflow
    )
    workflow.refresh_from_db()
    return workflow


def test_the_overview_takes_at_most_twenty_one_queries(django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = False  # its writes are no business of this page
    workflow = rich()
    client = signed_in(people.member())
    client.get(f"/workflows/{workflow.pk}/")
    with django_assert_max_num_queries(21):
        assert client.get(f"/workflows/{workflow.pk}/").status_code == 200


def test_the_overview_shows_the_original_row_and_no_script_runs() -> None:
    page = signed_in(people.member()).get(f"/workflows/{rich().pk}/").content.decode()
    assert "Row 7 of inventory.csv" in page
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("tab", ["", "tier/", "surfaces/", "containment/", "signals/", "history/"])
def test_everybody_reads_every_tab(tab: str) -> None:
    workflow = rich()
    for user in (people.member(), people.owner(), people.risk(), people.executive(), people.auditor()):
        assert signed_in(user).get(f"/workflows/{workflow.pk}/{tab}").status_code == 200


@pytest.mark.parametrize("tab", ["", "tier/", "surfaces/", "containment/", "signals/", "history/"])
def test_an_empty_workflow_has_every_tab(tab: str) -> None:
    workflow = making.workflow(stage="PROPOSED", business_owner=None)
    assert signed_in(people.member()).get(f"/workflows/{workflow.pk}/{tab}").status_code == 200


def test_a_workflow_whose_owner_left_is_flagged() -> None:
    workflow = making.workflow()
    owner = people.owner()
    owner.is_active = False
    owner.save()
    page = signed_in(people.member()).get(f"/workflows/{workflow.pk}/").content.decode()
    assert "Otto Owner has left" in page


def test_registering_needs_a_name_and_a_reason() -> None:
    answer = signed_in(people.risk()).post("/workflows/new/", form_of(name="", reason=""))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "reason"}
    assert not Workflow.objects.exists()


def test_registering_twice_with_one_form_makes_one_workflow() -> None:
    client, form = signed_in(people.risk()), form_of(once=making.token(), name=SCRIPT)
    first, second = client.post("/workflows/new/", form), client.post("/workflows/new/", form)
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, first.url)  # type: ignore[attr-defined]
    assert Workflow.objects.get().name == SCRIPT


def test_what_was_typed_is_kept_when_a_date_is_impossible() -> None:
    form = form_of(purpose="Sorts claims", initiated_date="2024-05-01", retired_date="2023-05-01")
    answer = signed_in(people.risk()).post("/workflows/new/", form)
    assert answer.status_code == 422
    assert "retired_date" in answer.context["form"].errors
    assert "Sorts claims" in answer.content.decode()
    assert not Workflow.objects.exists()


def test_an_owner_sees_the_owner_fields_closed_with_the_reason() -> None:
    workflow = making.workflow()
    page = signed_in(people.owner()).get(f"/workflows/{workflow.pk}/edit/?part=people")
    assert page.context["form"].fields["deputy"].disabled
    assert "Only risk staff change who owns a workflow." in page.content.decode()


def test_an_owner_who_forges_the_owner_field_changes_nothing() -> None:
    workflow, olga = making.workflow(), people.owner("Olga Owner")
    signed_in(people.owner()).post(
        f"/workflows/{workflow.pk}/edit/", form_of(workflow, business_owner=olga.pk, purpose="Mine")
    )
    workflow.refresh_from_db()
    assert (workflow.business_owner, workflow.purpose) == (people.owner(), "Mine")


def test_a_part_of_the_record_is_edited_alone() -> None:
    workflow = making.workflow(purpose="Sorts claims")
    answer = signed_in(people.risk()).post(
        f"/workflows/{workflow.pk}/edit/?part=reach",
        {
            "impact": "RIGHTS",
            "is_public_facing": "YES",
            "uses_personal_data": "YES",
            "reason": "Asked legal",
            "opened_version": 1,
        },
    )
    assert answer.status_code == 302
    workflow.refresh_from_db()
    assert (workflow.impact, workflow.purpose, workflow.name) == ("RIGHTS", "Sorts claims", "Claims triage")


def changed_meanwhile() -> Workflow:
    """Opened by Otto at version 1, then changed by Rita."""
    opened = making.workflow(purpose="Before", outputs="Letters")
    services.edit(
        opened,
        by=people.risk(),
        at=timezone.now(),
        reason="Rita's reason",
        opened_version=1,
        purpose="Theirs",
        outputs="Theirs too",
    )
    return opened


def test_a_stale_edit_shows_both_versions_and_loses_nothing() -> None:
    opened = changed_meanwhile()
    answer = signed_in(people.owner()).post(
        f"/workflows/{opened.pk}/edit/", form_of(opened, purpose="Mine", outputs="Letters", topic="Storm")
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Rita Risk" in page
    assert "Rita&#x27;s reason" in page
    rows = {row.name: (row.theirs, row.mine, row.keep) for row in answer.context["meeting"].rows}
    assert rows == {
        "purpose": ("Theirs", "Mine", "mine"),
        "outputs": ("Theirs too", "Letters", "theirs"),
        "topic": ("", "Storm", "mine"),
    }
    assert answer.context["form"]["opened_version"].value() == "2"
    assert answer.context["form"]["purpose"].value() == "Mine"


def test_after_choosing_each_side_is_saved_as_chosen() -> None:
    opened = changed_meanwhile()
    form = form_of(opened, purpose="Mine", outputs="Letters", opened_version=2)
    form |= {"keep_purpose": "mine", "keep_outputs": "theirs"}
    answer = signed_in(people.owner()).post(f"/workflows/{opened.pk}/edit/", form)
    assert answer.status_code == 302
    opened.refresh_from_db()
    assert (opened.purpose, opened.outputs, opened.version) == ("Mine", "Theirs too", 3)


def test_a_stale_edit_of_related_records_compares_names() -> None:
    opened = making.workflow()
    services.edit(
        opened,
        by=people.risk(),
        at=timezone.now(),
        reason="Left",
        opened_version=1,
        business_owner=people.owner("Olga Owner"),
    )
    form = form_of(opened, business_owner=people.owner("Paul Owner").pk)
    answer = signed_in(people.risk("Ruth Risk")).post(f"/workflows/{opened.pk}/edit/", form)
    (row,) = answer.context["meeting"].rows
    assert (row.label, row.theirs, row.mine) == ("Business owner", "Olga Owner", "Paul Owner")


@pytest.mark.parametrize("somebody", [people.member, people.auditor, people.responder, people.administrator])
def test_others_are_told_why_they_cannot_edit(somebody: Any) -> None:
    workflow = making.workflow()
    answer = signed_in(somebody()).get(f"/workflows/{workflow.pk}/edit/")
    assert answer.status_code == 403
    assert "Only risk staff and the owners of this workflow edit it." in answer.content.decode()


def test_an_unknown_workflow_is_not_found() -> None:
    assert signed_in(people.risk()).get("/workflows/999999/").status_code == 404


def test_the_history_lists_what_belongs_to_the_workflow_and_nothing_else() -> None:
    workflow, other = rich(), making.workflow(name="Another one")
    making.surface(other, "Foreign model")
    client = signed_in(people.auditor())
    page = client.get(f"/workflows/{workflow.pk}/history/")
    kinds = {entry.object_type for entry in page.context["entries"]}
    assert "registry.surfaceversion" in kinds
    assert "registry.tierassessment" in kinds
    assert all("Foreign" not in entry.title for entry in page.context["entries"])


def test_the_history_is_filtered_by_kind_and_person() -> None:
    workflow = rich()
    services.edit(
        workflow,
        by=people.owner(),
        at=timezone.now(),
        reason="Mine",
        opened_version=None,
        topic="Storm",
    )
    client = signed_in(people.member())
    by_kind = client.get(f"/workflows/{workflow.pk}/history/?kind=containment").context["entries"]
    assert {entry.object_type.split(".")[1] for entry in by_kind} == {"containmentoption", "containmentexecutor"}
    by_person = client.get(f"/workflows/{workflow.pk}/history/?person={people.owner().pk}").context["entries"]
    assert [entry.reason for entry in by_person] == ["Mine"]


@pytest.mark.parametrize("query", ["kind=x", "person=x", "page=99999", "person=99999999999999999999", "page=-1"])
def test_the_history_bears_any_address(query: str) -> None:
    assert signed_in(people.member()).get(f"/workflows/{making.workflow().pk}/history/?{query}").status_code == 200


def test_the_history_takes_as_many_queries_for_many_lines_as_for_few() -> None:
    workflow = rich()
    client = signed_in(people.member())

    def queries(address: str) -> tuple[int, int]:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address)
        return len(captured), len(page.context["entries"])

    address = f"/workflows/{workflow.pk}/history/?kind=record"
    few, two_lines = queries(address)
    for number in range(30):
        workflow.topic = f"Topic {number}"
        update_many([workflow], ["topic"])
    many, full_page = queries(address)
    assert two_lines < full_page == 25
    assert many <= few

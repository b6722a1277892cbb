"""The tab of signals and downstream actions: read, filled in, corrected, met by somebody else's version."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from registry.models import AuditEntry, DownstreamAction, Signal, Workflow
from registry.services import signals
from tests import people
from tests.registry import making
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


@pytest.fixture
def owner() -> Client:
    return signed_in(people.owner())


def signal_form(**fields: Any) -> dict[str, Any]:
    return {**making.SIGNAL, "owner": people.owner().pk, "reason": "Prepared", **fields}


def body(client: Client, workflow: Workflow, tab: str = "signals/") -> str:
    return str(client.get(f"/workflows/{workflow.pk}/{tab}").content.decode())


def test_a_signal_is_added_once_and_shown_as_text(workflow: Workflow, owner: Client) -> None:
    form = signal_form(name=SCRIPT, source=SCRIPT, threshold=SCRIPT, baseline=SCRIPT, once=making.token())
    for _sending in range(2):
        assert owner.post(f"/workflows/{workflow.pk}/signals/new/", form).status_code == 302
    assert Signal.objects.get().owner == people.owner()
    page = body(owner, workflow)
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"owner": ""}, "owner"),
        ({"owner": "999999"}, "owner"),
        ({"limit_value": "NaN"}, "limit_value"),
        ({"limit_value": "9"}, "limit_direction"),
        ({"baseline_value": "2"}, "baseline_date"),
        ({"baseline_date": "2026-02-30"}, "baseline_date"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_signal_that_cannot_be_is_refused_by_field(
    workflow: Workflow, owner: Client, change: dict[str, str], field: str
) -> None:
    answer = owner.post(f"/workflows/{workflow.pk}/signals/new/", signal_form(**change))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}


def test_a_stale_signal_shows_both_versions_and_no_number_that_is_the_same(workflow: Workflow, owner: Client) -> None:
    signal = making.signal(workflow, limit_value=9, limit_direction="ABOVE", unit="%")
    form = signal_form(limit_value="9", limit_direction="ABOVE", unit="%", opened_version=1)
    address = f"/signals/{signal.pk}/edit/"
    signed_in(people.risk()).post(address, {**form, "cadence": "DAILY"})
    answer = owner.post(address, {**form, "threshold": "More than 8 %"})
    rows = {row.name: (row.theirs, row.mine) for row in answer.context["meeting"].rows}
    assert rows == {
        "cadence": ("Every day", "Every hour"),
        "threshold": (making.SIGNAL["threshold"], "More than 8 %"),
    }
    chosen = {**form, "threshold": "More than 8 %", "opened_version": 2, "keep_cadence": "theirs"}
    assert owner.post(address, chosen).status_code == 302
    signal.refresh_from_db()
    assert (signal.cadence, signal.threshold) == ("DAILY", "More than 8 %")


def test_a_proof_is_recorded_by_a_responder_who_edits_nothing(workflow: Workflow) -> None:
    signal = making.signal(workflow)
    responder = signed_in(people.responder())
    assert responder.get(f"/signals/{signal.pk}/edit/").status_code == 403
    assert responder.get(f"/signals/{signal.pk}/retire/").status_code == 403
    assert "Never shown" in body(responder, workflow)
    assert responder.post(f"/signals/{signal.pk}/proof/", {"how": ""}).status_code == 422
    assert responder.post(f"/signals/{signal.pk}/proof/", {"how": "Drill"}).status_code == 302
    assert "Never shown" not in body(responder, workflow)


def test_an_owner_who_left_is_shown_as_such(workflow: Workflow) -> None:
    gone = people.owner("Gus Gone")
    making.signal(workflow, owner=gone)
    gone.is_active = False
    gone.save()
    assert "Gus Gone (left)" in body(signed_in(people.member()), workflow)


def test_a_running_workflow_is_blind_until_a_signal_is_in_use(workflow: Workflow, owner: Client) -> None:
    for tab in ("", "signals/"):
        assert "Blind" in body(owner, workflow, tab)
    assert "This workflow is blind" in body(owner, workflow)
    signal = making.signal(workflow)
    assert "Blind" not in body(owner, workflow, "")
    page = body(owner, workflow)
    assert page.count("missing") == 3
    assert owner.post(f"/signals/{signal.pk}/retire/", {"reason": "Metric is gone"}).status_code == 302
    page = body(owner, workflow)
    assert "This workflow is blind" in page
    assert "Metric is gone" in page


def test_what_is_not_running_is_not_called_blind() -> None:
    assert "Blind" not in body(signed_in(people.member()), making.workflow(stage="DEVELOPMENT"), "")


def test_a_retired_signal_is_not_retired_again(workflow: Workflow, owner: Client) -> None:
    signal = making.signal(workflow)
    signals.retire(signal, by=people.owner(), at=timezone.now(), reason="Gone")
    assert owner.post(f"/signals/{signal.pk}/retire/", {"reason": "Again"}).status_code == 409


def test_a_downstream_action_is_added_once_drawn_and_shown_as_text(workflow: Workflow, owner: Client) -> None:
    form: dict[str, Any] = {
        **making.ACTION,
        "name": SCRIPT,
        "effect": SCRIPT,
        "target_system": SCRIPT,
        "reason": "Prepared",
    }
    form |= {"tool": making.surface(workflow, "letters", "TOOL").pk, "once": making.token()}
    for _sending in range(2):
        assert owner.post(f"/workflows/{workflow.pk}/downstream/new/", form).status_code == 302
    assert DownstreamAction.objects.get().name == SCRIPT
    page = body(owner, workflow)
    assert SCRIPT not in page
    assert 'class="blast"' in page
    assert "Worst path" in page
    assert "style=" not in page.split('class="blast"')[1].split("</svg>")[0]


def test_the_tool_of_another_workflow_is_refused(workflow: Workflow, owner: Client) -> None:
    tool = making.surface(making.workflow(name="Other"), "letters", "TOOL")
    form = {**making.ACTION, "tool": tool.pk, "reason": "Prepared"}
    answer = owner.post(f"/workflows/{workflow.pk}/downstream/new/", form)
    assert set(answer.context["form"].errors) == {"tool"}


def test_a_stale_downstream_action_shows_both_versions(workflow: Workflow, owner: Client) -> None:
    action = making.action(workflow)
    form = {**making.ACTION, "reason": "Better", "opened_version": 1}
    address = f"/downstream/{action.pk}/edit/"
    signed_in(people.risk()).post(address, {**form, "validation": "PERSON"})
    answer = owner.post(address, {**form, "validation": "AUTOMATIC"})
    rows = {row.name: (row.theirs, row.mine) for row in answer.context["meeting"].rows}
    assert rows == {"validation": ("A person approves", "Automatic check")}
    assert owner.post(f"/downstream/{action.pk}/retire/", {"reason": "Off"}).status_code == 302
    action.refresh_from_db()
    assert not action.is_active


@pytest.mark.parametrize("somebody", [people.member, people.auditor, people.responder])
def test_others_keep_neither_signals_nor_actions(workflow: Workflow, somebody: Any) -> None:
    signal, action = making.signal(workflow), making.action(workflow)
    client = signed_in(somebody())
    for address in (
        f"/workflows/{workflow.pk}/signals/new/",
        f"/signals/{signal.pk}/edit/",
        f"/signals/{signal.pk}/retire/",
        f"/workflows/{workflow.pk}/downstream/new/",
        f"/downstream/{action.pk}/edit/",
        f"/downstream/{action.pk}/retire/",
    ):
        assert client.get(address).status_code == 403
    assert client.get(f"/workflows/{workflow.pk}/signals/").status_code == 200


def test_the_tab_takes_as_many_queries_for_many_lines_as_for_few(
    workflow: Workflow, django_assert_max_num_queries: Any, settings: Any
) -> None:
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    client = signed_in(people.risk())
    making.signal(workflow)
    making.action(workflow)
    body(client, workflow)
    with django_assert_max_num_queries(11) as few:
        body(client, workflow)
    for k in range(12):
        making.signal(workflow, name=f"Signal {k}", owner=people.owner(f"Owner {k}"))
        making.action(workflow, name=f"Action {k}", tool=making.surface(workflow, f"tool {k}", "TOOL"))
    with django_assert_max_num_queries(11) as many:
        body(client, workflow)
    assert len(many.captured_queries) <= len(few.captured_queries)


def test_both_are_in_the_history_of_the_workflow(workflow: Workflow) -> None:
    making.signal(workflow)
    making.action(workflow)
    found = signed_in(people.member()).get(f"/workflows/{workflow.pk}/history/?kind=signals").context["entries"]
    assert {entry.object_type for entry in found} == {"registry.signal", "registry.downstreamaction"}


def test_signals_of_the_view_are_exported_and_recorded(workflow: Workflow) -> None:
    making.signal(workflow, name="=1+1", limit_value=9, limit_direction="ABOVE")
    making.signal(making.workflow(name="Other", stage="PILOT"), name="Elsewhere")
    answer: Any = signed_in(people.member()).get("/workflows/export/signals/csv/?stage=PRODUCTION")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["Workflow ID"], row["Name"], row["Owner"]) for row in rows] == [
        (workflow.reference, "'=1+1", "Otto Owner")
    ]
    entry = AuditEntry.objects.get(event="EXPORTED")
    assert (entry.object_type, entry.detail["rows"]) == ("registry.signal", 1)


def test_downstream_actions_are_exported_as_a_sheet_of_text(workflow: Workflow) -> None:
    making.action(workflow, name="=1+1", volume_per_day=140)
    answer: Any = signed_in(people.member()).get("/workflows/export/downstream-actions/xlsx/")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    heading, line = ([cell.value for cell in row] for row in sheet.iter_rows())
    row = dict(zip(heading, line, strict=True))
    assert (sheet.title, row["Name"], row["Volume a day"]) == ("Downstream actions", "=1+1", 140)
    assert row["Can it be undone"] == "Cannot be undone"
    assert sheet["D2"].data_type == "s"


@pytest.mark.parametrize("what", ["signals", "downstream-actions"])
def test_no_other_kind_of_file_is_made(what: str) -> None:
    assert signed_in(people.member()).get(f"/workflows/export/{what}/pdf/").status_code == 404

"""What a workflow can set off: added, edited, retired, and told in a sentence."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict, Stale
from registry.models import DownstreamAction, Workflow
from registry.reports.blast import paths, worst_sentence
from registry.services import downstream
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


def edit(action: DownstreamAction, opened_version: int | None = None, **fields: object) -> DownstreamAction:
    return downstream.edit_action(
        action, by=people.risk(), at=timezone.now(), reason="Better", opened_version=opened_version, **fields
    )


def retire(action: DownstreamAction, reason: str = "Switched off") -> DownstreamAction:
    return downstream.retire(action, by=people.owner(), at=timezone.now(), reason=reason)


def test_only_a_tool_of_the_same_workflow_carries_it(workflow: Workflow) -> None:
    tool = making.surface(workflow, "letter-service", "TOOL")
    assert making.action(workflow, tool=tool).tool == tool
    other = making.surface(making.workflow(name="Other"), "other-service", "TOOL")
    for wrong in (making.surface(workflow), other):
        with pytest.raises(ValidationError) as refused:
            making.action(workflow, name="Again", tool=wrong)
        assert list(refused.value.error_dict) == ["tool"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"reach": "EVERYBODY"}, "reach"), ({"effect": ""}, "effect"), ({"volume_per_day": -1}, "volume_per_day")],
)
def test_what_cannot_be_is_refused_by_field(workflow: Workflow, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        making.action(workflow, **change)
    assert list(refused.value.error_dict) == [field]


def test_a_stale_edit_is_refused(workflow: Workflow) -> None:
    action = making.action(workflow)
    edit(action, opened_version=1, validation="PERSON")
    with pytest.raises(Stale):
        edit(action, opened_version=1, validation="AUTOMATIC")


def test_a_retired_action_stays_on_record_and_frees_its_name(workflow: Workflow) -> None:
    gone = retire(making.action(workflow))
    assert (gone.is_active, gone.retired_reason) == (False, "Switched off")
    with pytest.raises(Conflict):
        edit(gone, validation="PERSON")
    with pytest.raises(Conflict):
        retire(gone)
    making.action(workflow)
    with pytest.raises(ValidationError):
        making.action(workflow)


def test_retiring_needs_a_reason(workflow: Workflow) -> None:
    with pytest.raises(ValidationError):
        retire(making.action(workflow), " ")


@pytest.mark.parametrize("somebody", [people.member, people.responder, people.auditor, people.executive])
def test_others_keep_no_downstream_actions(workflow: Workflow, somebody: Any) -> None:
    with pytest.raises(Refused):
        downstream.add_action(workflow, by=somebody(), at=timezone.now(), reason="x", **making.ACTION)


def test_the_worst_path_is_number_one_and_is_named_in_words(workflow: Workflow) -> None:
    making.action(workflow, name="Refer", reversibility="EASY", reach="INTERNAL")
    making.action(workflow, name="Pay", reversibility="IRREVERSIBLE", validation="PERSON", reach="MANY_OR_PUBLIC")
    making.action(workflow, name="Write")
    making.action(workflow, name="Print")
    retire(making.action(workflow, name="Publish", reach="MANY_OR_PUBLIC"))
    found = paths(workflow.downstream_actions.all())
    assert [(path.number, path.action.name) for path in found] == [(1, "Write"), (2, "Print"), (3, "Pay"), (4, "Refer")]
    assert worst_sentence(found) == (
        "Worst path: “Write” in Letter service; it cannot be undone, nothing checks it and it reaches some customers. "
        "1 more is like it."
    )
    assert worst_sentence([]) == ""


def test_the_database_refuses_a_retirement_without_a_reason(workflow: Workflow) -> None:
    action = making.action(workflow)
    action.is_active = False
    with pytest.raises(IntegrityError, match="downstream_retired_says_why"), transaction.atomic():
        action.save()

"""Baselines, drift from them, who is told, and what a pipeline records."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.http.errors import Conflict
from registry.models import Baseline, Notice, Surface, User, Workflow
from registry.services import baselines, deployments, downstream, surfaces, workflows
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> Surface:
    found = making.surface(making.workflow(technical_owner=people.owner("Tess Technical")))
    making.version(found, "1", digest="sha256:aa", changed_at=timezone.now() - timedelta(days=3))
    return found


def propose(workflow: Workflow, by: User | None = None, **more: Any) -> Baseline:
    given = {"reason": "As tested", "limits": "", **more}
    return baselines.propose(workflow, by=by or people.owner(), at=timezone.now(), **given)


def decide(baseline: Baseline, by: User | None = None, *, approve: bool = True) -> Baseline:
    return baselines.decide(baseline, by=by or people.risk(), at=timezone.now(), approve=approve, reason="Read it")


def approved(model: Surface) -> Baseline:
    return decide(propose(model.workflow))


def stored(model: Surface) -> Workflow:
    return Workflow.objects.get(pk=model.workflow_id)


def drift_notices() -> int:
    return Notice.objects.filter(kind="DRIFT").count()


def deploy(workflow: Workflow, label: str, by: User | None = None, **more: Any) -> deployments.Deployment:
    given = {"kind": "MODEL", "name": "Triage model", **more}
    return deployments.deploy(workflow, by=by or people.owner(), at=timezone.now(), label=label, **given)


def test_a_baseline_holds_every_surface_and_is_hashed(model: Surface) -> None:
    found = propose(model.workflow, limits="At most 100 a day")
    assert found.content == {
        "schema": "holdfast.baseline/1",
        "workflow": model.workflow.reference,
        "number": 1,
        "surfaces": [{"kind": "MODEL", "name": "Triage model", "version": "1", "digest": "sha256:aa"}],
        "limits": "At most 100 a day",
    }
    assert found.sha256 == digest(canonical(Baseline.objects.get(pk=found.pk).content))


def test_a_surface_without_a_version_cannot_be_in_a_baseline(model: Surface) -> None:
    making.surface(model.workflow, "Letter", "PROMPT")
    with pytest.raises(ValidationError, match="Without a recorded version: Letter"):
        propose(model.workflow)


def test_a_workflow_without_surfaces_has_no_baseline() -> None:
    with pytest.raises(ValidationError, match="no surface yet"):
        propose(making.workflow())


def test_nothing_new_cannot_be_proposed_and_other_limits_can(model: Surface) -> None:
    approved(model)
    with pytest.raises(ValidationError, match="Nothing differs from baseline 1"):
        propose(model.workflow)
    assert propose(model.workflow, limits="Fewer").number == 2


def test_one_waits_at_a_time(model: Surface) -> None:
    propose(model.workflow)
    with pytest.raises(Conflict, match="waits for a decision already"):
        propose(model.workflow, by=people.risk())


def test_surfaces_that_changed_since_they_were_looked_at_are_not_proposed(model: Surface) -> None:
    with pytest.raises(Conflict, match="Look again"):
        propose(model.workflow, seen="0" * 64)


def test_nobody_decides_on_their_own_proposal(model: Surface) -> None:
    with pytest.raises(Refused, match="yourself"):
        decide(propose(model.workflow, by=people.risk()), by=people.risk())


def test_the_other_owner_decides_and_a_deputy_does_not(model: Surface) -> None:
    deputy = people.owner("Dora Deputy")
    workflow = stored(model)
    workflow.deputy = deputy
    workflow.save()
    found = propose(model.workflow)
    for person in (deputy, people.responder(), people.executive()):
        with pytest.raises(Refused, match="Only risk staff"):
            decide(found, by=person)
    assert decide(found, by=people.owner("Tess Technical")).status == "APPROVED"


def test_what_a_deputy_or_risk_proposed_is_not_decided_by_an_owner(model: Surface) -> None:
    with pytest.raises(Refused, match="Only risk staff"):
        decide(propose(model.workflow, by=people.risk()), by=people.owner())


def test_a_responder_does_not_propose(model: Surface) -> None:
    with pytest.raises(Refused):
        propose(model.workflow, by=people.responder())


def test_approving_supersedes_the_one_before_and_refusing_does_not(model: Surface) -> None:
    first = approved(model)
    making.version(model, "2")
    decide(propose(model.workflow), approve=False)
    first.refresh_from_db()
    assert first.status == "APPROVED"
    third = decide(propose(model.workflow))
    first.refresh_from_db()
    assert (first.status, third.status, third.number) == ("SUPERSEDED", "APPROVED", 3)


def test_a_decision_is_made_once(model: Surface) -> None:
    found = approved(model)
    with pytest.raises(Conflict, match="does not wait"):
        decide(found, by=people.risk("Second Risk"))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"status": "APPROVED"}, "baseline_decided_by_and_at"),
        ({"number": 1}, "baseline_number_once_per_workflow"),
        ({}, "baseline_one_proposed_per_workflow"),
    ],
)
def test_the_database_refuses_what_slips_through(model: Surface, change: dict[str, Any], name: str) -> None:
    found = propose(model.workflow)
    found.pk, found._state.adding = None, True
    found.number = 2
    for field, value in change.items():
        setattr(found, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        found.save()


def test_the_database_refuses_a_decision_by_whoever_proposed(model: Surface) -> None:
    found = approved(model)
    with pytest.raises(IntegrityError, match="baseline_decided_by_second_person"), transaction.atomic():
        Baseline.objects.filter(pk=found.pk).update(decided_by=found.proposed_by)


def test_drift_is_kept_on_the_workflow_without_making_edits_stale(model: Surface) -> None:
    assert stored(model).drift is None
    approved(model)
    before = stored(model)
    assert before.drift == 0
    making.version(model, "2")
    drifting = stored(model)
    assert (drifting.drift, drifting.version, drifting.updated_at) == (1, before.version, before.updated_at)
    assert drifting.drift_since is not None


def test_a_new_surface_is_drift_and_approving_ends_it(model: Surface) -> None:
    approved(model)
    making.version(making.surface(model.workflow, "Letter", "PROMPT"), "1")
    assert stored(model).drift == 1
    decide(propose(model.workflow))
    assert (stored(model).drift, stored(model).drift_since) == (0, None)


def test_owners_are_told_once_an_episode_and_again_after_it_was_as_approved(model: Surface) -> None:
    first = model.versions.get()
    approved(model)
    making.version(model, "2")
    assert drift_notices() == 2
    making.version(model, "3")
    assert drift_notices() == 2
    surfaces.put_back(first, by=people.owner(), at=timezone.now(), reason="Rolled back")
    making.version(model, "4")
    assert drift_notices() == 4
    assert set(Notice.objects.filter(kind="DRIFT").values_list("recipient__name", flat=True)) == {
        "Otto Owner",
        "Tess Technical",
    }


def test_owners_of_what_is_not_running_are_told_once_it_runs(model: Surface) -> None:
    approved(model)
    workflow = stored(model)
    workflows.edit(
        workflow, by=people.risk(), at=timezone.now(), reason="Paused", opened_version=workflow.version,
        stage="DEVELOPMENT",
    )  # fmt: skip
    making.version(model, "2")
    assert drift_notices() == 0
    workflow = stored(model)
    workflows.edit(
        workflow, by=people.risk(), at=timezone.now(), reason="Runs", opened_version=workflow.version, stage="PILOT"
    )
    making.version(model, "3")
    assert drift_notices() == 2


def test_a_version_recorded_late_is_no_drift(model: Surface) -> None:
    approved(model)
    making.version(model, "0", changed_at=timezone.now() - timedelta(days=30))
    assert stored(model).drift == 0


def test_a_pipeline_adds_the_surface_and_records_the_version_once() -> None:
    workflow = making.workflow()
    first, again = deploy(workflow, "1", digest="sha256:aa"), deploy(workflow, "1", digest="sha256:aa")
    assert (first.is_new, again.is_new, again.version) == (True, False, first.version)
    assert (first.surface.name, first.is_current, first.drift) == ("Triage model", True, None)


def test_the_same_label_with_another_digest_is_refused(model: Surface) -> None:
    with pytest.raises(ValidationError, match="another digest: sha256:aa") as refused:
        deploy(model.workflow, "1", digest="sha256:bb")
    assert list(refused.value.error_dict) == ["digest"]


def test_a_pipeline_is_told_of_drift(model: Surface) -> None:
    approved(model)
    told = deploy(model.workflow, "2").drift
    assert told is not None
    assert [(row.name, row.change) for row in told.differences] == [("Triage model", "VERSION")]


def test_a_pipeline_of_somebody_else_records_nothing(model: Surface) -> None:
    with pytest.raises(Refused):
        deploy(model.workflow, "2", by=people.owner("Olga Otherowner"))


def test_a_proposal_is_withdrawn_by_its_proposer_or_an_administrator_with_a_reason(model: Surface) -> None:
    def withdraw(found: Baseline, by: User, reason: str = "Wrong versions") -> Baseline:
        return baselines.withdraw(found, by=by, at=timezone.now(), reason=reason)

    approved(model)
    first = propose(model.workflow, limits="Fewer")
    with pytest.raises(Refused, match="administrators"):
        withdraw(first, people.risk())
    with pytest.raises(ValidationError):
        withdraw(first, people.owner(), " ")
    assert withdraw(first, people.owner()).status == "WITHDRAWN"
    with pytest.raises(Conflict):
        decide(first)
    second = propose(model.workflow, limits="Fewer")
    assert second.number == 3
    withdraw(second, people.administrator())
    assert Notice.objects.filter(recipient=people.owner(), subject__startswith="Baseline 3: Withdrawn").exists()
    assert model.workflow.baselines.approved().get().number == 1
    with pytest.raises(IntegrityError, match="baseline_withdrawn_by_and_at"), transaction.atomic():
        Baseline.objects.filter(pk=second.pk).update(withdrawn_by=None)


def test_a_retired_surface_drifts_from_the_baseline_until_it_is_brought_back(model: Surface) -> None:
    approved(model)
    at, by = timezone.now(), people.owner()
    with pytest.raises(Refused):
        surfaces.retire(model, by=people.member(), at=at, reason="Gone")
    surfaces.retire(model, by=by, at=at, reason="Replaced by a rule")
    assert stored(model).drift == 1
    model.refresh_from_db()
    assert (model.is_active, model.retired_reason) == (False, "Replaced by a rule")
    with pytest.raises(Conflict, match="retired"):
        making.version(model, "2")
    with pytest.raises(Conflict, match="retired"):
        deploy(model.workflow, "2", kind=model.kind, name=model.name)
    with pytest.raises(ValidationError, match="Bring it back"):
        making.surface(model.workflow, name=model.name)
    surfaces.bring_back(model, by=by, at=at, reason="Needed after all")
    assert stored(model).drift == 0
    model.refresh_from_db()
    assert (model.is_active, model.retired_at, model.retired_reason) == (True, None, "")


def test_a_tool_that_carries_downstream_actions_is_not_retired(model: Surface) -> None:
    tool = making.surface(model.workflow, name="Letters", kind="TOOL")
    action = making.action(model.workflow, tool=tool)
    with pytest.raises(ValidationError, match=action.name):
        surfaces.retire(tool, by=people.owner(), at=timezone.now(), reason="Gone")
    downstream.retire(action, by=people.owner(), at=timezone.now(), reason="Gone")
    surfaces.retire(tool, by=people.owner(), at=timezone.now(), reason="Gone")
    tool.refresh_from_db()
    with pytest.raises(ValidationError, match="retired"):
        making.action(model.workflow, name="Another", tool=tool)

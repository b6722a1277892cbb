"""The baseline on the tab of surfaces, its own pages, and the page for pipelines."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import Baseline, Surface, Workflow
from registry.services import baselines
from tests import people
from tests.asof.conftest import Clock
from tests.asof.conftest import clock as clock  # noqa: PLC0414 - a fixture
from tests.registry import making
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> Surface:
    found = making.surface(making.workflow())
    making.version(found, "2026-08", changed_at=timezone.now() - timedelta(days=3))
    return found


@pytest.fixture
def owner() -> Client:
    return signed_in(people.owner())


@pytest.fixture
def risk() -> Client:
    return signed_in(people.risk())


def approve(workflow: Workflow, limits: str = "") -> Baseline:
    found = baselines.propose(workflow, by=people.owner(), at=timezone.now(), reason="As tested", limits=limits)
    return baselines.decide(found, by=people.risk(), at=timezone.now(), approve=True, reason="Read it")


def body(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_one_proposes_and_another_approves_in_the_browser(model: Surface, owner: Client, risk: Client) -> None:
    url = f"/workflows/{model.workflow_id}/baselines/propose/"
    assert "2026-08" in body(owner, url)
    seen = owner.get(url).context["form"]["seen"].value()
    form = {"limits": SCRIPT, "reason": "As tested", "seen": seen, "once": making.token()}
    for _sending in range(2):
        assert owner.post(url, form).status_code == 302
    found = Baseline.objects.get()
    assert "You proposed this yourself" in body(owner, f"/baselines/{found.pk}/")
    assert owner.get(f"/baselines/{found.pk}/decide/").status_code == 403
    assert risk.post(f"/baselines/{found.pk}/decide/", {"verb": "approve", "reason": ""}).status_code == 422
    sent = {"verb": "approve", "reason": "Read it"}
    assert risk.post(f"/baselines/{found.pk}/decide/", sent).status_code == 302
    assert risk.post(f"/baselines/{found.pk}/decide/", sent).status_code == 409
    page = body(owner, f"/baselines/{found.pk}/")
    assert found.sha256 in page
    assert SCRIPT not in page
    assert "As approved" in body(owner, f"/workflows/{model.workflow_id}/surfaces/")


def test_surfaces_that_changed_behind_an_open_form_are_a_conflict(model: Surface, owner: Client) -> None:
    url = f"/workflows/{model.workflow_id}/baselines/propose/"
    seen = owner.get(url).context["form"]["seen"].value()
    making.version(model, "2026-09")
    assert owner.post(url, {"limits": "", "reason": "As tested", "seen": seen}).status_code == 409


def test_what_cannot_be_proposed_is_said_on_the_form(owner: Client) -> None:
    url = f"/workflows/{making.workflow().pk}/baselines/propose/"
    answer = owner.post(url, {"limits": "", "reason": "As tested"})
    assert answer.status_code == 422
    assert b"no surface yet" in answer.content


def test_drift_is_marked_on_every_tab_and_read_as_a_difference(model: Surface, owner: Client) -> None:
    approve(model.workflow)
    making.version(model, "2026-09")
    assert "Drift: 1" in body(owner, f"/workflows/{model.workflow_id}/")
    page = body(owner, f"/workflows/{model.workflow_id}/surfaces/")
    assert "1 surface differs" in page
    assert "2026-08</del>" in page
    assert "2026-09</ins>" in page


def test_what_does_not_run_is_not_marked_in_its_head(owner: Client) -> None:
    workflow = making.workflow(stage="DEVELOPMENT")
    making.version(making.surface(workflow), "1")
    approve(workflow)
    making.version(workflow.surfaces.get(), "2")
    assert "Drift:" not in body(owner, f"/workflows/{workflow.pk}/")


def test_a_baseline_is_read_beside_the_one_before(model: Surface, owner: Client) -> None:
    first = approve(model.workflow, "At most 100 a day")
    making.version(model, "2026-09")
    second = approve(model.workflow, "At most 200 a day")
    page = body(owner, f"/baselines/{second.pk}/")
    assert "Differs from baseline 1" in page
    assert "As in this baseline" in page
    assert "2026-09</ins>" in body(owner, f"/baselines/{first.pk}/")
    listed = body(owner, f"/workflows/{model.workflow_id}/baselines/")
    assert "Superseded" in listed
    assert "Baseline 2" in listed


def test_the_file_of_a_baseline_has_the_hash_on_its_page(model: Surface, owner: Client) -> None:
    found = approve(model.workflow)
    content = owner.get(f"/baselines/{found.pk}/file/").content
    assert hashlib.sha256(content).hexdigest() == found.sha256


def test_content_that_is_not_what_was_hashed_is_said(model: Surface, owner: Client) -> None:
    found = approve(model.workflow)
    found.content["limits"] = "None at all"
    found.save()
    assert "The content is not what was hashed" in body(owner, f"/baselines/{found.pk}/")


def test_baseline_and_drift_are_shown_as_they_were(clock: Clock, owner: Client) -> None:
    workflow = making.workflow()
    surface = making.surface(workflow)
    making.version(surface, "2026-08")
    none = clock(1)
    clock(2)
    found = approve(workflow)
    approved = clock(3)
    clock(4)
    making.version(surface, "2026-09")
    url = f"/workflows/{workflow.pk}/surfaces/"
    at = "?at={:%Y-%m-%dT%H:%M:%SZ}"
    assert "No baseline" in body(owner, url + at.format(none))
    assert "As approved" in body(owner, url + at.format(approved))
    assert "1 surface differs" in body(owner, url)
    assert owner.get(f"/baselines/{found.pk}/" + at.format(none), follow=True).status_code == 404


def test_the_page_for_pipelines_is_filled_in_and_a_name_is_only_data(owner: Client) -> None:
    workflow = making.workflow()
    making.surface(workflow, "$(reboot) `x` ${{ y }}", "PROMPT")
    page = body(owner, f"/workflows/{workflow.pk}/surfaces/pipeline/")
    assert f"http://testserver/api/v1/workflows/{workflow.slug}/deployments/" in page
    assert '/tokens/"' in page
    for snippet in owner.get(f"/workflows/{workflow.pk}/surfaces/pipeline/").context["snippets"]:
        assert "$(reboot)" not in snippet.text
        assert "`x`" not in snippet.text
        assert "${{ y" not in snippet.text


def test_the_register_finds_and_counts_what_drifts(model: Surface, owner: Client) -> None:
    approve(model.workflow)
    making.workflow(name="Nothing approved")
    assert "Nothing approved" in body(owner, "/workflows/?q=drift:none")
    assert "Claims triage" in body(owner, "/workflows/?drift=no")
    making.version(model, "2026-09")
    page = body(owner, "/workflows/?q=drift:yes&cols=drift")
    assert "1 surface differs" in page
    assert "Nothing approved" not in page


def test_the_history_of_the_workflow_tells_of_its_baselines(model: Surface, owner: Client) -> None:
    approve(model.workflow)
    assert "Waiting for a second person" in body(owner, f"/workflows/{model.workflow_id}/history/?kind=surfaces")


def test_a_proposal_is_withdrawn_and_a_surface_retired_in_the_browser(model: Surface, owner: Client) -> None:
    found = baselines.propose(model.workflow, by=people.owner(), at=timezone.now(), reason="As tested")
    assert f"/baselines/{found.pk}/withdraw/" in body(owner, f"/baselines/{found.pk}/")
    assert owner.post(f"/baselines/{found.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert owner.post(f"/baselines/{found.pk}/withdraw/", {"reason": SCRIPT}).status_code == 302
    assert "Withdrawn by" in body(owner, f"/baselines/{found.pk}/")
    assert owner.post(f"/baselines/{found.pk}/withdraw/", {"reason": "Again"}).status_code == 409
    page = f"/surfaces/{model.pk}/"
    assert owner.post(f"{page}retire/", {"reason": ""}).status_code == 422
    assert owner.post(f"{page}retire/", {"reason": "Replaced by a rule"}).status_code == 302
    assert "Replaced by a rule" in body(owner, page)
    assert "Record version" not in body(owner, page)
    assert "Retired" in body(owner, f"/workflows/{model.workflow_id}/surfaces/")
    assert owner.post(f"{page}bring-back/", {"reason": "Needed"}).status_code == 302
    assert "Record version" in body(owner, page)

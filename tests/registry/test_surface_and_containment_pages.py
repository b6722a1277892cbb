"""Forms of surfaces, versions and containment options."""

from typing import Any

import pytest
from django.test import Client

from registry.models import ContainmentOption, Surface, SurfaceVersion, Workflow
from tests import people
from tests.registry import making
from tests.registry.making import SCRIPT
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
OPTION = {
    "kind": "KILL_SWITCH",
    "name": "Stop everything",
    "instructions": SCRIPT,
    "executors": ["RESPONDER"],
    "expected_minutes": 5,
    "is_active": "on",
    "reason": "Prepared",
}


@pytest.fixture
def workflow() -> Workflow:
    return making.workflow()


@pytest.fixture
def owner() -> Client:
    return signed_in(people.owner())


def test_a_surface_and_its_version_are_recorded_once(workflow: Workflow, owner: Client) -> None:
    form = {"kind": "PROMPT", "name": SCRIPT, "reason": "In use", "once": making.token()}
    for _sending in range(2):
        owner.post(f"/workflows/{workflow.pk}/surfaces/new/", form)
    surface = Surface.objects.get()
    version = {"label": "1.8.2", "note": SCRIPT, "once": making.token()}
    for _sending in range(2):
        assert owner.post(f"/surfaces/{surface.pk}/versions/new/", version).status_code == 302
    assert SurfaceVersion.objects.get().recorded_by == people.owner()
    for address in (f"/surfaces/{surface.pk}/", f"/workflows/{workflow.pk}/surfaces/"):
        assert SCRIPT not in owner.get(address).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"changed_at": "2999-01-01T00:00"}, "changed_at"),
        ({"changed_at": "2024-02-30T00:00"}, "changed_at"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"label": ""}, "label"),
    ],
)
def test_a_version_that_cannot_be_is_refused_by_field(
    workflow: Workflow, owner: Client, change: dict[str, str], field: str
) -> None:
    surface = making.surface(workflow)
    answer = owner.post(f"/surfaces/{surface.pk}/versions/new/", {"label": "1", "note": "First", **change})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}


def test_marking_known_good_asks_how(workflow: Workflow, owner: Client) -> None:
    version = making.version(making.surface(workflow), "1")
    address = f"/surfaces/versions/{version.pk}/known-good/"
    assert owner.post(address, {"note": ""}).status_code == 422
    assert owner.post(address, {"note": "Two quiet weeks"}).status_code == 302
    version.surface.refresh_from_db()
    assert version.surface.known_good == version


def test_an_earlier_version_is_put_back_with_a_reason(workflow: Workflow, owner: Client) -> None:
    surface = making.surface(workflow)
    first, _second = making.version(surface, "1"), making.version(surface, "2")
    assert owner.post(f"/surfaces/versions/{first.pk}/in-use/", {"reason": "Rolled back"}).status_code == 302
    surface.refresh_from_db()
    assert surface.current == first


def test_an_option_is_added_once_and_shown_as_text(workflow: Workflow, owner: Client) -> None:
    form = {**OPTION, "named_executors": [people.member().pk], "once": making.token()}
    for _sending in range(2):
        assert owner.post(f"/workflows/{workflow.pk}/containment/new/", form).status_code == 302
    assert list(ContainmentOption.objects.get().named_executors.all()) == [people.member()]
    assert SCRIPT not in owner.get(f"/workflows/{workflow.pk}/containment/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"executors": []}, "executors"), ({"expected_minutes": -1}, "expected_minutes"), ({"name": ""}, "name")],
)
def test_an_option_that_cannot_be_is_refused_by_field(
    workflow: Workflow, owner: Client, change: dict[str, Any], field: str
) -> None:
    answer = owner.post(f"/workflows/{workflow.pk}/containment/new/", {**OPTION, **change})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}


def test_a_second_option_of_one_name_is_refused(workflow: Workflow, owner: Client) -> None:
    making.option(workflow)
    answer = owner.post(f"/workflows/{workflow.pk}/containment/new/", OPTION)
    assert answer.status_code == 422


def test_a_stale_option_shows_both_versions_of_people_too(workflow: Workflow, owner: Client) -> None:
    option = making.option(workflow)
    form = {**OPTION, "instructions": option.instructions, "opened_version": 1}
    signed_in(people.risk()).post(f"/containment/{option.pk}/edit/", {**form, "named_executors": [people.member().pk]})
    answer = owner.post(f"/containment/{option.pk}/edit/", {**form, "expected_minutes": 9})
    rows = {row.name: (row.theirs, row.mine) for row in answer.context["meeting"].rows}
    assert rows == {"named_executors": ("Max Member", ""), "expected_minutes": ("5", "9")}
    chosen = {**form, "expected_minutes": 9, "opened_version": 2, "keep_named_executors": "theirs"}
    assert owner.post(f"/containment/{option.pk}/edit/", chosen).status_code == 302
    option.refresh_from_db()
    assert (option.expected_minutes, list(option.named_executors.all())) == (9, [people.member()])


def test_a_responder_records_a_proof_and_edits_nothing(workflow: Workflow) -> None:
    option = making.option(workflow)
    responder = signed_in(people.responder())
    assert responder.get(f"/containment/{option.pk}/edit/").status_code == 403
    assert (
        responder.post(
            f"/containment/{option.pk}/proof/", {"occasion": "DRILL", "how": "Drill", "minutes": 4}
        ).status_code
        == 302
    )
    option.refresh_from_db()
    assert option.proven_minutes == 4


@pytest.mark.parametrize("somebody", [people.member, people.auditor, people.responder])
def test_others_record_no_surfaces_and_no_options(workflow: Workflow, somebody: Any) -> None:
    surface = making.surface(workflow)
    version = making.version(surface, "1")
    client = signed_in(somebody())
    for address in (
        f"/workflows/{workflow.pk}/surfaces/new/",
        f"/surfaces/{surface.pk}/versions/new/",
        f"/surfaces/versions/{version.pk}/known-good/",
        f"/surfaces/versions/{version.pk}/in-use/",
        f"/workflows/{workflow.pk}/containment/new/",
    ):
        assert client.get(address).status_code == 403

"""Readiness through the API: on the workflow, check by check, ahead, and as it was."""

from typing import Any

import pytest
from django.utils import timezone

from registry.kernel.http.moments import written
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry import making

pytestmark = pytest.mark.django_db


def checks(answer: Any) -> dict[str, Any]:
    return {check["key"]: check for part in answer.json()["parts"] for check in part["checks"]}


def test_it_stands_on_the_workflow_and_in_full_below_it() -> None:
    workflow = making.workflow(stage="PILOT")
    before = timezone.now()
    signal = making.signal(workflow)
    client = client_of(people.member())
    row = client.get(f"{V1}/workflows/{workflow.pk}/").json()
    assert (row["readiness"], row["seen"], row["unready"]) == ("NOT_READY", "NOT_READY", row["unready"])
    address = f"{V1}/workflows/{workflow.pk}/readiness/"
    whole = client.get(address)
    found = checks(whole)
    assert [part["part"] for part in whole.json()["parts"]] == ["SEEN", "STOPPED", "EXPLAINED", "IMPROVED"]
    assert whole.json()["failing"] == row["unready"] == sum(check["fails"] for check in found.values())
    assert found["WATCHED"]["result"] == "MET"
    assert found["WATCHED"]["evidence"][0] | {"name": ""} == {
        "kind": "signal", "key": str(signal.pk), "name": "", "at": None, "how": "", "is_stale": False,
    }  # fmt: skip
    ahead = client.get(f"{address}?stage=PRODUCTION")
    assert ahead.json()["failing"] > whole.json()["failing"]
    assert checks(client.get(f"{address}?at={written(before)}"))["WATCHED"]["fails"]
    assert len(client.get(f"{V1}/workflows/?ready=no").json()["results"]) == 1
    problem_of(client.get(f"{V1}/workflows/999/readiness/"), 404)

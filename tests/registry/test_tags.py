"""Tags: listed with their counts, renamed and merged in every workflow at once."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.models import ChangeSet, User, Workflow
from registry.reports.tags import in_use
from registry.services import tag_renaming
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.registry.register_cast import workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
HOSTILE = '=1+1"><script>alert(1)</script>'[:40]


def rename(tag: str, to: str, by: User | None = None) -> int:
    made = tag_renaming.rename(tag, to=to, by=by or people.risk(), at=timezone.now(), reason="One spelling")
    return int(made.counts["rows"])


def test_tags_are_counted_and_look_alikes_are_marked() -> None:
    workflow("A", tags=["claims", "Fraud"])
    workflow("B", tags=["claims", "fraud"], stage="RETIRED")
    found = {tag.name: (tag.workflows, tag.alike) for tag in in_use()}
    assert found == {"claims": (2, 0), "Fraud": (1, 1), "fraud": (1, 1)}
    assert [tag.name for tag in in_use("FRA")] == ["Fraud", "fraud"]


def test_a_tag_under_a_name_in_use_becomes_one_with_it_and_every_workflow_keeps_its_history() -> None:
    both, one = workflow("A", tags=["Fraud", "x", "fraud"]), workflow("B", tags=["Fraud"])
    assert rename("Fraud", "fraud") == 2
    both.refresh_from_db()
    assert (both.tags, both.version) == (["fraud", "x"], 2)
    kept = Workflow.history.filter(id=one.pk, history_type="~").get()
    assert (kept.tags, kept.history_change_reason) == (["fraud"], "One spelling")


@pytest.mark.parametrize("new", ["", "  ", "a,b", "x" * 41, "old"])
def test_a_name_that_cannot_be_one_is_refused(new: str) -> None:
    workflow("A", tags=["old"])
    with pytest.raises(ValidationError):
        rename("old", new)


def test_only_risk_staff_rename_by_page_and_api() -> None:
    workflow("A", tags=["old"])
    with pytest.raises(Refused):
        rename("old", "new", people.owner())
    body = {"tag": "old", "to": "new", "reason": "Clearer"}
    problem_of(client_of(people.owner()).post(f"{V1}/tags/rename/", body, format="json"), 403)
    answer = client_of(people.risk()).post(f"{V1}/tags/rename/", body, format="json")
    assert {"tag": "new", "changed": 1, "left": 0}.items() <= answer.json().items()
    problem_of(client_of(people.risk()).post(f"{V1}/tags/rename/", body, format="json"), 422)
    listed = client_of(people.member()).get(f"{V1}/tags/", {"q": "NE"}).json()
    assert listed == {"total": 1, "results": [{"name": "new", "workflows": 1, "alike": 0}]}


def test_the_pages_show_what_will_change_before_it_does() -> None:
    workflow("A", tags=[HOSTILE])
    workflow("B", tags=["good"])
    client = signed_in(people.risk())
    listed = client.get("/tags/").content.decode()
    assert "<script>alert" not in listed
    url = "/tags/rename/"
    page = client.post(url, {"to": "good", "reason": "Odd"}, query_params={"tag": HOSTILE}).content.decode()
    assert "The two tags become one" in page
    assert "<script>alert" not in page
    data = {"to": "good", "reason": "Odd", "step": "apply", "once": "k"}
    for _twice in range(2):
        done = client.post(url, data, query_params={"tag": HOSTILE})
        assert done["Location"] == "/tags/?q=good"
    assert [tag.workflows for tag in in_use()] == [2]
    assert client.get(url, {"tag": HOSTILE}).status_code == 404


def test_more_than_one_step_takes_is_renamed_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_renaming, "MOST", 2)
    for name in "ABC":
        workflow(name, tags=["old"])
    client, url = signed_in(people.risk()), "/tags/rename/"
    data = {"to": "new", "reason": "Clearer"}
    assert "1 more follows in the next" in client.post(url, data, query_params={"tag": "old"}).content.decode()
    first = client.post(url, {**data, "step": "apply", "once": "a"}, query_params={"tag": "old"})
    assert first["Location"] == "/tags/rename/?tag=old&to=new&reason=Clearer"
    assert client.get(first["Location"]).context["form"]["to"].value() == "new"
    last = client.post(first["Location"], {**data, "step": "apply", "once": "b"})
    assert last["Location"] == "/tags/?q=new"
    assert [(tag.name, tag.workflows) for tag in in_use()] == [("new", 3)]
    assert [made.counts["rows"] for made in ChangeSet.objects.order_by("pk")] == [2, 1]

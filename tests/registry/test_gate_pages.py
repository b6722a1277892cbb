"""Gates on pages: what is missing, asking, deciding with conditions, putting into effect; nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest

from registry.models import ChangeSet, GateRequest, Workflow
from registry.services import capabilities, changing, workflows
from tests import people
from tests.registry.gating import asked, decided, granted, now, pilot, today
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
DUE = timedelta(days=9)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def decision(**given: str) -> dict[str, str]:
    return {"verb": "approve", "reason": "Read and agreed", **given}


def test_the_tab_says_what_is_missing_and_where_to_do_it_and_offers_to_ask_once_nothing_is() -> None:
    workflow = pilot(next_review_date=None)
    capabilities.unmeet(workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), reason="Gone")
    client, address = signed_in(people.owner()), f"/workflows/{workflow.pk}/gates/"
    page = text(client.get(address))
    assert "2 things are missing first." in page
    assert f"/workflows/{workflow.pk}/readiness/?stage=PRODUCTION#check-" in page
    assert "/gates/go-live/ask/" not in page
    capabilities.meet(workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), evidence="Agreed again")
    change: Any = {"opened_version": None, "next_review_date": today() + DUE}
    workflows.edit(workflow, by=people.owner(), at=now(), reason="Planned", **change)
    assert f"{address}go-live/ask/" in text(client.get(address))
    assert signed_in(people.member()).get(f"{address}go-live/ask/").status_code == 403
    assert client.get(f"{address}elsewhere/ask/").status_code == 404


def test_what_was_typed_stays_when_asking_is_refused_and_a_double_click_asks_once() -> None:
    workflow = pilot()
    client, address = signed_in(people.owner()), f"/workflows/{workflow.pk}/gates/go-live/ask/"
    capabilities.unmeet(workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), reason="Gone")
    once = client.get(address).context["form"]["once"].value()
    refused = client.post(address, {"reason": "Eight quiet weeks", "once": once})
    assert refused.status_code == 422
    assert "Eight quiet weeks" in text(refused)
    assert "Severity model: Required, neither met nor accepted." in text(refused)
    capabilities.meet(workflow, "SEVERITY_MODEL", by=people.owner(), at=now(), evidence="Agreed again")
    first, second = (client.post(address, {"reason": "Eight quiet weeks", "once": once}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == GateRequest.objects.get().get_absolute_url()


def test_another_person_agrees_under_a_condition_which_is_met_later() -> None:
    request = asked(pilot())
    page, own = f"/gates/{request.pk}/", signed_in(people.owner())
    assert "Step 1 is decided by" in text(own.get(page)) or "You asked for this yourself" in text(own.get(page))
    assert own.post(f"{page}decide/", decision()).status_code == 403
    client = signed_in(people.risk())
    half = client.post(f"{page}decide/", decision(text_1="Second monitor"))
    assert half.status_code == 422
    assert "Second monitor" in text(half)
    assert "A condition says what, by which day, and who." in text(half)
    whole = decision(text_1="Second monitor", due_1=(today() + DUE).isoformat(), owner_1=str(people.owner().pk))
    assert client.post(f"{page}decide/", whole).status_code == 302
    request.refresh_from_db()
    condition = request.conditions.get()
    assert (request.status, condition.text, condition.set_by) == ("GRANTED", "Second monitor", people.risk())
    assert "Go live now" in text(own.get(page))
    assert own.post(f"/gate-conditions/{condition.pk}/met/", {"evidence": ""}).status_code == 422
    assert own.post(f"/gate-conditions/{condition.pk}/met/", {"evidence": "In use"}).status_code == 302
    assert "In use" in text(own.get(page))


def test_it_goes_live_by_the_button_and_the_edit_form_says_where_to_ask() -> None:
    workflow = pilot()
    owner = signed_in(people.owner())
    form = {"stage": "PRODUCTION", "autonomy": "RECOMMENDS", "reason": "Live", "opened_version": str(workflow.version)}
    refused = owner.post(f"/workflows/{workflow.pk}/edit/?part=stage", form)
    assert refused.status_code == 422
    assert f"Ask for it at /workflows/{workflow.pk}/gates/." in text(refused)
    request = granted(workflow)
    assert owner.post(f"/gates/{request.pk}/use/").status_code == 302
    assert Workflow.objects.get(pk=workflow.pk).production_basis == "GATE"
    assert owner.post(f"/gates/{request.pk}/use/").status_code == 409
    assert "Approved to go live" in text(owner.get(f"/workflows/{workflow.pk}/gates/"))


def test_lists_and_the_overview_show_what_waits_for_whom() -> None:
    request = asked(pilot())
    risk, executive = signed_in(people.risk()), signed_in(people.executive())
    mine = "/gates/?whose=me"
    assert request.reference in text(risk.get(mine))
    assert request.reference not in text(executive.get(mine))
    assert request.get_absolute_url() in text(risk.get("/"))
    condition = {"text": "Second monitor", "due_date": today() + DUE, "owner": people.owner()}
    decided(request, conditions=[condition])
    assert "Second monitor" in text(signed_in(people.owner()).get("/"))


def test_the_list_costs_as_much_for_many_as_for_few(django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        asked(pilot(name=f"Pilot {number}"))
    client = signed_in(people.member())
    client.get("/gates/")
    with django_assert_max_num_queries(14):
        assert client.get("/gates/").status_code == 200


def test_many_at_once_go_live_each_through_its_own_gate() -> None:
    ready, waiting = pilot(), pilot(name="Another")
    request = granted(ready)
    rows = {row.pk: row.version for row in Workflow.objects.all()}
    facts: Any = {"by": people.risk(), "at": now(), "reason": "Together"}
    lines = changing.preview(list(Workflow.objects.order_by("pk")), {"stage": "PRODUCTION"}, by=people.risk(), at=now())
    assert [bool(line.refusal) for line in lines] == [False, True]
    with pytest.raises(changing.RowsRefused, match=f"/workflows/{waiting.pk}/gates/"):
        changing.apply(rows, {"stage": "PRODUCTION"}, **facts)
    assert GateRequest.objects.get(pk=request.pk).status == "GRANTED"
    done = changing.apply({ready.pk: rows[ready.pk]}, {"stage": "PRODUCTION"}, **facts)
    live = Workflow.objects.get(pk=ready.pk)
    assert (live.stage, live.production_basis, GateRequest.objects.get(pk=request.pk).status) == (
        "PRODUCTION", "GATE", "USED",
    )  # fmt: skip
    changed = ChangeSet.objects.get(pk=done.change_set.pk if done.change_set else 0)
    changing.undo(changed, by=people.risk(), at=now(), reason="Too early")
    back = Workflow.objects.get(pk=ready.pk)
    assert (back.stage, back.production_basis) == ("PILOT", "")

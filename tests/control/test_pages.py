"""The control plane in pages and through the API: keys shown once, effects filled in, containing, taking back."""

import pytest
from django.utils import timezone

from incidents.models import Incident
from registry.models import AuditEntry, ContainmentOption, ControlCandidate, ControlToken, Restriction, Workflow
from tests import people
from tests.api.clients import client_of
from tests.control import standing, world
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def test_a_key_is_shown_once_and_its_secret_stands_nowhere() -> None:
    claims = world.workflow()
    owner = signed_in(people.owner())
    sent = {"name": "Runners in eu-west", "default_declared": "human", "may_acknowledge": "on"}
    answer = owner.post(f"/workflows/{claims.pk}/control/keys/new/", sent, follow=True)
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert secret not in owner.get(f"/workflows/{claims.pk}/control/").content.decode()
    token = ControlToken.objects.get()
    assert (token.default_declared, token.created_by) == ("human", people.owner())
    assert not any(secret in str(entry.detail) + str(entry.payload) for entry in AuditEntry.objects.all())
    assert token.digest not in str([entry.payload for entry in AuditEntry.objects.all()])


def test_what_an_option_sets_is_refused_by_the_field_with_nothing_lost() -> None:
    claims = world.workflow()
    risk = signed_in(people.risk())
    sent = {
        "kind": "DISABLE_TOOL", "name": "No letters", "instructions": "Turn it off.", "executors": ["RESPONDER"],
        "expected_minutes": "2", "is_active": "on", "reason": "Prepared", "sets_mode": "review",
        "sets_tools": "Letter service", "sets_pins": "model 4.1", "sets_limits": "amount = lots",
    }  # fmt: skip
    answer = risk.post(f"/workflows/{claims.pk}/containment/new/", sent)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"sets_tools", "sets_pins", "sets_limits"}
    assert "amount = lots" in answer.content.decode()
    right = {**sent, "sets_tools": "letter-service", "sets_pins": "model = 4.1", "sets_limits": "amount = 500"}
    assert risk.post(f"/workflows/{claims.pk}/containment/new/", right).status_code == 302
    assert ContainmentOption.objects.get().effect == {
        "mode": "review", "disabled_tools": ["letter-service"], "pins": {"model": "4.1"}, "limits": {"amount": 500},
    }  # fmt: skip


def test_containing_from_the_page_of_a_workflow_opens_an_incident_or_joins_one() -> None:
    claims = world.workflow()
    option = world.option(claims)
    responder = signed_in(people.responder())
    url = f"/workflows/{claims.pk}/containment/{option.pk}/carry-out/"
    assert responder.post(url, {"incident": "new", "reason": "It pays twice."}).status_code == 302
    incident = Incident.objects.get()
    restriction = Restriction.objects.get()
    assert (restriction.incident_reference, incident.severity) == (incident.reference, "SEV-2")
    other = world.option(claims, "FORCE_REVIEW", effect={"mode": "review"})
    url = f"/workflows/{claims.pk}/containment/{other.pk}/carry-out/"
    assert responder.post(url, {"incident": str(incident.pk), "reason": "To be sure."}).status_code == 302
    assert Incident.objects.count() == 1
    assert signed_in(people.member()).get(url).status_code == 403
    page = responder.get(f"/workflows/{claims.pk}/control/").content.decode()
    assert "Stopped" in page
    assert incident.reference in page


def test_a_broken_glass_is_taken_back_by_two_on_the_page_of_its_workflow() -> None:
    claims = world.workflow()
    broken: Restriction = standing.of_each(claims, owner=people.owner(), risk=people.risk(), now=timezone.now())[
        "broken"
    ]
    asked, other = signed_in(people.risk()), signed_in(people.responder())
    assert asked.post(f"/control/restrictions/{broken.pk}/agree/", {"note": "Fine."}).status_code == 403
    refused = other.post(f"/control/restrictions/{broken.pk}/agree/", {"note": ""})
    assert refused.status_code == 422
    assert other.post(f"/control/restrictions/{broken.pk}/agree/", {"note": "Paid once."}).status_code == 302
    broken.refresh_from_db()
    assert (broken.released_by, broken.release_revision) == (people.responder(), 2)


def test_an_unknown_caller_is_set_aside_with_a_reason_and_a_key_bound_once_its_workflow_is_registered() -> None:
    claims = world.workflow()
    made = standing.of_each(claims, owner=people.owner(), risk=people.risk(), now=timezone.now())
    risk = signed_in(people.risk())
    assert "wf.elsewhere.mode" in risk.get("/control/callers/").content.decode()
    url = f"/control/callers/{made['caller'].pk}/set-aside/"
    assert risk.post(url, {"reason": "A test of ours."}).status_code == 302
    assert ControlCandidate.objects.get().dismissal_reason == "A test of ours."
    assert AuditEntry.objects.get(event="CALLER_SET_ASIDE").detail == {"asked_for": "wf.elsewhere.mode"}
    bind = f"/control/callers/keys/{made['unbound'].pk}/bind/"
    assert risk.post(bind, {"workflow": str(claims.pk)}).status_code == 302
    assert ControlToken.objects.get(pk=made["unbound"].pk).workflow == claims


def test_an_owner_does_everything_of_theirs_from_a_pipeline() -> None:
    claims: Workflow = world.workflow()
    owner = client_of(people.owner())
    made = owner.post(f"{V1}/workflows/{claims.pk}/control-keys/", {"name": "Runners", "default_declared": "human"})
    assert made.status_code == 201
    assert made.json()["secret"].startswith(made.json()["prefix"])
    key = f"{V1}/control-keys/{made.json()['id']}/"
    assert "secret" not in owner.get(key).json()
    assert owner.post(f"{key}rotate/", {"overlap": "3600"}).json()["secret"] != made.json()["secret"]
    assert owner.post(f"{key}declare-default/", {"mode": "killed"}).json()["default_declared"] == "killed"
    assert owner.post(f"{key}revoke/", {"reason": "Replaced."}).json()["revoked_at"] is not None
    world.carried_out(world.option(claims), world.incident(claims))
    now = owner.get(f"{V1}/workflows/{claims.pk}/control/").json()
    assert (now["mode"], now["effect"], now["revision"], len(now["in_force"])) == ("killed", world.KILL, 1, 1)
    assert owner.get(f"{V1}/restrictions/", {"in_force": "true"}).json()["results"] != []
    assert owner.get(f"{V1}/restrictions/", {"in_force": "false"}).json()["results"] == []
    refused = owner.post(f"{V1}/restrictions/{now['in_force'][0]['id']}/ask-release/", {"reason": "x"})
    assert refused.status_code in {403, 409}

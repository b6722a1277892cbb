"""Pages with ?at= show what was known then, for reading only, to whom may see it now."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import Incident
from incidents.services import containment, evidence, restricting, severity, timeline
from intake.services import deciding
from registry.kernel.http.moments import written
from registry.models import Surface, User, Workflow
from registry.services import downstream, signals, workflows
from reviews.models import ActionItem
from reviews.services import actions
from tests import people
from tests.access import dataset
from tests.access.addresses import addresses
from tests.asof.conftest import START, Clock
from tests.incidents import making
from tests.intake import making as intake_making
from tests.registry import making as registry_making

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def incident(clock: Clock) -> Incident:
    """Declared at the start, classified and restated after two hours, contained after four."""
    at = clock(0)
    found = making.declared(at=at)
    lead = found.declared_by
    at = clock(2)
    severity.assess(found, by=lead, at=at, inputs=making.CONFIRMED, confirmed="SEV-2")
    timeline.post(found, by=lead, at=at, text="The queue is growing.", kind="UPDATE")
    evidence.add_note(found, by=lead, **making.about(at=at, collected_at=at, title="Log of the queue", note="x"))
    clock(10)
    return making.again(found)


def day(hours: int) -> date:
    return (START + timedelta(hours=hours)).date()


def body(client: Client, url: str, at: datetime, status: int = 200, **query: Any) -> str:
    answer = client.get(url, {"at": written(at), **query})
    assert answer.status_code == status, answer
    return str(answer.content.decode())


def test_the_incident_page_shows_what_was_known_then(incident: Incident, clock: Clock, as_user: SignIn) -> None:
    client = as_user(people.responder())
    url = incident.get_absolute_url()
    early, late = clock(1), clock(3)
    clock(10)
    assert "The queue is growing." not in body(client, url, early)
    page = body(client, url, late)
    assert "The queue is growing." in page
    assert "Log of the queue" in page
    assert "As known at 2 Mar 2026, 12:00 UTC" in page


def test_a_page_of_the_past_offers_nothing_to_do_but_reports(incident: Incident, clock: Clock, as_user: SignIn) -> None:
    workflow = incident.workflows.get()
    item = actions.create(
        by=people.risk(),
        at=clock(4),
        title="Fix it",
        category="DETECTION_GAP",
        assignee=people.responder(),
        due_date=day(100),
        description="",
        incident=incident,
    )
    then = clock(5)
    clock(10)
    client = as_user(people.risk())
    names = (
        "workflow",
        "workflow-tier",
        "workflow-surfaces",
        "workflow-containment",
        "workflow-signals",
        "workflow-incidents",
        "workflow-readiness",
    )
    urls = [reverse(name, args=[workflow.pk]) for name in (*names, "workflow-actions")]
    urls += [incident.get_absolute_url(), item.get_absolute_url()]
    urls += [reverse("register"), reverse("incidents"), reverse("actions")]
    for url in urls:
        main = re.split(r"<main|</main>", body(client, url, then))[1]
        sent = re.findall(r'method="post" action="([^"]*)"', main)
        assert main.count('method="post"') == len(sent), url
        assert [to for to in sent if not to.endswith(("/summary/", "/dossier/"))] == [], url
        assert "As known at" in main, url
        assert "/new/" not in main.replace("/reports/new/inventory/", ""), url
        assert "/edit/" not in main, url


def test_a_moment_is_read_in_every_usual_form(incident: Incident, clock: Clock, as_user: SignIn) -> None:
    client, url = as_user(people.responder()), incident.get_absolute_url()
    plain = f"{url}?at=2026-03-02T12:00Z"
    assert client.get(plain).status_code == 200
    for query in (
        "at=2026-03-02T13:00%2B01:00",
        "at=2026-03-02T13:00+01:00",
        "at=2026-03-02T12:00",
        "at=2026-03-02T07:00&zone=America/New_York",
        "at=2026-03-02T12:00:00.000Z&zone=",
    ):
        assert client.get(f"{url}?{query}", follow=False)["Location"] == plain, query


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-03-02", "2026-13-01T00:00Z", "0001-01-01T00:00+14:00", "9" * 50]
)
def test_what_is_no_moment_is_asked_again(incident: Incident, as_user: SignIn, text: str) -> None:
    answer = as_user(people.responder()).get(incident.get_absolute_url(), {"at": text})
    assert answer.status_code == 422


def test_a_moment_to_come_is_refused_at_its_field(incident: Incident, as_user: SignIn) -> None:
    answer = as_user(people.responder()).get(incident.get_absolute_url(), {"at": "2030-01-01T00:00Z"})
    assert answer.status_code == 422
    assert "This moment has not come yet" in answer.content.decode()


def test_before_the_record_existed_the_page_says_when_it_began(
    incident: Incident, clock: Clock, as_user: SignIn
) -> None:
    early = clock(-1)
    clock(10)
    page = body(as_user(people.responder()), incident.get_absolute_url(), early, status=404)
    assert "Not known then" in page
    assert "2 Mar 2026, 09:00:01 UTC" in page


def test_what_is_restricted_now_is_restricted_then(incident: Incident, clock: Clock, as_user: SignIn) -> None:
    then = clock(3)
    restricting.restrict(incident, by=people.risk(), at=clock(6), reason="Names of customers")
    clock(10)
    url = incident.get_absolute_url()
    assert as_user(people.member()).get(url, {"at": written(then)}).status_code == 404
    assert as_user(people.auditor()).get(url, {"at": written(then)}).status_code == 200
    assert "Refunds paid twice" not in body(as_user(people.member()), reverse("incidents"), then)
    assert as_user(people.member()).get(reverse("incident-difference", args=[incident.pk])).status_code == 404


def test_what_was_restricted_then_and_is_open_now_is_shown(incident: Incident, clock: Clock, as_user: SignIn) -> None:
    restricting.restrict(incident, by=people.risk(), at=clock(4), reason="Names of customers")
    then = clock(5)
    restricting.lift(incident, by=people.risk(), at=clock(6), reason="Nobody was named")
    clock(10)
    client = as_user(people.member())
    assert "Restricted" in body(client, incident.get_absolute_url(), then)
    assert "Refunds paid twice" in body(client, reverse("incidents"), then)


def test_evidence_restricted_now_keeps_its_title_to_itself(incident: Incident, clock: Clock, as_user: SignIn) -> None:
    then = clock(3)
    clock(6)
    piece = incident.evidence.get()
    piece.is_restricted = True
    piece.save()
    clock(10)
    url = incident.get_absolute_url()
    assert "Log of the queue" not in body(as_user(people.member()), url, then)
    assert "Log of the queue" in body(as_user(people.auditor()), url, then)
    compared = as_user(people.member()).get(
        reverse("incident-difference", args=[incident.pk]), {"from": "2026-03-02T09:30Z"}
    )
    assert "Log of the queue" not in compared.content.decode()


def test_lists_filter_what_was_so_then(clock: Clock, as_user: SignIn) -> None:
    clock(0)
    one = making.workflow("Claims triage", stage="PILOT", business_owner=people.owner())
    making.workflow("Letter writer", stage="PRODUCTION", business_owner=people.owner())
    then = clock(1)
    clock(2)
    workflows.edit(one, by=people.owner(), at=clock(2), opened_version=one.version, stage="DEVELOPMENT", reason="Back")
    clock(10)
    client = as_user(people.risk())
    page = body(client, reverse("register"), then, stage="PILOT")
    assert "Claims triage" in page
    assert "Letter writer" not in page
    assert "Claims triage" not in client.get(reverse("register"), {"stage": "PILOT"}).content.decode()
    assert "Claims triage" in body(client, reverse("register"), then, q="claims tri")


def test_incidents_and_actions_are_listed_in_the_state_they_were_in(
    incident: Incident, clock: Clock, as_user: SignIn
) -> None:
    item = actions.create(
        by=people.risk(),
        at=clock(4),
        title="Watch the queue",
        category="DETECTION_GAP",
        assignee=people.responder(),
        due_date=day(30),
        description="",
        incident=incident,
    )
    then = clock(5)
    actions.start(item, by=people.responder(), at=clock(6))
    late = clock(24 * 7)
    clock(24 * 8)
    client = as_user(people.risk())
    assert "Watch the queue" in body(client, reverse("actions"), then, state="OPEN")
    assert "Watch the queue" not in body(client, reverse("actions"), late, state="OPEN")
    assert "Watch the queue" not in body(client, reverse("actions"), then, overdue="true")
    assert "Watch the queue" in body(client, reverse("actions"), late, overdue="true")
    assert "Refunds paid twice" in body(client, reverse("incidents"), then, severity="SEV-2")


def test_a_deleted_part_of_a_workflow_stands_on_the_page_of_then(clock: Clock, as_user: SignIn) -> None:
    workflow = making.workflow()
    surface = Surface.objects.create(workflow=workflow, kind="MODEL", name="Writer model")
    then = clock(1)
    clock(2)
    surface.delete()
    clock(10)
    client, url = as_user(people.risk()), reverse("workflow-surfaces", args=[workflow.pk])
    assert "Writer model" in body(client, url, then)
    assert "Writer model" not in client.get(url).content.decode()


def test_the_difference_lists_what_was_added_and_changed(incident: Incident, clock: Clock, as_user: SignIn) -> None:
    url = reverse("incident-difference", args=[incident.pk])
    client = as_user(people.responder())
    page = client.get(url, {"from": "2026-03-02T10:00Z", "to": "2026-03-02T12:00Z"}).content.decode()
    assert "The queue is growing." in page
    assert "Severity assessment" in page
    nothing = client.get(url, {"from": "2026-03-02T10:00Z", "to": "2026-03-02T10:30Z"}).content.decode()
    assert "Nothing is different" in nothing


def test_the_difference_shows_fields_old_and_new_and_what_was_removed(clock: Clock, as_user: SignIn) -> None:
    workflow: Workflow = making.workflow("Claims triage")
    surface = Surface.objects.create(workflow=workflow, kind="MODEL", name="Writer model")
    at = clock(2)
    workflows.edit(workflow, by=people.owner(), at=at, opened_version=1, name="Claims sorter", reason="New name")
    surface.delete()
    clock(10)
    url = reverse("workflow-difference", args=[workflow.pk])
    page = as_user(people.member()).get(url, {"from": "2026-03-02T10:00Z"}).content.decode()
    for words in ("<del>", "Claims", "sorter", "1 removed", "Model: Writer model"):
        assert words in page, words


def test_an_action_item_is_compared_too(clock: Clock, as_user: SignIn) -> None:
    item: ActionItem = actions.create(
        by=people.risk(),
        at=clock(0),
        title="Fix it",
        category="DETECTION_GAP",
        assignee=people.responder(),
        due_date=day(100),
        description="",
    )
    clock(2)
    actions.start(item, by=people.responder(), at=clock(2))
    clock(10)
    url = reverse("action-difference", args=[item.pk])
    answer = as_user(people.member()).get(url, {"from": "2026-03-02T10:00Z"})
    groups = {group.label: group for group in answer.context["groups"]}
    [itself] = groups["Action item"].changed
    assert ("Open", "In progress") in [(change.old, change.new) for change in itself.changes]
    assert len(groups["Change of state of an action item"].added) == 1
    assert "In progress" in answer.content.decode()


def test_the_page_of_an_incident_costs_the_same_however_much_happened(
    incident: Incident, clock: Clock, as_user: SignIn, django_assert_max_num_queries: Any
) -> None:
    client, then = as_user(people.auditor()), clock(3)
    clock(10)
    body(client, incident.get_absolute_url(), then)
    with django_assert_max_num_queries(36) as few:
        body(client, incident.get_absolute_url(), then)
    for n in range(30):
        timeline.post(incident, by=people.responder(), at=clock(2), text=f"Update {n}", kind="UPDATE")
    clock(10)
    with django_assert_max_num_queries(len(few)):
        body(client, incident.get_absolute_url(), then)


READS_MOMENTS = {
    "workflow", "workflow-tier", "workflow-surfaces", "workflow-containment", "workflow-signals", "workflow-incidents",
    "workflow-actions", "workflow-control", "surface", "workflow-baselines", "baseline",
    "campaigns", "campaign", "attestation", "workflow-attestations", "vendors", "vendor", "vendor-question",
    "workflow-playbook", "playbook-step", "playbook-whole",
    "organisation-rules", "organisation-rules-kind", "organisation-rules-version",
    "workflow-capabilities", "capability", "gaps", "workflow-readiness",
    "workflow-gates", "gate-request", "gate-requests",
    "dashboard", "register", "incident", "incidents", "action", "actions", "incident-report",
    "report-new-incident", "report-new-dossier", "report-new-inventory", "signals", "received-signal",
}  # fmt: skip


def test_every_page_shows_the_moment_in_its_address_or_refuses_it(as_user: SignIn) -> None:
    site = dataset.build()
    site.objects["imports"] = dataset.change_set(site)
    client = as_user(people.risk())
    pages = 0
    for address in addresses(site):
        if getattr(address.view, "policy", None) is None or address.name in READS_MOMENTS:
            continue
        answer = client.get(address.url, {"at": "2026-03-02T10:00Z"})
        assert answer.status_code in {403, 405, 422}, (address.name, answer.status_code)
        pages += answer.status_code == 422
    assert pages > 40
    answer = client.get(f"/incidents/{site.objects['incidents'].pk}/evidence/?at=2026-03-02T10:00Z&kind=TRACE")
    text = answer.content.decode()
    assert "only as it is now" in text
    assert f'href="/incidents/{site.objects["incidents"].pk}/evidence/?kind=TRACE"' in text


def test_what_limited_a_workflow_is_shown_as_it_was(clock: Clock, as_user: SignIn) -> None:
    clock(0)
    workflow = registry_making.workflow()
    before = clock(1)
    option = making.option(workflow, effect={"mode": "killed"})
    clock(2)
    incident = making.declared(workflow=workflow, at=clock(2))
    action = containment.execute(incident, option, by=people.responder(), at=clock(3), reason="It pays twice.")
    stopped = clock(4)
    clock(5)
    making.taken_back(action, at=clock(6))
    clock(10)
    client, url = as_user(people.member()), reverse("workflow-control", args=[workflow.pk])
    assert "Nothing limits it" in body(client, url, before)
    then = body(client, url, stopped)
    assert "Stopped" in then
    assert incident.reference in then
    assert "hx-get" not in then.partition('id="control-live"')[2][:200]


def test_signals_and_blindness_are_shown_as_they_were(clock: Clock, as_user: SignIn) -> None:
    clock(0)
    workflow = registry_making.workflow()
    blind = clock(1)
    clock(2)
    signal = registry_making.signal(workflow)
    action = registry_making.action(workflow)
    watched = clock(3)
    clock(4)
    signals.retire(signal, by=people.risk(), at=clock(4), reason="Metric is gone")
    downstream.retire(action, by=people.risk(), at=clock(4), reason="Switched off")
    clock(10)
    client, url = as_user(people.member()), reverse("workflow-signals", args=[workflow.pk])
    early, late = body(client, url, blind), body(client, url, watched)
    assert "This workflow is blind" in early
    assert signal.name not in early
    assert "This workflow is blind" not in late
    assert "Worst path" in late
    assert "Metric is gone" not in late
    register = reverse("register")
    assert workflow.name in body(client, register, blind, blind="yes")
    assert workflow.name not in body(client, register, watched, blind="yes")
    assert workflow.name in body(client, register, watched, blind="no")


def test_received_signals_are_shown_as_they_stood(clock: Clock, as_user: SignIn) -> None:
    clock(0)
    source, _token = intake_making.source()
    before = clock(1)
    clock(2)
    signal = intake_making.signal(source)
    waiting = clock(3)
    clock(4)
    deciding.dismiss([signal], by=people.responder(), at=clock(4), reason="A drill of the platform")
    clock(10)
    client, inbox = as_user(people.responder()), reverse("signals")
    assert signal.title not in body(client, inbox, before)
    assert signal.title in body(client, inbox, waiting)
    then = body(client, signal.get_absolute_url(), waiting)
    assert "A drill of the platform" not in then
    assert "Not an incident" not in then, "nothing is offered to do"
    assert "A drill of the platform" in client.get(signal.get_absolute_url()).content.decode()

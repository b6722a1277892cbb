"""The pages and the API of webhooks: who sees and decides what, the secret shown once, and the log."""

from typing import Any

import pytest
from django.test import Client

from incidents.models import WebhookDelivery, WebhookEndpoint
from registry.models import AuditEntry, User
from tests import people
from tests.api.clients import client_of as api_of
from tests.incidents import making
from tests.ledger.outside.serving import service
from tests.webhooks.making import allow_this_machine, deliver, endpoint, is_signed, only

pytestmark = pytest.mark.django_db
TYPED = {"name": "Pager", "url": "https://pager.example.test/in", "happenings": ["DECLARED"], "workflow_ids": ""}


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_an_administrator_adds_one_and_sees_its_secret_once() -> None:
    admin = people.administrator()
    client = client_of(admin)
    answer = client.post("/webhooks/new/", TYPED | {"owner": admin.pk, "url": "https://10.0.0.1/"})
    assert answer.status_code == 422
    assert "no public address" in answer.content.decode()
    assert 'value="Pager"' in answer.content.decode()
    answer = client.post("/webhooks/new/", TYPED | {"owner": admin.pk})
    shown = client.get(answer["Location"]).content.decode()
    assert "whsec_" in shown
    assert "whsec_" not in client.get(answer["Location"]).content.decode()
    history: Any = WebhookEndpoint.history
    assert "whsec_" not in str(list(history.values()))


def test_two_who_change_it_at_once_meet() -> None:
    admin = people.administrator()
    made, _secret = endpoint("https://pager.example.test/in")
    client = client_of(admin)
    first = TYPED | {"owner": admin.pk, "reason": "Calmer", "opened_version": made.version}
    assert client.post(f"/webhooks/{made.pk}/edit/", first).status_code == 302
    second = client.post(f"/webhooks/{made.pk}/edit/", first | {"name": "Beeper", "happenings": []})
    assert second.status_code == 200
    assert "Somebody changed this" in second.content.decode()
    made.refresh_from_db()
    assert made.name == "Pager"


def test_the_log_shows_what_came_back_and_sends_again(settings: Any) -> None:
    allow_this_machine(settings)
    client = client_of(people.administrator())
    with service() as receiver:
        receiver.answers = lambda _body: (500, {}, b"<b>out of order</b>")
        made, _secret = endpoint(receiver.url, happenings=["DECLARED"])
        making.declared()
        deliver()
        page = client.get(f"/webhooks/{made.pk}/?state=FAILED").content.decode()
        assert "INC-" in page
        assert "No delivery matches" in client.get(f"/webhooks/{made.pk}/?state=DELIVERED").content.decode()
        page = client.get(f"/webhooks/deliveries/{only().pk}/").content.decode()
        assert "&lt;b&gt;out of order" in page
        assert "webhook-signature" in page
        assert client.post(f"/webhooks/deliveries/{only().pk}/send-again/").status_code == 302
        receiver.answers = lambda _body: (200, {}, b"")
        deliver()
    assert only().state == "DELIVERED"
    assert AuditEntry.objects.filter(event="WEBHOOK_SENT_AGAIN").exists()


def test_deliveries_of_restricted_incidents_are_not_there_for_administrators(settings: Any) -> None:
    """Not in the list, its counts, the API or by number; risk staff see them, and that they looked is on record."""
    made, _secret = endpoint("https://pager.example.test/in")
    making.declared(title="Salaries leaked")
    deliver()
    number = WebhookDelivery.objects.first().pk  # type: ignore[union-attr]
    incident = making.again(WebhookDelivery.objects.get(pk=number).incident)  # type: ignore[arg-type]
    incident.visibility = "RESTRICTED"
    incident.save()
    admin = people.administrator()
    page = client_of(admin).get(f"/webhooks/{made.pk}/").content.decode()
    assert "Nothing sent yet" in page
    assert incident.reference not in page
    assert client_of(admin).get(f"/webhooks/deliveries/{number}/").status_code == 404
    api = api_of(admin)
    assert api.get("/api/v1/webhook-deliveries/").json()["results"] == []
    assert api.get(f"/api/v1/webhook-deliveries/{number}/").status_code == 404
    assert client_of(people.risk()).get(f"/webhooks/deliveries/{number}/").status_code == 200
    assert AuditEntry.objects.filter(event="VIEWED", object_id=str(incident.pk)).exists()


def test_programs_do_what_the_pages_do(settings: Any) -> None:
    allow_this_machine(settings)
    admin, api = people.administrator(), api_of(people.administrator())
    assert api_of(people.owner()).get("/api/v1/webhooks/").status_code == 403
    assert api_of(people.risk()).post("/api/v1/webhooks/", {}, format="json").status_code == 403
    with service() as receiver:
        given = {"name": "Lake", "url": receiver.url, "owner": admin.pk, "happenings": ["DECLARED"]}
        made = api.post("/api/v1/webhooks/", given, format="json")
        assert made.status_code == 201, made.content
        secret, key = made.json()["secret"], made.json()["id"]
        assert "secret" not in api.get(f"/api/v1/webhooks/{key}/").json()
        assert api.post(f"/api/v1/webhooks/{key}/test/", {}, format="json").status_code == 201
        deliver()
        assert is_signed(receiver.heard[0], secret)
        body = {"version": 1, "reason": "Elsewhere", "url": "http://169.254.169.254/latest"}
        settings.WEBHOOK_ALLOWED_NETWORKS = []
        refused = api.patch(f"/api/v1/webhooks/{key}/", body, format="json")
        assert refused.status_code == 422
        assert "url" in refused.json()["errors"]
        again = {"since": "2020-01-01T00:00:00Z"}
        assert api.post(f"/api/v1/webhooks/{key}/send-again/", again, format="json").json() == {"events": 0}
        off = api.post(f"/api/v1/webhooks/{key}/switch-off/", {"reason": "Moved"}, format="json").json()
    assert off["is_active"] is False
    assert api.post(f"/api/v1/webhooks/{key}/test/", {}, format="json").status_code == 409
    listed = api.get(f"/api/v1/webhook-deliveries/?endpoint={key}").json()["results"]
    assert [each["state"] for each in listed] == ["DELIVERED"]
    assert api.get(f"/api/v1/webhook-deliveries/{listed[0]['id']}/").json()["tries"][0]["status"] == 200


def test_the_log_takes_few_statements(django_assert_max_num_queries: Any) -> None:
    made, _secret = endpoint("https://pager.example.test/in")
    for number in range(3):
        making.declared(title=f"Number {number}")
    deliver()
    client = client_of(people.auditor())
    with django_assert_max_num_queries(16):
        assert client.get(f"/webhooks/{made.pk}/").status_code == 200

"""What is sent to whom, how it is signed, and what becomes of what does not arrive."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from incidents.models import Incident, WebhookAttempt, WebhookDelivery, WebhookStanding
from incidents.services import (
    approving,
    communications,
    evidence,
    restricting,
    severity,
    timeline,
    webhook_endpoints,
    webhook_events,
    webhook_redelivery,
    webhook_sending,
)
from incidents.services.webhook_changes import READERS
from registry.kernel.access.verdict import Refused
from registry.kernel.audit.bulk import update_many
from registry.kernel.ledger.program import everything_governed
from registry.models import Notice
from tests import people
from tests.incidents import making
from tests.ledger.outside.serving import service
from tests.webhooks.making import (
    allow_this_machine,
    deliver,
    endpoint,
    events,
    headers,
    is_signed,
    later,
    only,
    types,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(settings: Any) -> None:
    allow_this_machine(settings)


def test_every_change_arrives_signed_as_a_cloud_event() -> None:
    with service() as receiver:
        _made, secret = endpoint(receiver.url)
        incident = making.contained()
        timeline.post(incident, by=incident.declared_by, at=timezone.now(), text="Twenty checked.")
        deliver()
    told = types(receiver)
    assert told[0] == "declared"
    assert {"containment-changed", "state-changed", "contained", "timeline-entry", "role-changed"} <= set(told)
    assert all(is_signed(heard, secret) for heard in receiver.heard)
    first = events(receiver)[0]
    assert headers(receiver.heard[0])["content-type"].startswith("application/cloudevents+json")
    assert headers(receiver.heard[0])["webhook-id"] == first["id"]
    assert first["specversion"] == "1.0"
    assert first["subject"] == incident.reference
    assert first["data"]["incident"]["url"].endswith(f"/incidents/{incident.pk}/")
    assert [each["sequence"] for each in events(receiver)] == sorted(each["sequence"] for each in events(receiver))


def test_secrets_are_kept_encrypted_and_nothing_goes_out_unsigned(settings: Any) -> None:
    with service() as receiver:
        made, secret = endpoint(receiver.url)
        assert secret not in made.secrets.get().value
        settings.SECRET_KEY = "another key of more than fifty random characters, made for this"
        making.declared()
        deliver()
        assert not receiver.heard
        waiting = WebhookDelivery.objects.order_by("pk").first()
        assert waiting is not None
        assert "Replace the secret" in waiting.last_error


def test_every_kind_of_record_of_a_room_is_told_of() -> None:
    """What belongs to an incident and has a history is read, or told by what is: passages, say, and who reads what."""
    told_otherwise = {
        "incidents.passage", "incidents.retentionreview", "incidents.webhookendpoint", "incidents.affectedoutput",
        "incidents.redaction", "incidents.evidenceopener",
    }  # fmt: skip
    governed = {model._meta.label_lower for model in everything_governed() if model._meta.app_label == "incidents"}
    assert governed - told_otherwise == set(READERS)


def test_what_is_rolled_back_is_not_sent_and_what_no_service_of_the_room_wrote_is() -> None:
    with service() as receiver:
        endpoint(receiver.url)
        incident = making.declared()
        deliver()
        receiver.heard.clear()
        with transaction.atomic():
            timeline.post(incident, by=incident.declared_by, at=timezone.now(), text="Never happened.")
            transaction.set_rollback(True)
        row = making.again(incident)
        row.title = "Renamed"
        update_many([row], ["title"])
        deliver()
    assert types(receiver) == ["details-changed"]


def test_an_endpoint_hears_only_of_what_was_chosen() -> None:
    other = making.workflow("Other", slug="other")
    with service() as receiver:
        endpoint(receiver.url, happenings=["DECLARED", "SEVERITY_CHANGED"], severities=["SEV-1"], workflows=[other])
        elsewhere = making.declared(workflow=making.workflow())
        mine = making.declared(workflow=other, title="Mine")
        deliver()
        grave = {"harm": "SERIOUS"}
        for incident in (elsewhere, mine):
            severity.assess(incident, by=incident.declared_by, at=timezone.now(), inputs=grave, confirmed="SEV-1")
        deliver()
    assert types(receiver) == ["severity-changed"]
    assert events(receiver)[0]["data"]["change"] == {"from": "SEV-2", "to": "SEV-1"}
    assert events(receiver)[0]["data"]["incident"]["title"] == "Mine"


def test_exercises_are_marked_and_sent_only_where_wanted() -> None:
    with service() as receiver:
        endpoint(receiver.url, happenings=["DECLARED"])
        endpoint(receiver.url + "all", "All", happenings=["DECLARED"], hears_exercises=True)
        making.declared(is_exercise=True)
        deliver()
    assert [heard.path for heard in receiver.heard] == ["/all"]
    assert events(receiver)[0]["isexercise"] is True


def test_nothing_of_a_restricted_incident_leaves_unless_risk_staff_let_it() -> None:
    with service() as receiver:
        made, _secret = endpoint(receiver.url)
        secret = making.declared(title="Salaries leaked", is_restricted=True)
        opened = making.declared(title="Open to all")
        deliver()
        assert "Salaries" not in str([heard.body for heard in receiver.heard])
        receiver.heard.clear()
        timeline.post(opened, by=opened.declared_by, at=timezone.now(), text="Salaries too.")
        webhook_events.write_down(at=timezone.now())
        restricting.restrict(opened, by=opened.declared_by, at=timezone.now(), reason="Names.")
        deliver()
        assert receiver.heard == []
        withheld = WebhookDelivery.objects.get(state="WITHHELD")
        assert withheld.incident_id == opened.pk
        with pytest.raises(Refused, match="risk staff"):
            webhook_endpoints.let_hear_restricted(
                made, by=people.administrator(), at=timezone.now(), allowed=True, reason="I want."
            )
        webhook_endpoints.let_hear_restricted(
            made, by=people.risk(), at=timezone.now(), allowed=True, reason="On call."
        )
        timeline.post(secret, by=secret.declared_by, at=timezone.now(), text="Closed the share.")
        deliver()
        assert types(receiver) == ["timeline-entry"]
        made.refresh_from_db()
        webhook_endpoints.change(
            made, by=people.administrator(), at=timezone.now(), reason="Moved", opened_version=made.version,
            url=receiver.url + "new",
        )  # fmt: skip
    made.refresh_from_db()
    assert made.hears_restricted is False


def test_restricted_evidence_is_told_without_its_title() -> None:
    with service() as receiver:
        endpoint(receiver.url, happenings=["EVIDENCE_ADDED"])
        incident = making.declared()
        given = making.about(title="Names of customers", note="Ask legal.", is_restricted=True)
        evidence.add_note(incident, by=incident.declared_by, **given)
        deliver()
    assert "Names" not in str(receiver.heard[0].body)
    assert events(receiver)[0]["data"]["change"]["reference"].startswith("EV-")


def test_a_message_that_was_sent_is_told_without_its_text() -> None:
    with service() as receiver:
        endpoint(receiver.url, happenings=["COMMUNICATION_SENT"])
        incident = making.declared()
        lead = incident.declared_by
        draft = communications.draft(
            incident, by=lead, at=making.after(1), audience="PRESS", subject="S", text="Private."
        )
        for risk in (people.risk(), people.risk("Second Risk")):
            approving.approve(draft, by=risk, at=making.after(2), note="Read.")
        communications.mark_sent(draft, by=lead, at=making.after(3), channel="Mail")
        deliver()
    assert types(receiver) == ["communication-sent"]
    assert "Private" not in str(receiver.heard[0].body)


def test_what_fails_is_tried_again_with_the_same_id_and_then_given_up() -> None:
    with service() as receiver:
        made, _secret = endpoint(receiver.url, happenings=["DECLARED"])
        receiver.answers = lambda _body: (500, {}, b"broken")
        making.declared()
        deliver()
        failed = only()
        assert (failed.state, failed.last_status, failed.attempts) == ("FAILED", 500, 1)
        assert failed.tries.get().answer == "broken"
        receiver.answers = lambda _body: (200, {}, b"")
        deliver(later(minutes=1))
        assert only().state == "DELIVERED"
        assert len({headers(heard)["webhook-id"] for heard in receiver.heard}) == 1

        receiver.answers = lambda _body: (500, {}, b"")
        making.declared(title="Second")
        for hours in (0.1, 20, 40, 60, 70, 80):
            deliver(later(hours=hours))
    assert WebhookDelivery.objects.first().state == "GIVEN_UP"  # type: ignore[union-attr]
    made.refresh_from_db()
    assert made.paused_at is not None
    assert Notice.objects.filter(recipient=made.owner, kind="WEBHOOK", subject__contains="paused").count() == 1

    with service() as receiver:
        making.declared(title="Third, while paused")
        deliver(later(hours=81))
        assert receiver.heard == []
        assert WebhookDelivery.objects.filter(state="WAITING").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_endpoint_that_takes_nothing_for_three_days_is_paused_however_its_tries_fall(settings: Any) -> None:
    """Through the real times at which it is tried, and with no transaction around the worker."""
    with service() as receiver:
        made, _secret = endpoint(receiver.url, happenings=["DECLARED"])
        receiver.answers = lambda _body: (500, {}, b"")
        making.declared()
        deliver()
        for _attempt in range(40):
            waiting = WebhookDelivery.objects.get()
            if waiting.next_attempt_at is None:
                break
            rests = WebhookStanding.objects.get().rests_until_at or waiting.next_attempt_at
            deliver(max(waiting.next_attempt_at, rests) + timedelta(seconds=1))
    made.refresh_from_db()
    assert (WebhookDelivery.objects.get().state, made.pause_reason) == (
        "GIVEN_UP", "Nothing has arrived there for three days."
    )  # fmt: skip
    assert Notice.objects.filter(kind="WEBHOOK", subject__contains="paused", recipient=made.owner).count() == 1


def test_what_is_resumed_is_tried_as_often_as_if_it_had_just_happened() -> None:
    with service() as receiver:
        made, _secret = endpoint(receiver.url, happenings=["DECLARED"])
        receiver.answers = lambda _body: (500, {}, b"")
        making.declared()
        for hours in (0.01, 1, 5, 20, 40, 60, 73):
            deliver(later(hours=hours))
        making.declared(title="Second, while paused")
        deliver(later(hours=73.5))
        made.refresh_from_db()
        webhook_endpoints.resume(made, by=people.administrator(), at=later(hours=74), reason="Mended.")
        deliver(later(hours=74))
    second = WebhookDelivery.objects.get(state="FAILED")
    assert second.next_attempt_at is not None
    assert second.next_attempt_at - later(hours=74) < timedelta(minutes=1)


def test_a_redirect_is_not_followed_and_a_private_address_not_called(settings: Any) -> None:
    with service() as inside, service() as receiver:
        endpoint(receiver.url, happenings=["DECLARED"])
        receiver.answers = lambda _body: (302, {"Location": inside.url}, b"")
        making.declared()
        deliver()
        assert inside.heard == []
        assert "redirect" in only().last_error
        settings.WEBHOOK_ALLOWED_NETWORKS = []
        deliver(later(minutes=1))
        assert len(receiver.heard) == 1
        assert "no public address" in only().last_error


def test_nobody_listening_is_noted_and_tried_again() -> None:
    with service() as receiver:
        url = receiver.url
    endpoint(url, happenings=["DECLARED"])
    making.declared()
    deliver()
    assert only().last_error.startswith("No connection")
    assert only().last_status is None


def test_a_secret_is_replaced_with_an_overlap() -> None:
    with service() as receiver:
        made, old = endpoint(receiver.url)
        admin = people.administrator()
        _again, new = webhook_endpoints.replace_secret(made, by=admin, at=timezone.now(), overlap=timedelta(hours=1))
        webhook_redelivery.send_test(made, by=admin, at=timezone.now())
        deliver()
        assert is_signed(receiver.heard[0], old)
        assert is_signed(receiver.heard[0], new)
        webhook_redelivery.send_test(made, by=admin, at=timezone.now())
        deliver(later(hours=2))
        assert not is_signed(receiver.heard[1], old)
        assert is_signed(receiver.heard[1], new)


def test_what_is_being_sent_is_nobody_elses_until_the_claim_runs_out() -> None:
    with service() as receiver:
        endpoint(receiver.url, happenings=["DECLARED"])
        making.declared()
        webhook_events.write_down(at=timezone.now())
        claimed = webhook_sending._claim(at=timezone.now())
        assert claimed is not None
        deliver()
        assert receiver.heard == []
        deliver(later(minutes=2))
        assert len(receiver.heard) == 1
    assert only().attempts == 2
    assert WebhookAttempt.objects.filter(status=None).count() == 1
    assert WebhookStanding.objects.get().busy_until_at is None


def test_redelivery_sends_the_same_event_and_is_refused_where_it_must_not_go() -> None:
    with service() as receiver:
        made, _secret = endpoint(receiver.url, happenings=["DECLARED"])
        making.declared()
        deliver()
        webhook_redelivery.redeliver(only(), by=people.administrator(), at=timezone.now())
        deliver()
        assert len({headers(heard)["webhook-id"] for heard in receiver.heard}) == 1
        assert len(receiver.heard) == 2
        WebhookDelivery.objects.update(state="GIVEN_UP")
        since = timezone.now() - timedelta(hours=1)
        assert webhook_redelivery.redeliver_failed(made, by=people.risk(), at=timezone.now(), since=since) == 1
        restricting.restrict(Incident.objects.get(), by=people.risk(), at=timezone.now(), reason="Names.")
        with pytest.raises(Refused, match="restricted"):
            webhook_redelivery.redeliver(only(), by=people.administrator(), at=timezone.now())


def test_switched_off_it_hears_nothing_of_what_happened_meanwhile() -> None:
    with service() as receiver:
        made, _secret = endpoint(receiver.url, happenings=["DECLARED"])
        admin = people.administrator()
        webhook_endpoints.switch(made, by=admin, at=timezone.now(), on=False, reason="Moving.")
        making.declared()
        webhook_endpoints.switch(made, by=admin, at=timezone.now(), on=True, reason="Moved.")
        making.declared(title="Afterwards")
        deliver()
    assert [each["data"]["incident"]["title"] for each in events(receiver)] == ["Afterwards"]

"""What probes and monitoring ask, without a session."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.kernel.audit.events import note
from registry.kernel.ledger import sequencing
from registry.models import AuditEntry, Gap, Heartbeat, IntegrityCheck


def test_alive_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_not_ready_until_a_worker_was_seen(client: Client) -> None:
    sequencing.advance()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "no worker was ever seen"
    Heartbeat.objects.create(name="worker@here", at=timezone.now())
    Heartbeat.objects.create(name="seal@here", at=timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


@pytest.mark.django_db
def test_a_worker_that_fell_silent_makes_it_not_ready(client: Client) -> None:
    Heartbeat.objects.create(name="worker@here", at=timezone.now() - timedelta(minutes=5))
    assert client.get("/readyz").json()["parts"]["worker"].startswith("silent for 30")


def ledger(client: Client) -> str:
    return str(client.get("/readyz").json()["parts"]["ledger"])


@pytest.mark.django_db
def test_the_ledger_is_ready_while_a_sequencer_keeps_up(client: Client) -> None:
    sequencing.advance()
    assert ledger(client) == "no sequencer was ever seen"
    beat = Heartbeat.objects.create(name="seal@here", at=timezone.now())
    assert ledger(client) == "ok"
    beat.trouble = "The key file ledger.pem is not there."
    beat.save()
    assert ledger(client) == "The key file ledger.pem is not there."
    Heartbeat.objects.filter(name="seal@here").update(trouble="", at=timezone.now() - timedelta(minutes=5))
    assert ledger(client).startswith("silent for 30")


@pytest.mark.django_db
def test_a_ledger_that_falls_behind_makes_it_not_ready(client: Client) -> None:
    Heartbeat.objects.create(name="seal@here", at=timezone.now())
    sequencing.advance()
    note("EXPORTED", at=timezone.now() - timedelta(minutes=2))
    assert ledger(client).startswith("1 entries waiting for 12")
    sequencing.advance()
    assert ledger(client) == "ok"


@pytest.mark.django_db
def test_the_ledger_in_figures(client: Client, settings: Any, django_assert_max_num_queries: Any) -> None:
    sequencing.advance()
    size = AuditEntry.objects.count()
    note("EXPORTED", at=timezone.now() - timedelta(minutes=2))
    Gap.objects.create(at=timezone.now(), object_type="x", object_id="1", operation="UPDATE", role="r")
    for findings in (9, 3):
        IntegrityCheck.objects.create(
            subject="FILES", started_at=timezone.now(), finished_at=timezone.now(), findings_count=findings
        )
    with django_assert_max_num_queries(8):
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    figures = dict(line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if line[:1] != "#")
    assert float(figures["holdfast_ledger_size"]) == size
    assert float(figures["holdfast_ledger_waiting"]) == 1
    assert 120 <= float(figures["holdfast_ledger_lag_seconds"]) < 180
    assert 0 <= float(figures["holdfast_ledger_checkpoint_age_seconds"]) < 60
    assert float(figures["holdfast_ledger_gaps_total"]) == 1
    assert float(figures['holdfast_ledger_findings{subject="files"}']) == 3


@pytest.mark.django_db
def test_probes_start_no_session(client: Client) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert not client.get(path).cookies


@pytest.mark.parametrize("header", ["", "Bearer wrong", "wrong"])
def test_figures_are_for_holders_of_the_token_only(client: Client, header: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert b"django_http" not in answer.content


@pytest.mark.django_db
def test_the_token_opens_the_figures(client: Client, settings: Any) -> None:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    assert answer.status_code == 200
    assert b"django_http_requests_before_middlewares_total" in answer.content

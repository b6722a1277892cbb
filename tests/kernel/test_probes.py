"""What probes and monitoring ask, without a session."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import Heartbeat


def test_alive_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_not_ready_until_a_worker_was_seen(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "no worker was ever seen"
    Heartbeat.objects.create(name="worker@here", at=timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


@pytest.mark.django_db
def test_a_worker_that_fell_silent_makes_it_not_ready(client: Client) -> None:
    Heartbeat.objects.create(name="worker@here", at=timezone.now() - timedelta(minutes=5))
    assert client.get("/readyz").json()["parts"]["worker"].startswith("silent for 30")


@pytest.mark.django_db
def test_probes_start_no_session(client: Client) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert not client.get(path).cookies


@pytest.mark.parametrize("header", ["", "Bearer wrong", "wrong"])
def test_figures_are_for_holders_of_the_token_only(client: Client, header: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert b"django_http" not in answer.content


def test_the_token_opens_the_figures(client: Client, settings: Any) -> None:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    assert answer.status_code == 200
    assert b"django_http_requests_before_middlewares_total" in answer.content

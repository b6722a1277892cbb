"""Two requests with one key at the same moment create one record."""

import threading

import pytest
from django.db import connections

from registry.models import Workflow
from tests import people
from tests.api.clients import V1, client_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_for_those_who_follow")]


def test_two_requests_with_one_key_at_the_same_moment_create_one_record() -> None:
    clients = [client_of(people.risk()) for _ in range(4)]
    gate = threading.Barrier(len(clients))
    answers = []

    def send(client: object) -> None:
        try:
            gate.wait(timeout=10)
            body = {"name": "Fraud scoring", "reason": "Inventory"}
            answers.append(client.post(f"{V1}/workflows/", body, headers={"Idempotency-Key": "same"}))  # type: ignore[attr-defined]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    assert Workflow.objects.filter(name="Fraud scoring").count() == 1

"""The register page over 20,000 workflows, against the bare SQL of its fifty rows."""

import random
from collections.abc import Iterator

from django.db import connection
from django.test import Client

from benchmarks.timing import interleaved, line, p95
from registry.models import BusinessUnit, User, Workflow
from registry.models.workflow_words import Stage, Tier
from registry.services.gate_guard import as_found

HOW_MANY = 20_000
BARE = """
SELECT w.*, u.name FROM registry_workflow w LEFT JOIN registry_user u ON u.id = w.business_owner_id
WHERE w.stage <> 'RETIRED' ORDER BY w.name, w.id LIMIT 50
"""


def seed() -> None:
    chance = random.Random(7)
    units = [BusinessUnit.objects.create(name=f"Unit {n}") for n in range(40)]
    rows = [
        Workflow(
            slug=f"bench-{n}",
            name=f"Workflow {chance.randrange(10**6)}",
            purpose="Sorts letters and drafts replies. " * 3,
            stage=chance.choice(Stage.values),
            tier=chance.choice([*Tier.values, ""]),
            business_unit=chance.choice(units),
        )
        for n in range(HOW_MANY)
    ]
    for row in rows:
        as_found(row)
    Workflow.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.fetchall()


def run() -> Iterator[str]:
    seed()
    user = User.objects.create_user("register@example.test", None, name="Reader", roles=["RISK"])
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/workflows/")
    times = interleaved(
        20,
        floor=bare,
        page=lambda: client.get("/workflows/"),
        filtered=lambda: client.get("/workflows/?tier=T1&tier=T2&sort=name"),
        searched=lambda: client.get("/workflows/?q=letters+unit"),
        last_page=lambda: client.get("/workflows/?page=300"),
    )
    for name, found in times.items():
        yield line(name, found)
    yield f"page p95 ÷ bare SQL p95: {p95(times['page']) / p95(times['floor']):.0f}"

"""An incident as known at a moment, with five million history rows of others around it, against its page of today."""

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.timing import interleaved, line, p95
from incidents.models import Incident
from incidents.reports.incident_history import BELOW
from incidents.services import declaring, obligations, severity, timeline
from registry.models import ContainmentOption, Role, User, Workflow

ROWS = 5_000_000
ENTRIES = 120
APART = 1_000_000
"""Between the keys of one copy and those of the next."""


def room() -> Incident:
    """One incident with a timeline of a long night, changed often."""
    lead = User.objects.create_user("asof@example.test", None, name="Reader", roles=[Role.RISK, Role.RESPONDER])
    workflow = Workflow.objects.create(slug="asof", name="Claims triage", purpose="Sorts claims.", business_owner=lead)
    ContainmentOption.objects.create(
        workflow=workflow,
        kind="KILL_SWITCH",
        name="Stop",
        instructions="Off.",
        executors=[Role.RISK],
        expected_minutes=5,
    )
    at = timezone.now()
    incident = declaring.declare(by=lead, at=at, title="Letters quote no policy", summary="Some do.", workflow=workflow)
    severity.assess(incident, by=lead, at=at, inputs={"harm": "MATERIAL"}, confirmed="SEV-2")
    for n in range(ENTRIES):
        timeline.post(incident, by=lead, at=timezone.now(), text=f"Update {n} of the night. " * 4, kind="UPDATE")
    due = at + timedelta(hours=4)
    for n in range(4):
        obligations.add(
            incident,
            by=lead,
            at=timezone.now(),
            name=f"Notice {n}",
            authority="Authority",
            starts_at=at,
            due_at=due,
            owner=lead,
        )
    return Incident.objects.get(pk=incident.pk)


def copies(incident: Incident) -> Iterator[tuple[Any, str, list[int]]]:
    """History table, statement that copies the rows of `incident` under other keys, and its parameters."""
    for model in (Incident, *BELOW):
        history = model.history.model
        owner = "id" if model is Incident else "incident_id"
        moved = {"id": f"id + n::bigint * {APART}", "incident_id": f"incident_id + n::bigint * {APART}"}
        columns = [field.column for field in history._meta.concrete_fields if field.column != "history_id"]
        values = ", ".join(moved.get(column, f'"{column}"') for column in columns)
        table = history._meta.db_table
        names = ", ".join(f'"{column}"' for column in columns)
        source = f"{table}, generate_series(%s, %s) AS n WHERE {owner} = %s"
        yield (
            history,
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}",  # noqa: S608 - names of the schema
            [incident.pk],
        )


def fill(incident: Incident) -> int:
    """Copies until there are `ROWS`. What seals and guards these tables is another benchmark's matter."""
    written = 0
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        statements = list(copies(incident))
        own = 0
        for history, _sql, params in statements:
            owner = "id" if history.instance_type is Incident else "incident_id"
            own += history.objects.filter(**{owner: params[0]}).count()
        wanted = ROWS // own + 1
        for history, sql, params in statements:
            table = history._meta.db_table
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql, [1, wanted, *params])
            written += cursor.rowcount
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE")
    return written


def run() -> Iterator[str]:
    incident = room()
    client = Client()
    client.force_login(incident.declared_by, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = incident.get_absolute_url()
    history: Any = Incident.history.model
    middle = history.objects.filter(id=incident.pk).order_by("-history_id").values_list("history_date", flat=True)[0]
    then = f"{url}?at={_text(middle)}"
    api = f"/api/v1/incidents/{incident.pk}/?at={_text(middle)}"
    yield f"{fill(incident):,} history rows written beside those of the incident"
    for address in (url, then, api):
        assert client.get(address).status_code == 200, address
    times = interleaved(
        15, floor=lambda: client.get(url), as_known=lambda: client.get(then), api=lambda: client.get(api)
    )
    for name, found in times.items():
        yield line(f"incident page, {name}", found)
    ratio = statistics.median(times["as_known"]) / statistics.median(times["floor"])
    yield f"as known ÷ as it is now: {ratio:.2f}; p95 {p95(times['as_known']) * 1000:.0f} ms, limit 300 ms"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"

"""Every address × every role: who may open it, who may send to it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from registry.kernel.http.middleware import TRUSTED_MODULES
from registry.models import AuditEntry
from tests.access.addresses import Address, addresses, patterns
from tests.access.dataset import ROLES, Site, build, change_set

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]

MATRIX = Path(__file__).parent / "matrix.json"
OPEN = {
    "healthz", "readyz", "metrics", "verify", "verify-keys", "verify-checkpoint", "verify-checkpoint-of",
    "verify-consistency", "verify-program", "verify-index",
    "signal-in", "signal-in-pagerduty", "report-as-stranger",
}  # fmt: skip
"""Probes, of which `metrics` asks for its own token, and what strangers check a report with; where tools
deliver, which prove themselves by token or signature; and reports of strangers, switched off here."""


REPORTS = {
    "incident-report",
    "incident-summary",
    "workflow-dossier",
    "gate-report",
    "report-again",
    "report-new-inventory",
}
"""A report is a way to read: asking for one writes nothing into the record it is about."""


@pytest.fixture
def site() -> Site:
    made = build()
    made.objects["imports"] = change_set(made)
    return made


def client_of(site: Site, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(site.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(client: Client, address: Address, method: str) -> int:
    """The status, with everything that the request changed taken back."""
    with transaction.atomic():
        answer: Any = client.generic(method, address.url, b"", content_type="application/x-www-form-urlencoded")
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return int(answer.status_code)


def observed(site: Site) -> dict[str, dict[str, str]]:
    """Name → method → role=status, as compact lines that a person can read and review."""
    clients = {role: client_of(site, role) for role in ROLES}
    found: dict[str, dict[str, str]] = {}
    for address in addresses(site):
        found[address.name] = {
            method: " ".join(f"{role}={ask(clients[role], address, method)}" for role in ROLES)
            for method in ("GET", "POST")
        }
    return found


def test_every_address_has_a_policy() -> None:
    bare = [
        route
        for route, pattern in patterns()
        if getattr(pattern.callback, "policy", None) is None
        and not pattern.callback.__module__.startswith(TRUSTED_MODULES)
    ]
    assert bare == []


def test_whoever_is_not_signed_in_is_sent_to_sign_in(site: Site) -> None:
    client = Client()
    for address in addresses(site):
        if address.name not in OPEN:
            answer = client.get(address.url)
            assert answer.status_code == 302, address
            assert "/account/login/" in answer["Location"], address


def test_the_matrix_is_as_reviewed(site: Site) -> None:
    """After a wanted change: `python -m tests.access.record`, then read the difference line by line."""
    reviewed = json.loads(MATRIX.read_text())
    now = observed(site)
    assert {name: now[name] for name in now if now[name] != reviewed.get(name)} == {}
    assert set(reviewed) == set(now)


def test_no_address_answers_with_a_server_error(site: Site) -> None:
    failing = {name: row for name, row in observed(site).items() if "=500" in row["GET"] + row["POST"]}
    assert failing == {}


def test_an_auditor_changes_nothing_by_sending_to_every_address(site: Site) -> None:
    own = ("registry.user", "registry.apitoken", "registry.savedview", "registry.watch")
    client = client_of(site, "auditor")
    for address in addresses(site):
        before = AuditEntry.objects.exclude(kind="E").exclude(object_type__in=own).count()
        with transaction.atomic():
            client.post(address.url, {"reason": "x", "text": "x", "title": "x", "name": "x"})
            after = AuditEntry.objects.exclude(kind="E").exclude(object_type__in=own).count()
            transaction.set_rollback(True)
        assert after == before or address.name in REPORTS, address


@pytest.mark.parametrize("role", ["member", "outsider", "executive", "administrator"])
def test_a_restricted_incident_does_not_exist_for_others(role: str) -> None:
    site = build(is_restricted=True)
    site.objects["imports"] = change_set(site)
    client = client_of(site, role)
    hidden = (
        "incidents/",
        "evidence/",
        "entries/",
        "communications/",
        "obligations/",
        "assignments/",
        "reviews/",
        "webhooks/deliveries/",
        "incident-links/",
    )
    for address in addresses(site):
        answer: Any = client.get(address.url)
        body = b"" if answer.streaming else answer.content
        assert b"Secretly wrong" not in body, address
        if address.route.startswith(hidden) and "<int:pk>" in address.route:
            by_role = address.route.startswith(("evidence/retention/", "webhooks/deliveries/"))
            closed = {403, 404, 405} if by_role else {404, 405}
            assert answer.status_code in closed, (address, answer.status_code)
            assert ask(client, address, "POST") in closed, address

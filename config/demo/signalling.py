"""What monitoring sent and people reported: two sources, and signals in every state."""

import json
from datetime import datetime, timedelta
from typing import Any

from incidents.models import Incident
from intake.models import ReceivedSignal, SignalSource
from intake.services import deciding, receiving, reporting, sources, turning
from registry.models import User, Workflow

ZERO = "0001-01-01T00:00:00Z"


def arrived(cast: dict[str, User], workflows: dict[str, Workflow], *, storm: Incident, now: datetime) -> None:
    lead = cast["responder"]
    platform = _alertmanager(cast, workflows, now)
    nightly = _evaluations(cast, now)
    for minutes, body in sorted(_alerts(now), key=lambda pair: -pair[0]):
        _deliver(platform, body, now - timedelta(minutes=minutes))
    _deliver(nightly, b'{"run": {"id": "n-0417", "suite": ', now - timedelta(hours=26))
    for minutes, told in _checks(now):
        _deliver(nightly, json.dumps(told).encode(), now - timedelta(minutes=minutes))
    complaints = workflows["Complaint routing and drafting"]
    reporting.report(
        by=cast["exec"], at=now - timedelta(minutes=34), title="A draft reply promised a refund nobody agreed to",
        text="A complaint handler forwarded it to me this morning. It had not been sent.", workflow=complaints,
    )  # fmt: skip
    for source in (platform, nightly, sources.people_source(at=now)):
        turning.turn(source.pk, at=now)
    _decide(lead, storm, now)


def _alertmanager(cast: dict[str, User], workflows: dict[str, Workflow], now: datetime) -> SignalSource:
    made, _token = sources.add(
        by=cast["admin"], at=now - timedelta(days=20), name="Alertmanager, model platform", kind="ALERTMANAGER",
        owner=cast["t.zielinski"],
    )  # fmt: skip
    fraud = workflows["Fraud referral scoring"]
    rules = [{"label": "service", "value": "fraud-*", "workflow": fraud}]
    made = sources.edit(
        made, by=cast["admin"], at=now - timedelta(days=20), reason="Rules of the platform team", binding_rules=rules
    )
    return sources.edit(
        made, by=cast["risk"], at=now - timedelta(days=19), reason="What pages at night is an incident",
        promotes=True, promote_levels=["page"],
    )  # fmt: skip


def _evaluations(cast: dict[str, User], now: datetime) -> SignalSource:
    made, _token = sources.add(
        by=cast["admin"], at=now - timedelta(days=12), name="Nightly evaluations", kind="GENERIC",
        owner=cast["t.zielinski"],
    )  # fmt: skip
    paths = {
        "key": "run.suite", "title": "run.headline", "text": "run.detail", "level": "run.grade", "status": "run.state",
        "workflow": "run.workflow", "at": "run.finished", "link": "run.report", "over": ["passed"],
    }  # fmt: skip
    return sources.edit(made, by=cast["admin"], at=now - timedelta(days=12), reason="First mapping", mapping=paths)


def _alerts(now: datetime) -> list[tuple[int, bytes]]:
    """Minutes ago, and what was sent then."""
    overrides = _alert(
        now, 229, "HandlersOverrideDeclines", "Handlers override 31 % of declines", severity="critical", service="claims-triage", fingerprint="9c41f0aa27d3e811", ai_workflow="claims-triage-assistant",
    )  # fmt: skip
    latency = _alert(
        now, 95, "ScoringLatency", "Fraud scores take 9 seconds at the 95th percentile", severity="warning", service="fraud-scoring", fingerprint="12ab77f09e5d4c60",
    )  # fmt: skip
    disk = _alert(
        now,
        600,
        "DiskFilling",
        "Disk of batch-3 is 91 % full",
        severity="info",
        service="batch",
        fingerprint="5f5f0c2a9b7e1d34",
    )
    refusals = _alert(
        now, 18, "RefusalsDoubled", "The assistant refuses twice as often as last week", severity="warning", service="assistant-edge", fingerprint="e07d3361bb20f4aa",
    )  # fmt: skip
    quiet = {**overrides, "status": "resolved", "endsAt": _at(now, 40)}
    return [
        *((minutes, _webhook(overrides, "HandlersOverrideDeclines")) for minutes in (229, 169, 109)),
        (40, _webhook(quiet, "HandlersOverrideDeclines")),
        *((minutes, _webhook(latency, "ScoringLatency")) for minutes in (95, 65, 35, 5)),
        (600, _webhook(disk, "DiskFilling")),
        (18, _webhook(refusals, "RefusalsDoubled")),
    ]


def _alert(
    now: datetime,
    minutes: int,
    name: str,
    summary: str,
    *,
    severity: str,
    service: str,
    fingerprint: str,
    **labels: str,
) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": name, "severity": severity, "service": service, **labels},
        "annotations": {"summary": summary},
        "startsAt": _at(now, minutes),
        "endsAt": ZERO,
        "generatorURL": f"https://prometheus.demo.holdfast.test/graph?alert={name}",
        "fingerprint": fingerprint,
    }


def _webhook(alert: dict[str, Any], group: str) -> bytes:
    told = {
        "version": "4", "groupKey": f'{{}}:{{alertname="{group}"}}', "truncatedAlerts": 0, "receiver": "holdfast",
        "status": alert["status"], "groupLabels": {"alertname": group}, "commonLabels": alert["labels"],
        "commonAnnotations": alert["annotations"], "externalURL": "https://alerts.demo.holdfast.test", "alerts": [alert],
    }  # fmt: skip
    return json.dumps(told).encode()


def _checks(now: datetime) -> list[tuple[int, dict[str, Any]]]:
    drafts = {
        "suite": "complaint-drafts", "headline": "Complaint drafts fell below their limit", "grade": "high",
        "detail": "38 of 50 drafts kept to the policy wording; the limit is 45.", "state": "failed",
        "workflow": "complaint-routing-and-drafting", "finished": _at(now, 520),
        "report": "https://evaluations.demo.holdfast.test/runs/n-0418",
    }  # fmt: skip
    minutes = {
        "suite": "minutes", "headline": "Names were mixed up in two of twenty minutes", "grade": "low",
        "detail": "Both from the same meeting room.", "state": "failed", "workflow": "WF-9999",
        "finished": _at(now, 515),
    }  # fmt: skip
    return [(520, {"run": drafts}), (515, {"run": minutes})]


def _at(now: datetime, minutes: int) -> str:
    return (now - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _deliver(source: SignalSource, body: bytes, at: datetime) -> None:
    receiving.receive(source, body, at=at, content_type="application/json", headers={"user-agent": "Demonstration"})


def _decide(lead: User, storm: Incident, now: datetime) -> None:
    """One of each: part of the incident that is going on, not an incident, and later."""
    known = {row.title: row for row in ReceivedSignal.objects.all()}
    deciding.attach([known["Handlers override 31 % of declines"]], storm, by=lead, at=now - timedelta(minutes=200))
    deciding.dismiss(
        [known["Disk of batch-3 is 91 % full"]], by=lead, at=now - timedelta(minutes=590),
        reason="Housekeeping of the platform team; no workflow depends on that disk.",
    )  # fmt: skip
    deciding.later(
        [known["Names were mixed up in two of twenty minutes"]], by=lead, at=now - timedelta(minutes=50),
        until=now + timedelta(hours=20),
    )  # fmt: skip

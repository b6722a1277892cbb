"""What tools send, written after their documentation; the names in it are invented."""

import json
from datetime import UTC, datetime
from typing import Any

ZERO = "0001-01-01T00:00:00Z"


def alert(name: str = "WrongAnswers", *, fingerprint: str = "a1b2c3d4e5f60718", over_at: str = ZERO, **labels: str
) -> dict[str, Any]:  # fmt: skip
    return {
        "status": "resolved" if over_at != ZERO else "firing",
        "labels": {"alertname": name, "severity": "critical", **labels},
        "annotations": {"summary": f"{name}: one letter in ten is wrong", "description": "Ratio 0.11 over 15 minutes"},
        "startsAt": "2026-11-30T09:12:31.123456789Z",
        "endsAt": over_at,
        "generatorURL": "https://prometheus.example.test/graph?g0.expr=ratio",
        "fingerprint": fingerprint,
    }


def alertmanager(*alerts: dict[str, Any], group: str = '{}:{alertname="WrongAnswers"}', left_out: int = 0) -> bytes:
    rows = list(alerts) or [alert()]
    return encoded({
        "version": "4", "groupKey": group, "truncatedAlerts": left_out, "receiver": "holdfast",
        "status": "firing" if any(one["endsAt"] == ZERO for one in rows) else "resolved",
        "groupLabels": {"alertname": "WrongAnswers"}, "commonLabels": {"severity": "critical"},
        "commonAnnotations": {}, "externalURL": "https://alertmanager.example.test", "alerts": rows,
    })  # fmt: skip


def grafana(**labels: str) -> bytes:
    one = alert("Drift", fingerprint="77aa88bb99cc0011", **labels) | {
        "valueString": "[ var='B' labels={} value=0.31 ]", "values": {"B": 0.31},
        "dashboardURL": "https://grafana.example.test/d/abc", "panelURL": "https://grafana.example.test/d/abc?viewPanel=2",
        "silenceURL": "https://grafana.example.test/alerting/silence/new",
    }  # fmt: skip
    return encoded({
        "receiver": "holdfast", "status": "firing", "orgId": 1, "alerts": [one], "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "https://grafana.example.test/", "version": "1", "groupKey": "{}:{}",
        "truncatedAlerts": 0, "title": "[FIRING:1] Drift", "state": "alerting", "message": "**Firing**",
    })  # fmt: skip


def pagerduty(action: str = "trigger", *, key: str, dedup: str = "triage/ratio", **payload: Any) -> bytes:
    body: dict[str, Any] = {"routing_key": key, "event_action": action, "dedup_key": dedup}
    if action == "trigger":
        body["payload"] = {
            "summary": "Refusals doubled", "source": "triage-7.example.test", "severity": "error",
            "timestamp": "2026-11-30T10:00:00.000+0000", "component": "triage", "custom_details": {"ratio": 0.4},
            **payload,
        }  # fmt: skip
        body["links"] = [{"href": "https://runbook.example.test/refusals", "text": "Runbook"}]
    return encoded(body)


def cloudevent(number: str = "e-1", **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": number, "source": "/evaluations/nightly", "type": "test.evaluation.failed",
        "time": "2026-11-30T03:00:00Z", "datacontenttype": "application/json",
        "data": {"title": "Nightly evaluation fell below its limit", "severity": "high", "score": 0.71}, **more,
    }  # fmt: skip


def sentry_issue(action: str = "created", number: str = "1170820242") -> bytes:
    return encoded({
        "action": action, "installation": {"uuid": "a8e5d2f5"}, "actor": {"type": "application", "id": "sentry"},
        "data": {"issue": {
            "id": number, "title": "ValueError: no policy for claim", "culprit": "triage.rules in decide",
            "level": "error", "status": "unresolved", "platform": "python", "project": {"slug": "triage"},
            "web_url": "https://example.sentry.test/issues/1170820242/", "firstSeen": "2026-11-30T08:00:00.000000Z",
        }},
    })  # fmt: skip


def langfuse(severity: str = "ALERT", monitor: str = "monitor_7") -> bytes:
    return encoded({
        "id": "0d9a7c1e-5a53-4f0e-9f43-1f2f4a9d0b11", "timestamp": "2026-11-30T10:30:00Z", "type": "monitor-alert",
        "apiVersion": "v1",
        "payload": {
            "monitorId": monitor, "projectId": "proj_3", "permalink": "https://langfuse.example.test/monitors/7",
            "message": {"title": "p95 cost crossed its limit", "body": "p95 cost is 0.21, limit 0.10"},
            "severity": severity, "timestamp": "2026-11-30T10:30:00Z", "view": "observations", "window": "1h",
        },
    })  # fmt: skip


def encoded(found: Any) -> bytes:
    return json.dumps(found).encode()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

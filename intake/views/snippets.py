"""What is copied into each tool so that it sends here. The token stands in it only while it is shown."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from intake.kinds import SourceKind
from intake.models import SignalSource
from intake.services.addresses import address_of

PLACEHOLDER = "TOKEN"


@dataclass(frozen=True)
class Snippet:
    title: str
    text: str


def snippets_of(source: SignalSource, token: str = "") -> list[Snippet]:
    words = {"url": address_of(source), "key": token or PLACEHOLDER, "name": json.dumps(source.name)}
    return [Snippet(str(title), text.format(**words)) for title, text in _TEXTS[source.speaks]]


_ALERTMANAGER = """\
receivers:
  - name: holdfast
    webhook_configs:
      - url: {url}
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: {key}
"""
_GRAFANA = """\
apiVersion: 1
contactPoints:
  - orgId: 1
    name: {name}
    receivers:
      - uid: holdfast
        type: webhook
        settings:
          url: {url}
          httpMethod: POST
          authorization_scheme: Bearer
          authorization_credentials: {key}
"""
_BY_HAND = """\
Integration: Webhook
URL: {url}
HTTP method: POST
Authorization header, scheme: Bearer
Authorization header, credentials: {key}
"""
_PAGERDUTY = """\
curl -X POST {url} \\
  -H 'Content-Type: application/json' \\
  -d '{{"routing_key": "{key}", "event_action": "trigger", "dedup_key": "trial",
       "payload": {{"summary": "A trial", "source": "me", "severity": "info"}}}}'
"""
_CLOUDEVENTS = """\
curl -X POST {url} \\
  -H 'Authorization: Bearer {key}' -H 'Content-Type: application/cloudevents+json' \\
  -d '{{"specversion": "1.0", "id": "trial-1", "source": "/trial", "type": "trial",
       "data": {{"title": "A trial", "severity": "info"}}}}'
"""
_GENERIC = """\
curl -X POST {url} \\
  -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \\
  -d '{{"id": "trial-1", "title": "A trial", "level": "info", "status": "open"}}'
"""
_SENTRY = """\
Webhook URL: {url}
Alert Rule Action: on
Webhooks: issue, error
"""
_LANGFUSE = """\
Event source: Alert
Action: Webhook
URL: {url}
"""
_TEXTS: dict[SourceKind, list[tuple[Any, str]]] = {
    SourceKind.ALERTMANAGER: [("alertmanager.yml", _ALERTMANAGER)],
    SourceKind.GRAFANA: [
        (gettext_lazy("Contact point, as a file"), _GRAFANA),
        (gettext_lazy("Contact point, by hand"), _BY_HAND),
    ],
    SourceKind.PAGERDUTY: [("curl", _PAGERDUTY)],
    SourceKind.CLOUDEVENTS: [("curl", _CLOUDEVENTS)],
    SourceKind.SENTRY: [(gettext_lazy("Internal integration"), _SENTRY)],
    SourceKind.LANGFUSE: [(gettext_lazy("Automation for alerts"), _LANGFUSE)],
    SourceKind.GENERIC: [("curl", _GENERIC)],
}

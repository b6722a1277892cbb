"""A workflow with a key, an incident with a containment, and the site in a process of its own."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone

from config.environment import postgres
from incidents.models import ContainmentAction, Incident
from incidents.services import containment
from registry.models import ContainmentOption, ControlToken, Surface, User, Workflow
from registry.services import control_keys
from tests import people
from tests.custody.serving import Site, serving
from tests.incidents import making

FLAGS = "/ofrep/v1/evaluate/flags"
KILL = {"mode": "killed"}


def workflow(name: str = "Claims triage", **fields: Any) -> Workflow:
    made = making.workflow(name, **fields)
    Surface.objects.create(workflow=made, kind="TOOL", name="Letter service")
    return made


def key(of: Workflow | None, **fields: Any) -> tuple[ControlToken, str]:
    given = {"name": "Runners", "at": timezone.now(), **fields}
    return control_keys.issue(of, by=people.risk(), **given)


def option(of: Workflow, kind: str = "KILL_SWITCH", **fields: Any) -> ContainmentOption:
    return making.option(of, kind, **{"effect": KILL, **fields})


def incident(of: Workflow) -> Incident:
    return making.declared(workflow=of, at=timezone.now())


def carried_out(option: ContainmentOption, incident: Incident, by: User | None = None) -> ContainmentAction:
    return containment.execute(
        incident, option, by=by or people.responder(), at=timezone.now(), reason="It keeps paying."
    )


@contextmanager
def served(folder: Path, *, port: int = 0, **environment: str) -> Iterator[Site]:
    folder.mkdir(parents=True, exist_ok=True)
    with serving(folder, port=port, **environment) as site:
        yield site


def settings_of(url: str) -> dict[str, Any]:
    known = postgres(url)
    return {name: known[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}


class Asking:
    """One connection of one client that keeps it open."""

    def __init__(self, site: Site, secret: str, instance: str = "runner-1") -> None:
        self.site, self.secret, self.instance = site, secret, instance
        self.connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)

    def ask(
        self, path: str = FLAGS, body: Any = ..., method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers in lower case, and the body: as JSON where it is any."""
        content = {"context": {"targetingKey": self.instance}} if body is ... else body
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        given = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self.connection.request(method, path, sent, given)
            answer = self.connection.getresponse()
        except (BrokenPipeError, http.client.RemoteDisconnected):  # it was idle for too long
            self.connection.close()
            self.connection.request(method, path, sent, given)
            answer = self.connection.getresponse()
        read = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, json.loads(read) if read else None

    def mode(self, slug: str = "claims-triage") -> str:
        status, _headers, body = self.ask(f"{FLAGS}/wf.{slug}.mode")
        assert status == 200, body
        return str(body["value"])

    def sees(self, mode: str) -> Callable[[], bool]:
        return lambda: self.mode() == mode

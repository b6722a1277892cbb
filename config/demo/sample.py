"""A small running workflow, as the demonstration shows it: it asks what it may do and prints its mode once a second.

It uses nothing but the standard library, so that one can see all there is to it: it holds a stream open, asks again
whenever the stream says that there is something new, and keeps the last answer while nobody answers. A real program
uses an OpenFeature client; see docs/integrating.md.

    HOLDFAST_CONTROL_KEY=… python -m config.demo.sample http://127.0.0.1:8000 claims-triage-assistant
"""

import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

SAFE = "human"
"""What it does before anybody has answered."""


class Workflow:
    def __init__(self, address: str, slug: str, key: str, instance: str) -> None:
        self.address, self.slug, self.key, self.instance = address.rstrip("/"), slug, key, instance
        self.mode, self.revision, self.answered_at = SAFE, 0, 0.0

    def ask(self) -> dict[str, Any]:
        body = json.dumps({"context": {"targetingKey": self.instance}}).encode()
        with self._post("/ofrep/v1/evaluate/flags", body) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        modes = [flag for flag in found["flags"] if flag["key"] == f"wf.{self.slug}.mode"]
        self.mode, self.revision, self.answered_at = modes[0]["value"], found["metadata"]["revision"], time.monotonic()
        return found

    def obey(self) -> None:
        """Tell that what was asked for is done. Here there is nothing more to doing it than having heard."""
        if self.revision:
            body = json.dumps({"targetingKey": self.instance, "revision": self.revision}).encode()
            self._post("/control/v1/applied", body).close()

    def follow(self) -> None:
        """For ever: listen, and ask at every event. Whatever fails, begin anew after a moment."""
        while True:
            try:
                stream = self.ask_and_obey()["eventStreams"][0]["endpoint"]["requestUri"]
                with urllib.request.urlopen(self.address + stream, timeout=30) as events:  # noqa: S310
                    for line in events:
                        if line.startswith(b"data:"):
                            self.ask_and_obey()
            except (OSError, ValueError, KeyError, IndexError):
                time.sleep(0.5)

    def ask_and_obey(self) -> dict[str, Any]:
        before = self.revision
        found = self.ask()
        if self.revision != before:
            self.obey()
        return found

    def _post(self, path: str, body: bytes) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        headers["User-Agent"] = "sample-workflow/1"
        request = urllib.request.Request(self.address + path, data=body, headers=headers)  # noqa: S310 - ours
        return urllib.request.urlopen(request, timeout=5)  # noqa: S310


def main(address: str, slug: str) -> None:
    workflow = Workflow(address, slug, os.environ["HOLDFAST_CONTROL_KEY"], "runner-1")
    threading.Thread(target=workflow.follow, daemon=True).start()
    while True:
        age = time.monotonic() - workflow.answered_at
        heard = f"revision {workflow.revision}" if workflow.answered_at else "nobody has answered yet"
        late = f", last answer {age:.0f} s ago" if workflow.answered_at and age > 40 else ""
        now = datetime.now().astimezone().strftime("%H:%M:%S")
        sys.stdout.write(f"  {now}  {workflow.instance} of {slug}: {workflow.mode} ({heard}{late})\n")
        sys.stdout.flush()
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:3])

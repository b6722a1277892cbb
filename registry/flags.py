"""The flags by which a running workflow asks what it may do, and the answers, written out once as bytes.

Protocol: OpenFeature Remote Evaluation Protocol (OFREP), `service/openapi.yaml` of its project. Each workflow has

- `wf.<slug>.mode`, a string, one of `registry.modes.Mode`;
- `wf.<slug>.config`, an object: pins, disabled tools, blocked sources, scope, limits;
- `wf.<slug>.tool.<name>`, a boolean for each of its tools: whether it may be used.

Metadata hold only booleans, numbers and texts, as the protocol demands. Every answer says its key, value, variant and
reason, since some clients fail without one of them.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from registry.modes import Effect, Mode

PREFIX: Final = "wf."
STREAM: Final = "/ofrep/v1/stream"
_NOT_IN_KEYS: Final = re.compile(r"[^a-z0-9._-]+")


def tool_key(name: str) -> str:
    """The part of a flag's key that names a tool, in plain letters: some clients send keys as they are."""
    return _NOT_IN_KEYS.sub("-", name.lower()).strip("-.")


def slug_of(key: str) -> str:
    """The workflow that a key names, whether there is one or not; empty for keys of another shape."""
    parts = key.split(".")
    return parts[1] if len(parts) >= 3 and parts[0] == "wf" else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of one workflow at one revision. `since` is ISO 8601 in UTC; empty while nothing ever was set."""

    slug: str
    tools: tuple[str, ...]
    effect: Effect
    revision: int
    since: str = ""
    incident: str = ""
    is_overridden: bool = False
    """A break-glass file has a part in it."""
    stale_since: str = ""
    """Last contact with the database, where there is none now."""

    def values(self) -> dict[str, Any]:
        """Each flag with its value, in a fixed order."""
        found: dict[str, Any] = {f"{PREFIX}{self.slug}.mode": str(self.effect.mode)}
        config = self.effect.written()
        found[f"{PREFIX}{self.slug}.config"] = {name: part for name, part in config.items() if name != "mode"}
        stopped = self.effect.mode == Mode.KILLED
        for name in self.tools:
            found[f"{PREFIX}{self.slug}.tool.{name}"] = not stopped and name not in self.effect.disabled_tools
        return found

    def metadata(self) -> dict[str, Any]:
        known = {"revision": self.revision, "since": self.since, "incident": self.incident}
        found: dict[str, Any] = {name: value for name, value in known.items() if value != ""}
        if self.is_overridden:
            found["breakGlass"] = True
        if self.stale_since:
            found |= {"stale": True, "asOf": self.stale_since}
        return found


class Written:
    """The answers of one workflow as bytes: `flags` one by one, `head` and `tail` around a caller's stream."""

    __slots__ = ("etag", "flags", "head", "tail")

    def __init__(self, standing: Standing) -> None:
        metadata = standing.metadata()
        values = standing.values()
        answers = {key: _answer(key, value, metadata) for key, value in values.items()}
        self.flags = {key: _bytes(answer) for key, answer in answers.items()}
        body = b'{"flags":[' + b",".join(self.flags.values()) + b'],"metadata":' + _bytes(metadata)
        self.head = body + b',"eventStreams":[{"type":"sse","endpoint":{"requestUri":"' + STREAM.encode() + b"?ticket="
        self.tail = b'"}}]}'
        self.etag = _etag(values, standing.revision)


def _etag(values: dict[str, Any], revision: int) -> bytes:
    """Names the values and their revision; the same on every process, whether or not it has the database."""
    digest = hashlib.sha256(_bytes([values, revision])).hexdigest()[:12]
    return f'"{revision}-{digest}"'.encode()


def revision_of(tag: bytes) -> int | None:
    """The revision that an entity tag of ours names; None for those of others."""
    number = tag.strip(b'"').partition(b"-")[0]
    return int(number) if number.isdigit() and len(number) < 19 else None


def event(tag: bytes, revision: int) -> bytes:
    """What a stream says when there is something new to fetch."""
    data = _bytes({"type": "refetchEvaluation", "etag": tag.decode()})
    return b"id: %d\nevent: message\ndata: %b\n\n" % (revision, data)


def refusal(code: str, details: str, key: str | None = None) -> bytes:
    found = {"errorCode": code, "errorDetails": details}
    return _bytes(found if key is None else {"key": key, **found})


def tools_of(names: Iterable[str]) -> tuple[str, ...]:
    """Names of tools as parts of keys, each once, in a fixed order. Two names that become one share a flag."""
    return tuple(sorted({key for name in names if (key := tool_key(name))}))


def _answer(key: str, value: Any, metadata: dict[str, Any]) -> dict[str, Any]:
    variant = value if isinstance(value, str) else ("on" if value else "off") if isinstance(value, bool) else "set"
    if isinstance(value, dict):
        variant = "restricted" if value else "normal"
    return {"key": key, "value": value, "reason": "STATIC", "variant": variant, "metadata": metadata}


def _bytes(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode()

"""One thing a delivery says, in the words all formats share; and the care with which it is taken from foreign text."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from intake.kinds import Status

LONGEST_KEY: Final = 300
LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 4000
LONGEST_LEVEL: Final = 40
LONGEST_LINK: Final = 1000
LONGEST_LABEL: Final = 200
MOST_LABELS: Final = 64
WORKFLOW_LABEL: Final = "ai_workflow"
"""The label by which a source names the workflow: its slug, its reference or its number."""


class Unreadable(Exception):
    """The body is not what this kind of source sends; the sentence says where it is not."""


@dataclass(frozen=True)
class Event:
    key: str
    """What the source tells this signal apart by."""
    status: Status
    title: str = ""
    """Empty where the message only says that something it told before is over or seen."""
    text: str = ""
    level: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    workflow: str = ""
    at: datetime | None = None
    """When it happened by the clock of the source, in UTC."""


def event(
    *,
    key: Any,
    status: Status,
    title: Any = "",
    text: Any = "",
    level: Any = "",
    labels: Any = None,
    link: Any = "",
    workflow: Any = "",
    at: Any = None,
) -> Event:
    """An event of whatever the source sent, cut to what can be kept. Never raises."""
    known = labels_of(labels)
    return Event(
        key=short_key(words(key, 100_000)),
        status=status,
        title=line(title),
        text=words(text, LONGEST_TEXT),
        level=words(level, LONGEST_LEVEL).lower(),
        labels=known,
        link=web_address(link),
        workflow=words(workflow, LONGEST_LABEL) or known.get(WORKFLOW_LABEL, ""),
        at=instant(at),
    )


def words(value: Any, limit: int) -> str:
    """Text of any JSON scalar, without what the database could not keep; nothing of lists and objects."""
    if value is None or isinstance(value, (Mapping, list)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    plain = str(value).encode(errors="replace").decode().replace("\x00", "").strip()
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def line(value: Any) -> str:
    """A title: one line."""
    return words(" ".join(words(value, LONGEST_TEXT).split()), LONGEST_TITLE)


def short_key(key: str) -> str:
    """The key itself, or as much of it as fits and the hash of all of it."""
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[:200]}…{hashlib.sha256(key.encode()).hexdigest()}"


def labels_of(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        return {}
    found = {words(name, LONGEST_LABEL): words(value, LONGEST_LABEL) for name, value in given.items()}
    return dict([(name, value) for name, value in found.items() if name and value][:MOST_LABELS])


def web_address(value: Any) -> str:
    """A link a browser may follow, or nothing: schemes other than http are not passed on."""
    found = words(value, LONGEST_LINK + 1)
    try:
        parts = urlsplit(found)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc) and len(found) <= LONGEST_LINK
    return found if is_web and not any(c.isspace() for c in found) else ""


def instant(value: Any) -> datetime | None:
    """ISO 8601 with its zone, or seconds since 1970. None for anything else, and for the zero of Go programs."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        else:
            found = datetime.fromisoformat(_to_microseconds(words(value, 60)))
    except (ValueError, OverflowError, OSError):
        return None
    if found.tzinfo is None or not 1970 < found.year < 9000:
        return None
    return found.astimezone(UTC)


def _to_microseconds(text: str) -> str:
    """Some tools write nanoseconds, which Python does not read."""
    head, dot, rest = text.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return head + dot + rest[: min(digits, 6)].ljust(6, "0") + rest[digits:] if dot else text


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

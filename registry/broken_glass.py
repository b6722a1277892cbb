"""Breaking the glass: a signed file that tightens one workflow while the database cannot commit.

Whoever has the machine and its secret may write one, nobody else can: the signature is an HMAC over the content with a
key drawn from SECRET_KEY. It can only tighten, since it is combined with what is known like any other containment. It
is obeyed until it is on record; then the record says the same, and the file is put aside.
"""

import contextlib
import hashlib
import hmac
import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings

from registry.modes import Mode

_PURPOSE: Final = b"holdfast break glass"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Override:
    """What the file says. `at` is ISO 8601 in UTC."""

    id: str
    slug: str
    mode: str
    reason: str
    operator: str
    at: str


def folder() -> Path:
    return Path(settings.CONTROL_FOLDER) / "overrides"


def write(override: Override) -> Path:
    """Put the signed file where the serving processes look."""
    where = folder()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = where / f"{override.id}.json"
    part = where / f".{override.id}.part"
    with part.open("x") as file:
        json.dump({**asdict(override), "signature": _signature(asdict(override))}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def new(*, slug: str, mode: Mode, reason: str, operator: str, at: str) -> Override:
    return Override(id=str(uuid.uuid4()), slug=slug, mode=str(mode), reason=reason, operator=operator, at=at)


def waiting() -> list[Override]:
    """Those that are to be obeyed, oldest first. What is not signed by us is told to the log and obeyed by nobody."""
    found = [override for path in folder().glob("*.json") if (override := _read(path)) is not None]
    return sorted(found, key=lambda override: (override.at, override.id))


def modes(overrides: list[Override]) -> dict[str, Mode]:
    """The strictest mode by workflow."""
    found: dict[str, Mode] = {}
    for override in overrides:
        found = strictest(found, {override.slug: Mode(override.mode)})
    return found


def strictest(one: dict[str, Mode], other: dict[str, Mode]) -> dict[str, Mode]:
    both = {slug: [modes[slug] for modes in (one, other) if slug in modes] for slug in {*one, *other}}
    return {slug: max(found, key=lambda mode: mode.rank) for slug, found in both.items()}


def put_aside(override: Override) -> None:
    """It is on record now."""
    aside = folder() / "recorded"
    aside.mkdir(exist_ok=True, mode=0o700)
    with contextlib.suppress(FileNotFoundError):  # another process was faster
        (folder() / f"{override.id}.json").replace(aside / f"{override.id}.json")


def _read(path: Path) -> Override | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        given = str(found.pop("signature", ""))
        override = Override(**found)
        if not hmac.compare_digest(given, _signature(found)) or path.stem != override.id:
            raise ValueError("the signature is not ours")
        Mode(override.mode)
    except FileNotFoundError:
        return None  # put aside by another process in this moment
    except (OSError, ValueError, TypeError) as failure:
        log.error("a break-glass file is not obeyed", file=path.name, failure=str(failure))
        return None
    return override


def _signature(content: dict[str, Any]) -> str:
    key = hashlib.sha256(_PURPOSE + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, json.dumps(content, sort_keys=True).encode(), hashlib.sha256).hexdigest()

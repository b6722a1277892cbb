"""The last known state on disk, so that a process that starts while the database is away can answer.

In shards, each replaced whole by renaming, so that a flip rewrites a part of it and a reader never sees half a file.
The processes of one machine share the folder: a shard carries the mark of the look it was written from, and an older
look never replaces a newer one. Digests of keys lie in it, no secret; only the service's own account may read it.
"""

import fcntl
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import structlog

from registry.flags import Standing
from registry.modes import Effect
from registry.ofrep.state import SHARDS, Caller, Known, State, shard_of

_MARK = re.compile(rb'\{"mark":(\d+)[,}]')
_OF_CALLER = tuple(each.name for each in fields(Caller))
log = structlog.get_logger(__name__)


def write(folder: Path, state: State, mark: int, numbers: set[int | None] | None = None) -> None:
    """Write the shards that hold `numbers`; all of them unless given. A full disk is told to the log, and survived."""
    shards = set(range(SHARDS + 1)) if numbers is None else {shard_of(number) for number in numbers}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for shard in shards:
            _replace(folder / f"{shard}.json", _content(state, shard, mark))
    except OSError as failure:
        log.warning("last known state not written", failure=str(failure))


def read(folder: Path, state: State) -> bool:
    """Take in what was known last; whether there was anything."""
    workflows, callers, newest = [], [], 0.0
    for path in sorted(folder.glob("*.json")):
        try:
            found = json.loads(path.read_text())
            workflows += [_known(each) for each in found["workflows"]]
            callers += [Caller(**each) for each in found["callers"]]
            newest = max(newest, float(found["at"]))
        except (OSError, ValueError, KeyError, TypeError) as failure:
            log.error("a part of the last known state cannot be read", part=path.name, failure=str(failure))
            return False
    if not newest:
        return False
    state.put(workflows, callers, None)
    state.fresh_at = newest
    return True


def _content(state: State, shard: int, mark: int) -> dict[str, Any]:
    """Only what lies in this shard is looked at, however many workflows there are."""
    numbers = sorted(state.shards.get(shard, ()), key=lambda number: number or 0)
    known = (state.known.get(number) for number in numbers if number is not None)
    digests = (digest for number in numbers for digest in state.keys_of.get(number, ()))
    return {
        "mark": mark,
        "at": state.fresh_at,
        "workflows": [_workflow(each) for each in known if each is not None],
        "callers": [_caller(state.callers[digest]) for digest in digests],
    }


def _replace(path: Path, content: dict[str, Any]) -> None:
    with _alone(path):
        if (mark := _mark_of(path)) is not None and mark > content["mark"]:
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part")
        with os.fdopen(handle, "w") as file:
            # Whole and by the fast encoder: whoever asks waits while this thread works.
            file.write(json.dumps(content, separators=(",", ":")))
        Path(name).replace(path)


def _mark_of(path: Path) -> int | None:
    """The mark stands first; none where there is no file, or one that nobody can read."""
    try:
        with path.open("rb") as file:
            found = _MARK.match(file.read(64))
    except OSError:
        return None
    return int(found[1]) if found else None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _caller(caller: Caller) -> dict[str, Any]:
    return {name: getattr(caller, name) for name in _OF_CALLER}


def _workflow(known: Known) -> dict[str, Any]:
    standing = known.standing
    return {
        "pk": known.pk,
        "stage": known.stage,
        "slug": standing.slug,
        "tools": standing.tools,
        "effect": standing.effect.written(),
        "revision": standing.revision,
        "since": standing.since,
        "incident": standing.incident,
    }


def _known(found: dict[str, Any]) -> Known:
    standing = Standing(
        slug=found["slug"],
        tools=tuple(found["tools"]),
        effect=Effect.read(found["effect"]),
        revision=found["revision"],
        since=found["since"],
        incident=found["incident"],
    )
    return Known(pk=found["pk"], stage=found["stage"], standing=standing)

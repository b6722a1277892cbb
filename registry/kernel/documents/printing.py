"""Printing in a process of its own, which may use only so much memory and time and knows no secret (see `child`).

The renderer keeps a little of every document it lays out for as long as its process lives. A process for each
document gives all of it back, so that a thousand pages in volumes need no more than one volume does.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Timer
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from registry.kernel.documents.child import OUT_OF_MEMORY

STARTED, FILLED, LAID_OUT, WRITTEN = 5, 15, 80, 95
"""Percent of the way to the finished document."""
HALF_WAY = 25
"""Pages after which half of the way from FILLED to LAID_OUT is told; how many there will be is not known."""
PERCENT = {"FILLED": FILLED, "LAID_OUT": LAID_OUT, "WRITTEN": WRITTEN}
"""By stage of `rendering`, which is not imported here: its libraries belong in the other process."""
TOLD = (
    "INSTALLED_APPS", "LANGUAGES", "LANGUAGE_CODE", "LOCALE_PATHS", "STATICFILES_DIRS", "STATICFILES_FINDERS",
    "STATIC_ROOT", "STATIC_URL", "TEMPLATES", "TIME_ZONE", "USE_I18N", "USE_TZ",
)  # fmt: skip
"""Settings the process is told: what templates, texts and fonts need."""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "FONTCONFIG_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH")  # fmt: skip
"""Of the environment; everything else may hold a secret."""
ROOT = Path(__file__).resolve().parents[3]

Tell = Callable[[int], None]


class PrintingFailed(Exception):
    """The message is a sentence for the document's page."""


def print_apart(
    template: str,
    frozen: bytes,
    *,
    number: str,
    sha256: str,
    made_at: datetime,
    proofs: bytes | None = None,
    code: str = "",
    tell: Tell = lambda percent: None,
) -> bytes:
    """What `render_pdf` gives for the canonical record `frozen`. `tell` hears the percentage, never a smaller one.

    Raises PrintingFailed when the record is too much for the limits, or when the renderer refuses it.
    """
    job = {
        "template": template,
        "number": number,
        "sha256": sha256,
        "code": code,
        "made_at": made_at.isoformat(),
        "memory": settings.DOCUMENT_MEMORY_BYTES,
        "seconds": settings.DOCUMENT_SECONDS,
        "settings": _settings(),
        "record_size": len(frozen),
        "proofs_size": len(proofs or b""),
    }
    command = [sys.executable, "-m", "registry.kernel.documents.child"]
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - our own module, and no argument from outside
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        # Time on the clock beside time of computing: a process that waits for ever computes nothing.
        limit = Timer(settings.DOCUMENT_SECONDS + 5, process.kill)
        limit.start()
        try:
            _hand_over(process, json.dumps(job).encode() + b"\n" + frozen + (proofs or b""))
            content = _answer(process.stdout, tell)  # type: ignore[arg-type]
        except BaseException:
            process.kill()
            raise
        finally:
            limit.cancel()
        ended = process.wait()
        if content is None:
            raise PrintingFailed(_why(ended, errors))
    return content


def _settings() -> dict[str, Any]:
    """As JSON can carry them. Of the apps only the one that finds static files: no other is needed to print."""
    told = {name: getattr(settings, name) for name in TOLD}
    told["INSTALLED_APPS"] = ["django.contrib.staticfiles"]
    engines: list[dict[str, Any]] = settings.TEMPLATES
    told["TEMPLATES"] = [{"DIRS": engine.get("DIRS", [])} for engine in engines]
    plain: dict[str, Any] = json.loads(json.dumps(told, default=str))
    return plain


def _hand_over(process: "subprocess.Popen[bytes]", order: bytes) -> None:
    try:
        process.stdin.write(order)  # type: ignore[union-attr]
        process.stdin.close()  # type: ignore[union-attr]
    except BrokenPipeError:
        process.stdin = None  # it ended before it had heard all; its end says why


def _answer(answers: IO[bytes], tell: Tell) -> bytes | None:
    """The file, or nothing if the process ended before it was complete."""
    told = STARTED
    for line in iter(answers.readline, b""):
        message: Mapping[str, Any] = json.loads(line)
        if "failure" in message:
            raise PrintingFailed(message["failure"])
        if "size" in message:
            content = answers.read(message["size"])
            return content if len(content) == message["size"] else None
        percent = max(told, _percent(message))
        if percent > told:
            told = percent
            tell(told)
    return None


def _percent(message: Mapping[str, Any]) -> int:
    if "stage" in message:
        return PERCENT[message["stage"]]
    page: int = message["page"]
    return FILLED + (LAID_OUT - FILLED) * page // (page + HALF_WAY)


def _why(code: int, errors: IO[bytes]) -> str:
    errors.seek(0)
    said = errors.read().decode(errors="replace")
    if code == OUT_OF_MEMORY or "memory" in said.lower():
        size = settings.DOCUMENT_MEMORY_BYTES // 1024**2
        return _("Printing took more than the %(size)s MiB of memory it may take.") % {"size": size}
    if code == -signal.SIGXCPU:
        return _("Printing took more than the %(seconds)s seconds it may take.") % {
            "seconds": settings.DOCUMENT_SECONDS
        }
    if code < 0:
        return _("Printing was stopped (%(name)s), by the system or for want of memory or time.") % {
            "name": signal.Signals(-code).name
        }
    lines = said.strip().splitlines()
    return lines[-1] if lines else _("Printing ended without a file.")

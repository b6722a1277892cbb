"""The process that prints: `python -m registry.kernel.documents.child`, one document and an end.

It is told everything on its standard input and answers on its standard output, in lines of JSON and at last the
bytes of the file. It knows no database, no key and no secret of the site, and may use only so much memory and
time: a record that is too much for the renderer ends this process and nothing else.
"""

import json
import logging
import os
import resource
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any

import django
from django.conf import settings

NICE = 5
"""People waiting for a page come before paper."""
OUT_OF_MEMORY = 3


class _Pages(logging.Handler):
    """The renderer tells its progress to a log; each page laid out is passed on."""

    def __init__(self, tell: Any) -> None:
        super().__init__()
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        if record.args and " - Page " in str(record.msg):
            page, *_others = record.args
            self.tell({"page": page})


def main() -> int:
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # whatever a library prints must not get between the lines
        job = json.loads(sys.stdin.buffer.readline())
        _limit(job["memory"], job["seconds"])
        frozen = sys.stdin.buffer.read(job["record_size"])
        proofs = sys.stdin.buffer.read(job["proofs_size"]) or None

        def tell(message: dict[str, Any], content: bytes = b"") -> None:
            answer.write(json.dumps(message).encode() + b"\n" + content)
            answer.flush()

        try:
            content = _printed(job, frozen, proofs, tell)
        except MemoryError:
            return OUT_OF_MEMORY
        except Exception as failure:
            tell({"failure": f"{type(failure).__name__}: {failure}"[:2000]})
            return 1
        tell({"size": len(content)}, content)
    return 0


def _limit(memory: int, seconds: int) -> None:
    os.nice(NICE)
    with suppress(ValueError, OSError):  # systems that know no such limit
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _printed(job: dict[str, Any], frozen: bytes, proofs: bytes | None, tell: Any) -> bytes:
    settings.configure(**job["settings"])
    django.setup()
    # Only now, within the limits and with settings to read.
    from registry.kernel.documents.rendering import Stage, render_pdf

    _listen(tell)

    def progress(stage: Stage) -> None:
        tell({"stage": str(stage)})

    return render_pdf(
        job["template"],
        json.loads(frozen),
        number=job["number"],
        sha256=job["sha256"],
        made_at=datetime.fromisoformat(job["made_at"]),
        proofs=proofs,
        code=job["code"],
        progress=progress,
    )


def _listen(tell: Any) -> None:
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    pages = logging.getLogger("weasyprint.progress")
    pages.propagate = False
    pages.setLevel(logging.INFO)
    pages.addHandler(_Pages(tell))


if __name__ == "__main__":
    sys.exit(main())

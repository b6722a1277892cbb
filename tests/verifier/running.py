"""The verifier as a stranger runs it, or as a module for speed."""

import contextlib
import importlib.util
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify.py"


def _loaded() -> Any:
    spec = importlib.util.spec_from_file_location("offline_verifier", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


verifier = _loaded()


@dataclass(frozen=True)
class Outcome:
    status: int
    text: str

    @property
    def complaints(self) -> str:
        """The sentences that say what is false or cannot be told."""
        lines = self.text.splitlines()
        return "\n".join(line for line in lines if line.startswith(("FAILED: ", "CANNOT TELL: ")))


def run(*arguments: object) -> Outcome:
    """In this process; an exception that would be a traceback fails the test."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = verifier.main([str(argument) for argument in arguments])
    return Outcome(status, printed.getvalue())

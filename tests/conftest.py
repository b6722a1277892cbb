"""Shared by all tests: a data folder of their own, headless Chromium, people of every role."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("HOLDFAST_VAR", str(Path(tempfile.gettempdir()) / f"holdfast-tests-{os.getuid()}"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Every test stores files in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "incoming")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir()

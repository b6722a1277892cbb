"""The browser of the system, where there is one."""

import shutil
from typing import Any

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    return browser_type_launch_args | ({"executable_path": chromium, "args": ["--no-sandbox"]} if chromium else {})

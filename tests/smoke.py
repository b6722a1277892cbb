"""`python -m tests.smoke`: start the demonstration as a newcomer would, ask it a few things, stop it with Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

LIMIT_SECONDS = 240


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, var: str) -> tuple[subprocess.Popen[str], float, list[str]]:
    """The process, how long it took until it said that it is ready, and what it printed."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        env={**os.environ, "PORT": str(port), "HOLDFAST_VAR": var},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Mail lands"):
            return process, time.monotonic() - begun, lines
        if time.monotonic() - begun > LIMIT_SECONDS:
            break
    process.kill()
    raise SystemExit("The demonstration did not start:\n" + "".join(lines))


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as failure:
        return failure.code, failure.read().decode()


def until_ready(port: int) -> dict[str, object]:
    """Beat needs a moment until a worker's heartbeat is there."""
    status, body = 0, "{}"
    for _attempt in range(60):
        status, body = get(f"http://127.0.0.1:{port}/readyz")
        if status == 200:
            break
        time.sleep(1)
    assert status == 200, body
    answer: dict[str, object] = json.loads(body)
    return answer


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0, "Ctrl-C did not end the demonstration cleanly"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        var = str(Path(folder) / "var")
        port = free_port()
        process, first, lines = start(port, var)
        try:
            assert f"Holdfast is ready at http://127.0.0.1:{port}" in "".join(lines)
            assert "auditor@demo.holdfast.test" in "".join(lines)
            print("first start", round(first, 1), "s;", until_ready(port))
            assert "Holdfast" in get(f"http://127.0.0.1:{port}/account/login/")[1]
        finally:
            stop(process)
        process, second, _lines = start(port, var)
        print("second start", round(second, 1), "s")
        stop(process)
    print("The demonstration starts, answers and stops.")


if __name__ == "__main__":
    main()

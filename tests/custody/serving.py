"""The site as it runs for real: a server of its own on a free port, spoken to byte by byte."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import Client

from registry.models import User
from tests.processes.conftest import database_url, wait_until

TOKEN = "x" * 32


class Site:
    def __init__(self, folder: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.folder, self.port, self.process = folder, port, process

    def connection(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def is_up(self) -> bool:
        try:
            with self.connection() as line:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return b"200 OK" in line.recv(100)
        except OSError:
            return False

    def files(self) -> list[Path]:
        """Everything that was received or kept, finished or not."""
        folders = (self.folder / "files", self.folder / "incoming")
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@contextmanager
def serving(folder: Path, *, port: int = 0, **environment: str) -> Iterator[Site]:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        port = int(listening.getsockname()[1])
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--fd", str(listening.fileno())]
        process = subprocess.Popen(
            [*command, "--log-level", "warning"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "HOLDFAST_MODE": "local",
                "HOLDFAST_VAR": str(folder),
                "DATABASE_URL": database_url(),
                **environment,
            },
            pass_fds=[listening.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "site.log").open("wb"),
        )
        listening.close()  # its own from now on: where it is killed, another may take the port
        site = Site(folder, port, process)
        try:
            wait_until(site.is_up, pause=0.2)
            yield site
        finally:
            process.terminate()
            process.wait(timeout=30)


def cookies_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def parts_of(fields: dict[str, str], filename: str) -> tuple[bytes, bytes]:
    """What stands before and after the bytes of a file in a multipart body."""
    head = "".join(
        f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    head += f'--line\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
    return head.encode(), b"\r\n--line--\r\n"


def heading(path: str, user: User, length: int) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1", "Host: localhost", f"Cookie: {cookies_of(user)}", f"X-CSRFToken: {TOKEN}",
        "Content-Type: multipart/form-data; boundary=line", f"Content-Length: {length}", "Connection: close",
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer_of(line: socket.socket) -> bytes:
    received = b""
    while piece := line.recv(65536):
        received += piece
    return received

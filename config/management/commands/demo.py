"""`make demo`: database, demonstration data, web, worker and beat under one foreground process."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.demo import sampling
from config.demo.cast import DOMAIN, SIGN_INS
from config.environment import number
from registry.models import Role

GRACE_SECONDS = 15


class Command(BaseCommand):
    help = "Start a populated portal on this machine. Ctrl-C ends it cleanly."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_LOCAL:
            raise CommandError("The demonstration runs on embedded parts only. Unset DATABASE_URL and HOLDFAST_MODE.")
        port = number("PORT", 8000)
        self.children: list[subprocess.Popen[bytes]] = []
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        call_command("load_demo")
        call_command("harden_database", verbosity=0)
        self.control_key = sampling.key()
        connection.close()
        try:
            self.start(port)
            self.wait_until_ready(port)
            self.greet(port)
            self.start_sample(port)
            self.watch()
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            self.end_children()
        self.stdout.write("Stopped. The data stays for the next start.")

    def start(self, port: int) -> None:
        # In a container people are root, and Celery would warn at every start.
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        web = [
            "uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port),
            "--log-level", "warning", "--timeout-graceful-shutdown", "5",
        ]  # fmt: skip
        worker = [
            "celery", "-A", "config", "--quiet", "worker", "--beat", "--concurrency", "1", "--loglevel", "WARNING",
            "--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME,
        ]  # fmt: skip
        sequencer = ["manage", "seal"]
        for command, login in ((web, "application"), (worker, "application"), (sequencer, "sequencer")):
            environment["HOLDFAST_EMBEDDED_URL"] = self.embedded_url(settings.DATABASE_ROLES[login])
            self.children.append(
                subprocess.Popen([sys.executable, "-m", *command], env=environment, start_new_session=True)  # noqa: S603
            )

    def start_sample(self, port: int) -> None:
        """A running workflow, so that there is something to stop."""
        command = [sys.executable, "-m", "config.demo.sample", f"http://127.0.0.1:{port}", sampling.SLUG]
        environment = {**os.environ, "HOLDFAST_CONTROL_KEY": self.control_key}
        self.children.append(subprocess.Popen(command, env=environment, start_new_session=True))  # noqa: S603

    def embedded_url(self, login: str) -> str:
        """The embedded server believes whoever reaches its socket, which only this person can."""
        database = settings.DATABASES["default"]
        return f"postgresql://{login}@/{database['NAME']}?host={database['HOST']}"

    def wait_until_ready(self, port: int) -> None:
        for _attempt in range(300):
            if any(child.poll() is not None for child in self.children):
                raise CommandError(f"A process ended at once. Is port {port} taken? Set PORT to another number.")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
            else:
                return
        raise CommandError("The web process did not answer within a minute.")

    def greet(self, port: int) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nHoldfast is ready at http://127.0.0.1:{port}\n"))
        self.stdout.write("Sign in as (password for all: holdfast-demo)")
        for key, name, _title, roles in SIGN_INS:
            labels = ", ".join(str(Role(role).label) for role in roles)
            self.stdout.write(f"  {f'{key}@{DOMAIN}':<32} {name}, {labels}")
        self.stdout.write("Below, a running workflow prints what it may do. Stop it from the incident at the top.")
        self.stdout.write("Mail lands on the page “Mail sent” (person menu). Ctrl-C stops everything.\n")
        self.stdout.flush()

    def watch(self) -> None:
        """Until Ctrl-C; a child that dies is an error that should be seen, not hidden."""
        while True:
            time.sleep(1)
            for child in self.children:
                if child.poll() is not None:
                    raise CommandError(f"A process ended unexpectedly with code {child.returncode}.")

    def stop(self, number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def end_children(self) -> None:
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signal_number, signal.SIG_IGN)
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

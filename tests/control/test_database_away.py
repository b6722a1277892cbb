"""PostgreSQL stops and comes back: what running workflows are told in between, and what is on record afterwards."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.db import connections
from django.utils import timezone

from registry.kernel.backup.programs import find
from registry.models import Restriction, Workflow
from registry.modes import Mode, combine
from tests import shipped
from tests.control import world
from tests.control.world import FLAGS, Asking
from tests.custody.serving import Site
from tests.incidents import making
from tests.processes.conftest import database_url, wait_until
from tests.processes.storm import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def server() -> Iterator[Server]:
    """In a folder that the account it runs as may always enter, also when it is started again."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        running = Server(Path(folder) / "data")
        yield running
        running.stop()


@pytest.fixture
def world_there(server: Server, transactional_db: None, tmp_path: Path) -> Iterator[tuple[Workflow, str]]:
    """A copy of a small world on that server, where Django works from now on."""
    shipped.restore()
    claims = world.workflow()
    secret = world.key(claims)[1]
    making.option(claims, effect=world.KILL)
    dump = tmp_path / "dump"
    subprocess.run([str(find("pg_dump")), "-Fc", "--no-privileges", "-f", str(dump), database_url()], check=True)
    subprocess.run([str(find("pg_restore")), "--no-privileges", "-d", server.url, str(dump)], check=True)
    before = connections["default"]
    other = before.copy()
    known = world.settings_of(server.url)
    other.settings_dict.update(known)
    connections["default"] = other
    try:
        yield Workflow.objects.get(pk=claims.pk), secret
    finally:
        other.close()
        connections["default"] = before


def ready(site: Site) -> dict[str, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/readyz", timeout=30) as answer:
            read = answer.read()
    except urllib.error.HTTPError as failure:
        read = failure.read()
    parts: dict[str, str] = json.loads(read)["parts"]
    return parts


def break_glass(folder: Path, *arguments: str, url: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "breakglass", *arguments],
        check=False,
        cwd=site_settings.BASE_DIR,
        env={
            **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "HOLDFAST_MODE": "local",
            "HOLDFAST_VAR": str(folder), "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
    )  # fmt: skip


def test_the_last_known_state_is_served_through_a_stop_a_restart_and_a_broken_glass(
    server: Server, world_there: tuple[Workflow, str], tmp_path: Path
) -> None:
    claims, secret = world_there
    url, folder = server.url, tmp_path / "site"
    with world.served(folder, DATABASE_URL=url) as site:
        asking = Asking(site, secret)
        assert asking.mode() == "normal"
        option = claims.containment_options.get()
        option.effect = {"mode": "review"}
        option.save()
        world.carried_out(option, world.incident(claims))
        wait_until(asking.sees("review"), seconds=20)
        assert "stale" not in asking.ask()[2]["metadata"]
        connections["default"].close()

        with hanging(server):
            wait_until(lambda: asking.ask()[2]["metadata"].get("stale") is True, seconds=30)
            assert asking.mode() == "review"
        wait_until(lambda: "stale" not in asking.ask()[2]["metadata"], seconds=30)

        stop(server)
        wait_until(lambda: asking.ask()[2]["metadata"].get("stale") is True, seconds=30)
        status, _headers, flag = asking.ask(f"{FLAGS}/wf.claims-triage.mode")
        assert (status, flag["value"], "asOf" in flag["metadata"]) == (200, "review", True)
        assert ready(site)["control"].startswith("last known state")

        site.process.kill()
        site.process.wait()
    with world.served(folder, DATABASE_URL=url) as site:
        asking = Asking(site, secret)
        assert asking.mode() == "review"
        assert break_glass(folder, "claims-triage", "normal", "--reason", "x", url=url).returncode != 0
        broken = break_glass(
            folder, "claims-triage", "killed", "--reason", "It pays twice.", "--operator", "Night shift", url=url
        )
        assert broken.returncode == 0, broken.stderr
        wait_until(asking.sees("killed"), seconds=10)
        forged = json.loads(next((folder / "control" / "overrides").glob("*.json")).read_text())
        forged |= {"id": "00000000-0000-4000-8000-000000000000", "slug": "letters"}
        (folder / "control" / "overrides" / f"{forged['id']}.json").write_text(json.dumps(forged))

        server.start()
        wait_until(lambda: Restriction.objects.filter(source="BREAK_GLASS").exists(), seconds=60)
        wait_until(lambda: "stale" not in asking.ask()[2]["metadata"], seconds=30)
        assert asking.mode() == "killed"
        record = Restriction.objects.get(source="BREAK_GLASS")
        assert (record.reason, record.operator, record.applied_by) == ("It pays twice.", "Night shift", None)
        assert record.revision == 2
        assert record.history.get().history_origin == "COMMAND"
        assert combine(each.sets for each in Restriction.objects.in_force()).mode == Mode.KILLED
        wait_until(lambda: asking.ask()[2]["metadata"].get("breakGlass") is None, seconds=20)
        assert asking.mode() == "killed"
        assert timezone.now() > record.applied_at

    stop(server)
    shutil.rmtree(folder / "control" / "state")
    with world.served(folder, DATABASE_URL=url) as site:
        status, headers, refused = Asking(site, secret).ask()
        assert (status, headers["retry-after"], refused["errorCode"]) == (503, "1", "GENERAL")
    server.start()


@contextmanager
def hanging(server: Server) -> Iterator[None]:
    """No process of it moves: whoever asks hears nothing, not even a failure."""
    first = server.server.get_pid()
    everyone = [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]
    try:
        _all(everyone, signal.SIGSTOP)
        yield
    finally:
        _all(everyone, signal.SIGCONT)


def _all(numbers: list[int], kind: signal.Signals) -> None:
    for number in numbers:
        with suppress(ProcessLookupError):  # it has ended by itself
            os.kill(number, kind)


def stop(server: Server) -> None:
    """As `pg_ctl stop -m fast` does: it asks everybody to leave, and ends."""
    number = server.server.get_pid()
    os.kill(number, signal.SIGINT)
    wait_until(lambda: not Path(f"/proc/{number}").exists(), seconds=60)

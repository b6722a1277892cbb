"""`manage.py export_ledger FILE`: the whole log as a ZIP for the offline verifier."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.ledger import exporting


class Command(BaseCommand):
    help = "Write the whole log into FILE, for the offline verifier. Taking it is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        beside = file.with_name(file.name + ".part")
        with exporting.one_view() as connection:
            try:
                checkpoint = exporting.newest(connection)
            except exporting.NotNow as reason:
                raise CommandError(str(reason)) from reason
            try:
                with beside.open("wb") as target:
                    digest = exporting.write(target, checkpoint, connection)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
        with acting(origin=Origin.COMMAND):
            exporting.note_taken(checkpoint, at=timezone.now(), sha256=digest)
        beside.replace(file)
        self.stdout.write(f"{checkpoint.size} entries, SHA-256 {digest}")

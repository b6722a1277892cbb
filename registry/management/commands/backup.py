"""`manage.py backup FOLDER`: database and files, with a manifest."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.kernel.backup.making import back_up
from registry.kernel.backup.programs import BackupProblem


class Command(BaseCommand):
    help = "Copy database and stored files into an empty folder. Keys are not included: keep them elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = back_up(options["folder"], at=timezone.now(), say=self.stdout.write)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{made.files} files, {made.size} bytes, and the database.")
        self.stdout.write("Keys are not included: keep the keys of the log, of reports and of files elsewhere.")
        if made.unproven:
            self.stdout.write(f"{len(made.unproven)} files are copied as they are: their keys are not configured here.")
        self._name(made.missing, "could not be read and are not in the backup")
        self._name(made.damaged, "are DAMAGED: what lies in the store, and now in the backup, is not what was stored")
        if made.missing or made.damaged:
            self.stderr.write("The backup is not complete.")
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("The backup is complete."))

    def _name(self, files: list[str], what: str) -> None:
        if files:
            self.stderr.write(f"{len(files)} files {what}:")
            for sha256 in files:
                self.stderr.write(f"  {sha256}")

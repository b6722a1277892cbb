"""`manage.py restore FOLDER`: a backup into an empty database, with proof that it is what was there."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.backup.programs import BackupProblem
from registry.kernel.backup.restoring import put_files, restore


class Command(BaseCommand):
    help = "Restore a backup into an empty database and verify log and files. Ends with 1 on any doubt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--newest-checkpoint",
            type=Path,
            metavar="FILE",
            help="from a witness or from /verify/checkpoint; needed where the sequencer's state file was lost",
        )
        parser.add_argument(
            "--files-only",
            action="store_true",
            help="put back the files alone, beside a database that is restored already; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder, say = options["folder"], self.stdout.write
        try:
            kept: Path | None = options["newest_checkpoint"]
            newest = kept.read_text(encoding="utf-8", errors="replace") if kept else None
        except OSError as failure:
            raise CommandError(f"{failure.filename} cannot be read: {failure.strerror}.") from failure
        try:
            with acting(origin=Origin.COMMAND):
                if options["files_only"]:
                    doubts = put_files(folder, say=say)
                else:
                    doubts = restore(folder, clock=timezone.now, say=say, newest=newest)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        if doubts:
            self.stderr.write("The backup is restored, but this is in doubt:")
            for sentence in doubts:
                self.stderr.write(f"  {sentence}")
            sys.exit(1)
        if options["files_only"]:
            self.stdout.write(self.style.SUCCESS("Files are what was stored. Run verify_ledger for the log."))
            return
        self.stdout.write(self.style.SUCCESS("Restored. Log and files are what was signed and stored."))
        self.stdout.write("Logins lose their rights with a restore: run harden_database now.")

"""`manage.py verify_ledger`: records, history, entries and log, from end to end, with progress."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from registry.kernel.ledger import checking
from registry.kernel.ledger.proving import latest
from registry.kernel.ledger.published import Forked, Unremembered, agree
from registry.models import IntegrityCheck
from registry.services import record_checks


class Command(BaseCommand):
    help = (
        "Compare every record with its history, every history row with its entry, and read the whole log again: "
        "hashes, places, tree, signatures, guards. Ends with 1 when anything does not agree."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_quiet = options["verbosity"] == 0
        self.shown = ""
        found = 0
        for subject in record_checks.SUBJECTS:
            self.stdout.write(f"{IntegrityCheck.Subject(subject).label} …")
            check = checking.begin(subject, at=timezone.now())
            checking.go_on(check, clock=timezone.now, watch=self.watch)
            with transaction.atomic():
                record_checks.tell_of(check, at=timezone.now())
            self.say(check)
            found += check.findings_count
        differs, unseen = self.compare_with_published()
        found += differs
        if found:
            self.stderr.write(f"{found} differences. The record does not agree with itself.")
            sys.exit(1)
        last = latest()
        until = f"; the last checkpoint is over {last.size} entries" if last else ""
        if unseen:
            self.stdout.write(self.style.WARNING(f"The record agrees with itself{until}. {unseen}"))
        else:
            self.stdout.write(self.style.SUCCESS(f"Everything agrees{until}."))

    def watch(self, check: IntegrityCheck, about: str) -> None:
        if self.is_quiet or about == self.shown:
            return
        self.shown = about
        self.stdout.write(f"  {about}: {check.examined} read, {check.findings_count} differences")
        self.stdout.flush()

    def say(self, check: IntegrityCheck) -> None:
        for sentence in check.findings:
            self.stderr.write(f"  {sentence}")
        if check.findings_count > len(check.findings):
            self.stderr.write(f"  … and {check.findings_count - len(check.findings)} more.")
        self.stdout.write(f"  {check.examined} rows read, {check.findings_count} differences.")

    def compare_with_published(self) -> tuple[int, str]:
        """Differences from what was signed last, and a sentence where this process cannot see what that was."""
        try:
            agree(latest())
        except Unremembered as unseen:
            return 0, f"It was not compared with what was published. {unseen}"
        except OSError as failure:
            return 0, f"It was not compared with what was published: {failure.strerror or type(failure).__name__}."
        except Forked as forked:
            self.stderr.write(f"  {forked}")
            return 1, ""
        return 0, ""

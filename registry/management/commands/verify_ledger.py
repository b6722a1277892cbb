"""`manage.py verify_ledger`: records, history, entries and log, from end to end, with progress."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from registry.kernel.ledger import checking
from registry.kernel.ledger.proving import latest
from registry.kernel.ledger.published import Forked, Unremembered, agree_from_aside
from registry.models import IntegrityCheck
from registry.services import record_checks

EVERY = 2.0
"""Seconds between two lines about one step."""


class Command(BaseCommand):
    help = (
        "Compare every record with its history, every history row with its entry, and read the whole log again: "
        "hashes, places, tree, signatures, guards. Ends with 1 when anything does not agree."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_quiet = options["verbosity"] == 0
        self.shown = 0.0
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

    def watch(self, now: checking.Progress) -> None:
        """A line when a step is done, and one now and then while it lasts."""
        if self.is_quiet or not (now.is_done or time.monotonic() - self.shown > EVERY):
            return
        self.shown = time.monotonic()
        of = "" if now.rows is None else f" of {max(now.rows, now.read):,}"
        differences = f"{now.check.findings_count} differences"
        self.stdout.write(f"  {now.step}/{now.steps} {now.about}: {now.read:,}{of} read, {differences}")
        self.stdout.flush()

    def say(self, check: IntegrityCheck) -> None:
        for sentence in check.findings:
            self.stderr.write(f"  {sentence}")
        if check.findings_count > len(check.findings):
            self.stderr.write(f"  … and {check.findings_count - len(check.findings)} more.")
        self.stdout.write(f"  {check.examined:,} rows read, {check.findings_count} differences.")
        if check.erased:
            self.stdout.write(f"  {check.erased:,} contents and values are gone with a record of their erasure.")

    def compare_with_published(self) -> tuple[int, str]:
        """Differences from what was signed last, and a sentence where this process cannot see what that was."""
        try:
            agree_from_aside()
        except Unremembered as unseen:
            return 0, f"It was not compared with what was published. {unseen}"
        except OSError as failure:
            return 0, f"It was not compared with what was published: {failure.strerror or type(failure).__name__}."
        except Forked as forked:
            self.stderr.write(f"  {forked}")
            return 1, ""
        return 0, ""

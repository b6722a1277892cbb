"""`manage.py continue_log`: the log goes on after the database, the memory of what was signed, or the key was lost."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.ledger.adopting import NotAdopted, adopt
from registry.kernel.ledger.continuing import NothingLost, continue_log
from registry.kernel.ledger.published import Forked
from registry.models import User


class Command(BaseCommand):
    help = (
        "Let the sequencer sign again after the database lost what it had signed, or after the file that remembers "
        "what was signed last was lost. First look for a newer backup: what is lost stays lost, and everybody outside "
        "will see that it is. Run it where the sequencer's state file is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True, help="what happened; stands in the log for good")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who decides this")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--newest-checkpoint",
            type=Path,
            metavar="FILE",
            help="the state file was lost: hold the log against this checkpoint, and go on under the same name",
        )
        how.add_argument(
            "--key-lost", action="store_true", help="no key that signed before is left: go on under another name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.active().filter(email__iexact=options["by"]).first()
        if person is None:
            raise CommandError(f"No active person has the address {options['by']}.")
        reason = options["reason"].strip()
        if not reason:
            raise CommandError("Say what happened: --reason.")
        with acting(user_id=person.pk, origin=Origin.COMMAND):
            try:
                if options["newest_checkpoint"]:
                    self.adopt(options["newest_checkpoint"], reason)
                else:
                    self.go_on(reason, key_lost=options["key_lost"])
            except (NotAdopted, Forked) as refused:
                raise CommandError(str(refused)) from refused
            except OSError as failure:
                raise CommandError(f"{failure.strerror or type(failure).__name__}: {failure.filename}") from failure

    def adopt(self, file: Path, reason: str) -> None:
        found = adopt(file.read_text(encoding="utf-8", errors="replace"), at=timezone.now(), reason=reason)
        self.stdout.write(f"The log contains that checkpoint, {found.origin} over {found.size} entries, and goes on.")

    def go_on(self, reason: str, *, key_lost: bool) -> None:
        try:
            done = continue_log(reason=reason, at=timezone.now(), key_lost=key_lost)
        except NothingLost as nothing:
            raise CommandError(
                "Nothing is wrong: the database contains what was signed last, as far as it is remembered here."
            ) from nothing
        self.stdout.write(f"The log goes on as {done.origin}, after {done.kept_size} entries.")
        known = f"{done.lost_size} entries" if done.is_known else f"{done.lost_size} entries, or more: nobody knows"
        self.stdout.write(f"It is on record that {done.lost_origin} had been signed up to {known}.")
        self.stdout.write("Tell those who hold checkpoints of it, and give them the new public key: /verify/keys.")

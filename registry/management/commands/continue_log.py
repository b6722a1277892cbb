"""`manage.py continue_log`: the log goes on, under another name, after the database was set back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.ledger.continuing import NothingLost, continue_log
from registry.models import User


class Command(BaseCommand):
    help = (
        "Let the sequencer sign again after the database lost what it had signed. First look for a newer backup: what "
        "is lost stays lost, and everybody outside will see that it is. Run it where the sequencer's state file is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True, help="what happened; stands in the log for good")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who decides this")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.active().filter(email__iexact=options["by"]).first()
        if person is None:
            raise CommandError(f"No active person has the address {options['by']}.")
        if not options["reason"].strip():
            raise CommandError("Say what happened: --reason.")
        with acting(user_id=person.pk, origin=Origin.COMMAND):
            try:
                done = continue_log(reason=options["reason"].strip(), at=timezone.now())
            except NothingLost as nothing:
                raise CommandError(
                    "Nothing is wrong: the database contains what was signed last, as far as it is remembered here."
                ) from nothing
        self.stdout.write(f"The log goes on as {done.origin}, after {done.kept_size} entries.")
        self.stdout.write(f"It is on record that {done.lost_origin} had been signed up to {done.lost_size} entries.")
        self.stdout.write("Tell those who hold checkpoints of it, and give them the new public key: /verify/keys.")

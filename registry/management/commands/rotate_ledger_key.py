"""`manage.py rotate_ledger_key`: the next key of the log, announced in the log before it signs anything."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.kernel.audit.context import Origin, acting
from registry.kernel.audit.models import AuditEntry
from registry.kernel.ledger import rotating, sequencing
from registry.kernel.ledger.keys import KeyMissing, checkpoint_signers, key_files
from registry.kernel.ledger.models import Leaf
from registry.kernel.ledger.origins import origin_now
from registry.kernel.ledger.published import Forked
from registry.models import User

PATIENCE_SECONDS = 60.0


class Command(BaseCommand):
    help = (
        "Announce in the log the key that follows the current one, and say what to set so that both sign. In local "
        "mode all of it is done. Run it where the keys of the log are. Later, --retire notes the end of the old key."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who does this")
        parser.add_argument("--reason", default="", help="why, for the record")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--new", metavar="PATH", help="file of the new key; made if there is none")
        what.add_argument("--vkey", help="public half of a new key that is kept elsewhere, such as in a device")
        what.add_argument("--retire", action="store_true", help="note the end of keys that no longer sign")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.active().filter(email__iexact=options["by"]).first()
        if person is None:
            raise CommandError(f"No active person has the address {options['by']}.")
        with acting(user_id=person.pk, origin=Origin.COMMAND, reason=options["reason"]):
            try:
                self._retire() if options["retire"] else self._follow(options)
            except (rotating.RotationRefused, KeyMissing, Forked) as refused:
                raise CommandError(str(refused)) from refused

    def _follow(self, options: dict[str, Any]) -> None:
        if not (settings.IS_LOCAL or options["new"] or options["vkey"]):
            raise CommandError("Say where the new key is, or is to be made: --new PATH, or --vkey for one in a device.")
        by_itself = settings.IS_LOCAL and not options["new"] and not options["vkey"]
        path = Path(options["new"]) if options["new"] else rotating.next_file()
        # Beside its place until it is announced: the sequencer of local mode takes what it finds.
        waiting = path.with_name(f"{path.name}.new") if by_itself else path
        vkey = options["vkey"] or rotating.vkey_in(waiting)
        self._seal(rotating.announce(vkey, at=timezone.now()))
        self.stdout.write(f"Announced in the log: {vkey}")
        if by_itself:
            waiting.replace(path)
            self.stdout.write(f"From the next checkpoint on, {path.name} and the key before it sign side by side.")
            self.stdout.write("Once everybody who checks knows the new key: rotate_ledger_key --retire")
        else:
            self._say_what_to_set(options, path)

    def _say_what_to_set(self, options: dict[str, Any], path: Path) -> None:
        files = [str(each) for each in key_files()]
        self.stdout.write("Now:")
        if options["vkey"]:
            self.stdout.write(
                "  1. Add the device to the sequencer's settings, LEDGER_PKCS11_MODULE and those beside it."
            )
            self.stdout.write(f"     Leave LEDGER_KEY_FILE as it is ({','.join(files) or 'empty'}): both sign.")
        else:
            in_order = ",".join(dict.fromkeys([str(path), *files]))
            self.stdout.write(f"  1. Set LEDGER_KEY_FILE={in_order}")
            self.stdout.write(
                "     for the sequencer and nothing else. The first one is the current key; all of them sign."
            )
        self.stdout.write("  2. Restart the sequencer.")
        self.stdout.write(f"  3. Give the new key to whoever checks; it stands at {settings.SITE_URL}/verify/keys too.")
        self.stdout.write("  4. Once they have it, take the old key out of the settings, restart the sequencer and run")
        self.stdout.write("     rotate_ledger_key --retire. Then destroy the old private key.")

    def _seal(self, entry: AuditEntry) -> None:
        """Until a checkpoint covers the announcement; without one, the new key must not sign."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not Leaf.objects.filter(entry=entry).exists():
            if settings.IS_LOCAL:
                sequencing.advance()
            elif time.monotonic() > end:
                raise CommandError(
                    "The announcement is noted, but no checkpoint covers it yet. Change nothing in the settings. "
                    "See to it that the sequencer runs, then run this again."
                )
            time.sleep(0.2)

    def _retire(self) -> None:
        signing = rotating.signing()
        if settings.IS_LOCAL:
            _current, *before = key_files()
            for path in before:
                path.replace(path.with_name(f"{path.name}.retired"))
                self.stdout.write(f"{path.name} no longer signs; it is kept as {path.name}.retired.")
            signing = [signer.vkey for signer in checkpoint_signers(origin_now())]
        if not signing:
            raise CommandError("No checkpoint was signed yet, so no key can be retired.")
        ended = rotating.retire(still_signing=signing, at=timezone.now())
        for key in ended:
            self.stdout.write(f"Retired: {key.public}")
        if not ended:
            raise CommandError(
                "Every known key still signed the newest checkpoint. Take the old one out of LEDGER_KEY_FILE, restart "
                "the sequencer, wait for the next checkpoint (any sign-in leads to one), then run this again."
            )

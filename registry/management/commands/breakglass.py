"""`manage.py breakglass SLUG MODE --reason …`: tighten one workflow while the database cannot commit."""

import getpass
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.modes import Mode
from registry.ofrep import keeping
from registry.ofrep.state import State
from registry.services.broken_glass import break_glass


class Command(BaseCommand):
    help = (
        "Writes a signed file that the serving processes of this machine obey at once. It only tightens, needs no "
        "database, and is put on record as soon as there is one. On several machines: run it on each, or share "
        "CONTROL_FOLDER."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the workflow, as in its flags: wf.<slug>.mode")
        parser.add_argument("mode", help=", ".join(mode for mode in Mode if mode != Mode.NORMAL))
        parser.add_argument("--reason", required=True)
        parser.add_argument("--operator", default="", help="who you are, if not the account you are signed in with")

    def handle(self, *args: Any, **options: Any) -> None:
        operator = options["operator"] or f"{getpass.getuser()}@{socket.gethostname()}"
        try:
            override = break_glass(
                slug=options["slug"],
                mode=options["mode"],
                reason=options["reason"],
                operator=operator,
                at=timezone.now(),
            )
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(f"{override.slug} is told {override.mode} by the processes of this machine from now on.")
        if options["slug"] not in _known():
            self.stderr.write(
                self.style.WARNING(
                    f"No workflow with the slug “{override.slug}” was served here lately. Check the spelling: "
                    "a wrong one stops nothing."
                )
            )


def _known() -> set[str]:
    state = State()
    keeping.read(Path(settings.CONTROL_FOLDER) / "state", state)
    return {each.standing.slug for each in state.known.values()}

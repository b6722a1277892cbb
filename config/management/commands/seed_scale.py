"""`manage.py seed_scale`: the demonstration multiplied to the size of the largest registries, to measure by."""

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.scale import multiplying
from registry.models import Installation


class Command(BaseCommand):
    help = (
        "Multiply the demonstration data: 100,000 workflows bring about 1,000,000 surface versions and 5,000,000 "
        "history rows. For measuring only. Interrupted, it goes on when run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workflows", type=int, default=100_000, help="how many there shall be in all")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_LOCAL:
            raise CommandError("Only a local installation is multiplied.")
        call_command("load_demo", stdout=self.stdout)
        if not Installation.objects.filter(is_demo=True).exists():
            raise CommandError("Only demonstration data is multiplied.")
        begun = time.monotonic()
        for count in multiplying.multiply(options["workflows"]):
            self.stdout.write(f"{count:,} workflows after {time.monotonic() - begun:.0f} s")
        multiplying.settle()
        self.stdout.write(f"Done after {time.monotonic() - begun:.0f} s.")

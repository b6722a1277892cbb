"""`manage.py token EMAIL --name NAME`: an API token, printed once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.kernel.access.tokens import issue
from registry.kernel.audit.context import Origin, acting
from registry.models import User


class Command(BaseCommand):
    help = "Issue an API token for a person. It is printed once and kept as a hash only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="what the token is for")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.active().filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"No active person has the address {options['email']}.")
        with acting(user_id=user.pk, origin=Origin.COMMAND):
            _token, secret = issue(user, name=options["name"])
        self.stdout.write(secret)

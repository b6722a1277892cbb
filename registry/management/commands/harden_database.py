"""`manage.py harden_database`: logins at the database that cannot change what is written."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from registry.kernel.ledger.grants import Roles, statements
from registry.kernel.ledger.hardening import RolesMissing, correcting, creating, harden, missing


class Command(BaseCommand):
    help = (
        "Create the logins of the application, the sequencer and auditors, and grant each exactly what it needs; "
        "roles and attributes that logins of these names have beside that are taken from them. "
        "Run it as the login that migrates; running it again changes nothing. Passwords come from DATABASE_URL and "
        "DATABASE_SEAL_URL, or from DATABASE_APP_PASSWORD, DATABASE_SEAL_PASSWORD and DATABASE_AUDITOR_PASSWORD; "
        "without one the login exists and an administrator sets its password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        names = settings.DATABASE_ROLES
        parser.add_argument("--app", default=names["application"], help="login of web and worker")
        parser.add_argument("--seal", default=names["sequencer"], help="login of the sequencer")
        parser.add_argument("--auditor", default=names["auditor"], help="login that may only read")
        parser.add_argument("--print", action="store_true", help="print the statements and run none")

    def handle(self, *args: Any, **options: Any) -> None:
        roles = Roles(options["app"], options["seal"], options["auditor"])
        if len(set(roles)) < 3:
            raise CommandError("The three logins need three names.")
        if options["print"]:
            self._print(roles)
            return
        if connection.settings_dict["USER"] in roles:
            raise CommandError("The login that migrates must be another one than the three.")
        try:
            created = harden(roles, self._passwords(roles))
        except RolesMissing as refused:
            raise CommandError(
                "This login may not create roles. Have somebody who may run the following, then run this again:\n"
                f"{refused}"
            ) from refused
        for name in created:
            self.stdout.write(f"Login {name} created.")
        if left := correcting(roles):
            raise CommandError(
                "Rights were granted, but some of these logins have more than they need, which this login may not take "
                "from them. Have somebody who may run the following:\n" + "".join(f"{one};\n" for one in left)
            )
        if options["verbosity"]:
            self.stdout.write(f"{', '.join(roles)}: each may do what it needs, and nothing else.")

    def _print(self, roles: Roles) -> None:
        for statement in (*map(creating, missing(roles)), *correcting(roles), *statements(roles)):
            self.stdout.write(f"{statement};")

    def _passwords(self, roles: Roles) -> dict[str, str]:
        variables = ("DATABASE_APP_PASSWORD", "DATABASE_SEAL_PASSWORD", "DATABASE_AUDITOR_PASSWORD")
        known = settings.DATABASE_PASSWORDS
        given = {role: os.environ.get(name) or known.get(role) for role, name in zip(roles, variables, strict=True)}
        return {name: password for name, password in given.items() if password}

"""`manage.py import_workflows FILE --mapping NAME`: an inventory into the register, without the pages."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet, Role, User
from registry.services import importing
from registry.sheets import Problem, Severity, SheetRefused, open_sheet, shipped_mappings


class Command(BaseCommand):
    help = "Import an inventory of workflows from a CSV or XLSX file. A second import of the same file changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        names = ", ".join(shipped_mappings())
        parser.add_argument("--mapping", required=True, help=f"how columns become fields: {names} or a remembered one")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--by", metavar="EMAIL", help="risk person the import is attributed to")
        parser.add_argument(
            "--take-file", action="store_true", help="overwrite what people changed here since the last import"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        mapping = self.mapping(options["mapping"])
        by = None if options["dry_run"] else self.person(options["by"])
        plan = self.plan(file, mapping, take_file=options["take_file"])
        self.report(plan)
        if plan.has_errors:
            raise CommandError(_("Nothing changed. Put the errors right in the file and import it again."))
        if by is None:
            self.stdout.write(_("Dry run: nothing changed."))
        elif not plan.does_something:
            self.stdout.write(_("Nothing changed: the register says what the file says."))
        else:
            done = self.carry_out(file, mapping, by=by, take_file=options["take_file"])
            words = {"pk": done.pk, "person": by}
            self.stdout.write(_("Applied as import %(pk)d in the name of %(person)s. It can be undone as one.") % words)

    def mapping(self, name: str) -> importing.Known:
        try:
            return importing.known(name)
        except LookupError as unknown:
            offered = ", ".join(known.name for known in importing.known_mappings())
            words = {"name": name, "offered": offered}
            raise CommandError(_("There is no mapping “%(name)s”. Known: %(offered)s.") % words) from unknown

    def person(self, email: str | None) -> User:
        if email:
            found = User.objects.active().filter(email__iexact=email).first()
            if found is None:
                raise CommandError(_("Nobody who is active here has the address %(email)s.") % {"email": email})
            return found
        only = list(User.objects.with_role(Role.RISK)[:2])
        if len(only) != 1:
            raise CommandError(_("Say in whose name to import: --by EMAIL of a risk person."))
        return only[0]

    def plan(self, file: Path, mapping: importing.Known, *, take_file: bool) -> importing.Plan:
        try:
            sheet = open_sheet(file, file.name)
            notes = importing.checked(mapping.definition, sheet)
        except OSError as failure:
            raise CommandError(f"{file}: {failure.strerror}") from failure
        except SheetRefused as refusal:
            raise CommandError(_("%(reason)s Nothing changed.") % {"reason": refusal}) from refusal
        except ValidationError as unsuitable:
            sentences = "\n".join(unsuitable.messages)
            raise CommandError(_("The mapping does not suit this file. Nothing changed.") + f"\n{sentences}") from None
        return importing.draw_up(sheet, mapping.definition, take_file=take_file, notes=notes)

    def report(self, plan: importing.Plan) -> None:
        for problem in plan.all_problems():
            (self.stderr if problem.severity is Severity.ERROR else self.stdout).write(_line(problem))
        summary = _(
            "%(rows)d rows: %(created)d to create, %(changed)d to change, %(unchanged)d unchanged, "
            "%(skipped)d skipped; %(errors)d errors, %(warnings)d warnings."
        )
        self.stdout.write(summary % plan.counts())

    def carry_out(self, file: Path, mapping: importing.Known, *, by: User, take_file: bool) -> ChangeSet:
        """One transaction from receiving to applying: a run that is killed leaves nothing behind."""
        at = timezone.now()
        try:
            with transaction.atomic():
                change_set = importing.receive(by=by, at=at, upload=file, filename=file.name)
                importing.try_out(change_set, mapping.definition, by=by, at=at, take_file=take_file)
                return importing.apply(change_set, by=by, at=at)
        except (Refused, Conflict) as refusal:
            raise CommandError(_("%(reason)s Nothing changed.") % {"reason": refusal}) from refusal


def _line(problem: Problem) -> str:
    place = _("row %(row)d") % {"row": problem.row} if problem.row is not None else _("file")
    column = f", {problem.column}" if problem.column else ""
    return f"{problem.severity.value} {place}{column}: {problem.message}"

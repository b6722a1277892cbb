"""`manage.py rotate_file_keys`: every stored file under the current key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from registry.kernel.storage.base import StorageProblem
from registry.kernel.storage.rotation import left_over, rotate_all


class Command(BaseCommand):
    help = (
        "Encrypt every stored file with the first key of FILES_KEYS. May run beside the site, be stopped at any point "
        "and be run again. Keep the old keys configured until it says that nothing is left."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        looked_at = moved = 0
        problems = []
        try:
            for turned in rotate_all():
                looked_at += 1
                moved += turned.moved
                if turned.problem:
                    problems.append(turned)
                    self.stderr.write(f"{turned.sha256[:12]}  {turned.problem}")
                elif turned.moved and moved % 100 == 0:
                    self.stdout.write(_("%(moved)d files moved.") % {"moved": moved})
        except StorageProblem as problem:
            raise CommandError(problem.sentence) from problem
        words = {"looked_at": looked_at, "moved": moved}
        self.stdout.write(_("%(looked_at)d files looked at, %(moved)d moved to the current key.") % words)
        if problems or left_over():
            # An old key that is taken out while a file still needs it takes the file with it.
            count = max(left_over(), len(problems))
            raise CommandError(
                _("%(n)d files are not under the current key. Keep the old keys and run it again.") % {"n": count}
            )

"""Migrations joined into one: a database that has only some of their steps goes through an earlier version first.

Django takes a joined step as done where all that it replaces are done, and runs it where none is. Between the two it
would leave the step out without a word.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

HALFWAY = "holdfast.E039"


@register(Tags.database)
def check_halfway(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Only for databases that were asked for; `manage.py migrate` asks before it does anything."""
    hint = _("docs/deploying.md, “Upgrading”, says which.")
    return [checks.Error(sentence, hint=hint, id=HALFWAY) for using in databases or () for sentence in halfway(using)]


def refuse_halfway(using: str = "default", **options: Any) -> None:
    """For a migration that was started by a program, which runs no checks. Raises CommandError."""
    if found := list(halfway(using)):
        raise CommandError(" ".join(found))


def halfway(using: str) -> Iterator[str]:
    """A sentence for each joined step of which this database has some and not all."""
    replaced: dict[tuple[str, str], Sequence[tuple[str, str]]] = {
        key: step.replaces for key, step in MigrationLoader(None).disk_migrations.items() if step.replaces
    }
    return sentences(replaced, MigrationRecorder(connections[using]).applied_migrations())


def sentences(
    replaced: Mapping[tuple[str, str], Sequence[tuple[str, str]]], applied: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """The same of lists: `replaced` steps by the one that took their place, and those that were `applied`."""
    done = set(applied)
    for (app, _name), steps in replaced.items():
        missing = [step for step in steps if step not in done]
        if missing and len(missing) < len(steps):
            yield _(
                "This database stands between two versions: of %(app)s it lacks the steps from %(first)s to %(last)s, "
                "which this version only has as a part of a larger one. Migrate it with an earlier version first."
            ) % {"app": app, "first": missing[0][1], "last": missing[-1][1]}

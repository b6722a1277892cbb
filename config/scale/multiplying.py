"""Multiplies the demonstration until there are as many workflows as are asked for.

Foreign keys are not asked, since what the copies point to comes with them; whatever captures and guards every change
does its work on each of the ten million rows. So it takes a quarter of an hour, and the log is as long as such a
registry has it. For a database that is made to be measured and thrown away.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from config.scale import copying
from registry.models import Role, Surface, User, Workflow

STRETCH = 1_000
"""Workflows of one transaction. Killed, the next start goes on behind the last one that was finished."""
PEOPLE = 200


def multiply(wanted: int) -> Iterator[int]:
    """How many workflows there are, after each stretch, until there are `wanted`."""
    has_state = Exists(Surface.objects.filter(workflow=OuterRef("pk")))
    authored = Workflow.objects.filter(slug__regex="^(?!scale-)")
    given = {
        "states": list(authored.filter(has_state).order_by("pk").values_list("pk", flat=True)),
        "words": list(authored.order_by("pk").values_list("pk", flat=True)),
        "people": people(),
    }
    statements = list(copying.statements())
    count = Workflow.objects.count()
    while count < wanted:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SELECT max(id) FROM registry_workflow")
            first = cursor.fetchone()[0] + 1
            last = first + min(STRETCH, wanted - count) - 1
            for statement in statements:
                cursor.execute(statement, {**given, "first": first, "last": last})
            _count_on(cursor)
        count = Workflow.objects.count()
        yield count


def people() -> list[int]:
    """Owners among whom the copies are shared out."""
    for n in range(1, PEOPLE + 1):
        email = f"owner{n}@scale.holdfast.test"
        if not User.objects.filter(email=email).exists():
            User.objects.create_user(email, None, name=f"Owner {n}", roles=[Role.OWNER])
    owners = User.objects.filter(email__endswith="@scale.holdfast.test")
    return list(owners.order_by("pk").values_list("pk", flat=True))


def settle() -> None:
    """What a database does by itself within the hour: it learns its sizes and which pages everybody may see."""
    for model in (Workflow, *copying.BELOW):
        for table in (model._meta.db_table, model.history.model._meta.db_table):
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM (ANALYZE) {table}")


def _count_on(cursor: Any) -> None:
    """The next key given out lies behind the copied ones."""
    for model in (Workflow, *copying.BELOW):
        table = model._meta.db_table
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
        )

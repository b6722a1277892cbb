"""The rows of a change-set: what they said in the file, what would become of them, and what did."""

import json

from django.db import connection

from registry.kernel.audit.inserting import insert_all
from registry.models import ChangeSet, ImportRow
from registry.services.importing.plans import Outcome, Plan, problem_as_json, stored
from registry.services.importing.targets import RELATED

_SETTLE = """
    UPDATE registry_importrow AS kept
    SET workflow_id = done.workflow, workflow_reference = done.reference, after = kept.after || done.related::jsonb
    FROM unnest(%s::integer[], %s::bigint[], %s::text[], %s::text[]) AS done (number, workflow, reference, related)
    WHERE kept.change_set_id = %s AND kept.row_number = done.number
"""


def replace_rows(change_set: ChangeSet, plan: Plan) -> None:
    change_set.rows.all().delete()
    rows = [
        ImportRow(
            change_set=change_set,
            row_number=row.number,
            original=dict(row.cells),
            outcome=row.outcome,
            workflow=row.workflow,
            workflow_reference=row.workflow.reference if row.workflow else "",
            before={name: stored(value) for name, value in row.before.items()},
            after={name: stored(value) for name, value in row.after.items()},
            problems=[problem_as_json(problem) for problem in row.problems],
            record_id=row.record_id,
            record_name=row.record_name,
        )
        for row in plan.rows
    ]
    if rows:
        insert_all(rows, with_keys=False)


def settle_rows(change_set: ChangeSet, done: Plan) -> None:
    """Note in the rows of the trial which workflow, unit and vendor came of them; all else in them stays as it is."""
    written = [row for row in done.rows if row.outcome in (Outcome.CREATED, Outcome.CHANGED) and row.workflow]
    related = [{name: stored(row.after[name]) for name in RELATED if name in row.after} for row in written]
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            [
                [row.number for row in written],
                [row.workflow.pk for row in written if row.workflow],
                [row.workflow.reference for row in written if row.workflow],
                [json.dumps(part) for part in related],
                change_set.pk,
            ],
        )


def settle_records(change_set: ChangeSet, done: Plan) -> None:
    """Note in the rows of the trial which record came of those that made one."""
    made = {row.number: row.record_id for row in done.rows if row.outcome == Outcome.CREATED}
    rows = list(change_set.rows.filter(row_number__in=made))
    for row in rows:
        row.record_id = made[row.row_number]
    ImportRow.objects.bulk_update(rows, ["record_id"], batch_size=500)

"""Reading from the database what is served: all of it, or what changed since the last look.

Every look is one snapshot of the database and remembers the oldest transaction that was still running then: whatever
that one or a later one has changed may not have been visible, and is read again next time. Nothing is missed, however
long a transaction takes, and nobody waits for anybody.
"""

import json
from collections.abc import Iterable
from typing import Any

from registry.flags import Standing, tools_of
from registry.modes import Effect, EffectProblem, Mode, combine
from registry.ofrep.state import Caller, Known

_WORKFLOWS = """
SELECT w.id, w.slug, w.stage,
       ARRAY(SELECT s.name FROM registry_surface AS s WHERE s.workflow_id = w.id AND s.kind = 'TOOL' AND s.is_active),
       coalesce(r.effects, '[]')::text, coalesce(r.revision, 0), r.since, coalesce(r.incident, '')
FROM registry_workflow AS w
LEFT JOIN LATERAL (
    SELECT json_agg(e.effect ORDER BY e.revision, e.id) FILTER (WHERE e.released_at IS NULL) AS effects,
           max(greatest(e.revision, e.release_revision)) AS revision,
           to_char(max(greatest(e.applied_at, e.released_at)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
               AS since,
           (array_agg(e.incident_reference ORDER BY e.revision DESC, e.id DESC)
                FILTER (WHERE e.released_at IS NULL AND e.incident_reference <> ''))[1] AS incident
    FROM registry_restriction AS e WHERE e.workflow_id = w.id AND e.effect <> '{}'::jsonb
) AS r ON true
WHERE EXISTS (SELECT 1 FROM registry_controltoken AS t WHERE t.workflow_id = w.id AND t.revoked_at IS NULL)
"""
_CALLERS = """
SELECT id, workflow_id, digest, extract(epoch FROM expires_at)::float8, may_acknowledge FROM registry_controltoken
WHERE revoked_at IS NULL
"""
_WATERMARK = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_FEW = "SET LOCAL enable_seqscan = off"
"""What changed is looked up by its index also when the statistics of a table that has just grown know nothing of it."""
_CHANGED = "SELECT DISTINCT workflow_id FROM registry_controlchange WHERE transaction >= %s"

Look = tuple[int, list[Known], list[Caller], set[int | None] | None]
"""The mark for the next look; workflows; keys; which workflows these are all of, None for everything."""


def look(connection: Any, mark: int | None) -> Look:
    """What changed since the look that left `mark`; everything without one. `connection` is in autocommit."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        next_mark = int(cursor.execute(_WATERMARK).fetchone()[0])
        if mark is None:
            return next_mark, _workflows(cursor.execute(_WORKFLOWS)), _callers(cursor.execute(_CALLERS)), None
        cursor.execute(_FEW)
        asked = {number for (number,) in cursor.execute(_CHANGED, [mark])}
        if not asked:
            return next_mark, [], [], asked
        numbers = [number for number in asked if number is not None]
        workflows = _workflows(cursor.execute(f"{_WORKFLOWS} AND w.id = ANY(%s)", [numbers]))
        unbound = " OR workflow_id IS NULL" if None in asked else ""
        callers = _callers(cursor.execute(f"{_CALLERS} AND (workflow_id = ANY(%s){unbound})", [numbers]))
        return next_mark, workflows, callers, asked


def _workflows(rows: Iterable[Any]) -> list[Known]:
    return [
        Known(
            pk=pk,
            stage=stage,
            standing=Standing(
                slug=slug,
                tools=tools_of(tools),
                effect=combine(map(_effect, json.loads(effects))),
                revision=revision,
                since=since or "",
                incident=incident,
            ),
        )
        for pk, slug, stage, tools, effects, revision, since, incident in rows
    ]


def _effect(given: Any) -> Effect:
    """What nobody can read was written past the product. It is obeyed as the strictest thing it could have been."""
    try:
        return Effect.read(given)
    except EffectProblem:
        return Effect(mode=Mode.KILLED)


def _callers(rows: Iterable[Any]) -> list[Caller]:
    return [Caller(*row) for row in rows]

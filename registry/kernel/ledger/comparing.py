"""Records against their history, and history against its entries: every difference, named.

The database compares; here the questions are put, a range of numbers at a time. All of them read only.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from registry.kernel.ledger.governing import CONTEXT, Governed, governed
from registry.kernel.ledger.program import everything_governed
from registry.kernel.ledger.slices import ROWS, Slice, Step, rows_of


def records() -> Iterator[Step]:
    """Each record says what the newest row of its history says, and what is gone is known to be gone."""
    for model in everything_governed():
        one, key = governed(model), model._meta.pk
        numbered = key.get_internal_type() in {"BigAutoField", "AutoField", "BigIntegerField", "PositiveIntegerField"}
        yield Step(one.label, partial(_records, one, numbered))
        yield Step(one.label, partial(_vanished, one))


def entries() -> Iterator[Step]:
    """Each row of history has exactly one entry that says the same, and each entry of a change has its row."""
    for model in everything_governed():
        one = governed(model)
        yield Step(one.label, partial(_entries, one))
        yield Step(one.label, partial(_lost, one))


def _records(one: Governed, numbered: bool, start: int) -> Slice:
    """Records with other keys than numbers are few kinds and few rows: read at once."""
    chosen = f"SELECT * FROM {one.table}"  # noqa: S608
    if numbered:
        chosen += f" WHERE {one.key} > %s ORDER BY {one.key} LIMIT {ROWS}"
    compared = [column for column in one.columns if column not in one.counters]
    differing = ", ".join(f"CASE WHEN b.{name} IS DISTINCT FROM l.{name} THEN '{name}' END" for name in compared)
    rows = rows_of(
        f"WITH b AS ({chosen}), told AS ("  # noqa: S608 - names of our own tables and columns
        f"SELECT b.{one.key} AS key, l.history_type AS kind, array_remove(ARRAY[{differing}]::text[], NULL) AS other "
        f"FROM b LEFT JOIN LATERAL (SELECT h.* FROM {one.history} AS h WHERE h.{one.key} = b.{one.key} "
        "ORDER BY h.history_id DESC LIMIT 1) AS l ON true) "
        "SELECT 0, count(*), max(key)::text, NULL, NULL FROM told UNION ALL "
        "SELECT 1, 0, key::text, kind, other FROM told WHERE kind IS NULL OR kind = '-' OR other <> '{}'",
        [start] if numbered else None,
    )
    found = Slice()
    for is_row, count, key, kind, other in rows:
        if not is_row:
            found.examined = count
            found.following = int(key) if numbered and count == ROWS else None
        elif kind is None:
            found.add(_("%(what)s %(number)s has no history.") % {"what": one.label, "number": key})
        elif kind == "-":
            found.add(_("%(what)s %(number)s is there, but its history says it was deleted.")
                      % {"what": one.label, "number": key})  # fmt: skip
        else:
            found.add(_("%(what)s %(number)s differs from its history in: %(fields)s.")
                      % {"what": one.label, "number": key, "fields": ", ".join(other)})  # fmt: skip
    return found


def _vanished(one: Governed, start: int) -> Slice:
    rows = rows_of(
        f"SELECT l.key::text FROM (SELECT DISTINCT ON (h.{one.key}) h.{one.key} AS key, h.history_type "  # noqa: S608
        f"FROM {one.history} AS h ORDER BY h.{one.key}, h.history_id DESC) AS l WHERE l.history_type <> '-' "
        f"AND NOT EXISTS (SELECT 1 FROM {one.table} AS b WHERE b.{one.key} = l.key) LIMIT 1000"
    )
    found = Slice()
    for (key,) in rows:
        found.add(_("%(what)s %(number)s is gone, but its history does not say that it was deleted.")
                  % {"what": one.label, "number": key})  # fmt: skip
    return found


def _entries(one: Governed, start: int) -> Slice:
    """Columns that came later than an entry are not in it; those it holds must say the same."""
    without = ", ".join(f"'{name}'" for name in (*CONTEXT, *one.hidden, *one.personal))
    personal = "".join(
        f" OR EXISTS (SELECT 1 FROM ledger_secret AS s WHERE s.entry_id = a.id AND s.field = '{name}' "  # noqa: S608
        f"AND NOT public.holdfast_is_erased(h.{name}::text) AND s.value IS DISTINCT FROM h.{name}::text)"
        for name in one.personal
    )
    rows = rows_of(
        f"WITH h AS (SELECT * FROM {one.history} WHERE history_id > %s ORDER BY history_id LIMIT {ROWS}), "  # noqa: S608
        "told AS (SELECT h.history_id AS id, count(a.id) AS entries, bool_or(a.payload IS NOT NULL AND ("
        "s.said IS NULL OR s.said ->> 'op' IS DISTINCT FROM h.history_type "
        f"OR s.said ->> 'pk' IS DISTINCT FROM h.{one.key}::text OR EXISTS ("
        f"SELECT 1 FROM jsonb_each(s.said -> 'row') AS r, (SELECT to_jsonb(h) - ARRAY[{without}] AS now) AS n "
        f"WHERE n.now ? r.key AND n.now -> r.key IS DISTINCT FROM r.value){personal})) AS differs "
        f"FROM h LEFT JOIN registry_auditentry AS a ON a.object_type = '{one.label}' "
        f"AND a.object_id = h.{one.key}::text AND a.history_id = h.history_id "
        "LEFT JOIN LATERAL (SELECT public.holdfast_said(a.payload) AS said OFFSET 0) AS s ON true "
        "GROUP BY h.history_id) "
        "SELECT 0, count(*), max(id), NULL, NULL FROM told UNION ALL "
        "SELECT 1, 0, id, entries, differs FROM told WHERE entries <> 1 OR differs",
        [start],
    )
    found = Slice()
    for is_row, count, row, number_of_entries, _differs in rows:
        if not is_row:
            found.examined, found.following = count, row if count == ROWS else None
        elif number_of_entries != 1:
            found.add(_("History row %(row)s of %(what)s has %(count)s entries instead of one.")
                      % {"row": row, "what": one.label, "count": number_of_entries})  # fmt: skip
        else:
            found.add(_("History row %(row)s of %(what)s says something else than its entry.")
                      % {"row": row, "what": one.label})  # fmt: skip
    return found


def _lost(one: Governed, start: int) -> Slice:
    rows: list[Any] = rows_of(
        f"SELECT a.id, a.history_id FROM registry_auditentry AS a WHERE a.object_type = '{one.label}' "  # noqa: S608
        "AND a.kind <> 'E' AND NOT EXISTS (SELECT 1 FROM "
        f"{one.history} AS h WHERE h.history_id = a.history_id) LIMIT 1000"
    )
    found = Slice()
    for entry, row in rows:
        found.add(_("Entry %(entry)s tells of history row %(row)s of %(what)s, which is gone.")
                  % {"entry": entry, "row": row, "what": one.label})  # fmt: skip
    return found

"""Records against their history, and history against its entries: every difference, named.

The database compares; here the questions are put, a range of numbers at a time. All of them read only.
"""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext as _

from registry.kernel.ledger import slices
from registry.kernel.ledger.governing import CONTEXT, Governed, governed
from registry.kernel.ledger.program import everything_governed
from registry.kernel.ledger.slices import Slice, Step, rows_of

MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
"""A moment as payloads write it."""


def records() -> Iterator[Step]:
    """Each record says what the newest row of its history says, and what is gone is known to be gone."""
    for model in everything_governed():
        one, key = governed(model), model._meta.pk
        numbered = key.get_internal_type() in {"BigAutoField", "AutoField", "BigIntegerField", "PositiveIntegerField"}
        yield Step(one.label, partial(_records, one, numbered), one.table)
        yield Step(one.label, partial(_vanished, one, numbered))


def entries() -> Iterator[Step]:
    """Each row of history has exactly one entry that says the same, and each entry of a change has its row."""
    for model in everything_governed():
        one = governed(model)
        yield Step(one.label, partial(_entries, one), one.history)
    yield Step(_("entries of changes"), _lost, "registry_auditentry")


def _records(one: Governed, numbered: bool, start: int) -> Slice:
    """Records with other keys than numbers are few kinds and few rows: read at once."""
    chosen = f"SELECT * FROM {one.table}"  # noqa: S608
    if numbered:
        chosen += f" WHERE {one.key} >= %s ORDER BY {one.key} LIMIT {slices.ROWS}"
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
            _read(found, numbered, count, key)
        elif kind is None:
            found.add(_("%(what)s %(number)s has no history.") % {"what": one.label, "number": key})
        elif kind == "-":
            found.add(_("%(what)s %(number)s is there, but its history says it was deleted.")
                      % {"what": one.label, "number": key})  # fmt: skip
        else:
            found.add(_("%(what)s %(number)s differs from its history in: %(fields)s.")
                      % {"what": one.label, "number": key, "fields": ", ".join(other)})  # fmt: skip
    return found


def _vanished(one: Governed, numbered: bool, start: int) -> Slice:
    rows = rows_of(
        f"WITH l AS MATERIALIZED (SELECT DISTINCT ON (h.{one.key}) h.{one.key} AS key, h.history_type AS kind "  # noqa: S608
        f"FROM {one.history} AS h {f'WHERE h.{one.key} >= %s' if numbered else ''} "
        f"ORDER BY h.{one.key}, h.history_id DESC {f'LIMIT {slices.ROWS}' if numbered else ''}) "
        "SELECT 0, count(*), max(key)::text FROM l UNION ALL "
        "SELECT 1, 0, l.key::text FROM l WHERE l.kind <> '-' "
        f"AND NOT EXISTS (SELECT 1 FROM {one.table} AS b WHERE b.{one.key} = l.key)",
        [start] if numbered else None,
    )
    found = Slice()
    for is_row, count, key in rows:
        if not is_row:
            _read(found, numbered, count, key)
        else:
            found.add(_("%(what)s %(number)s is gone, but its history does not say that it was deleted.")
                      % {"what": one.label, "number": key})  # fmt: skip
    return found


def _read(found: Slice, numbered: bool, count: int, last: str | None) -> None:
    if numbered:
        found.read(count, last)
    else:
        found.examined = count


def _entries(one: Governed, start: int) -> Slice:
    """Who, when, why, from where and what. Columns that came later than an entry are not in it."""
    rows = rows_of(
        f"WITH h AS (SELECT * FROM {one.history} WHERE history_id >= %s ORDER BY history_id LIMIT {slices.ROWS}), "  # noqa: S608
        "told AS (SELECT h.history_id AS id, count(a.id) AS entries, coalesce(min(o.names), '') AS other "
        f"FROM h LEFT JOIN registry_auditentry AS a ON a.object_type = '{one.label}' "
        f"AND a.object_id = h.{one.key}::text AND a.history_id = h.history_id "
        "LEFT JOIN LATERAL (SELECT public.holdfast_said(a.payload) AS said OFFSET 0) AS s ON true "
        f"LEFT JOIN LATERAL (SELECT CASE WHEN s.said IS NULL THEN 'payload' ELSE array_to_string({_differing(one)}, "
        "', ') END AS names OFFSET 0) AS o ON a.payload IS NOT NULL GROUP BY h.history_id) "
        "SELECT 0, count(*), max(id), NULL, NULL FROM told UNION ALL "
        "SELECT 1, 0, id, entries, other FROM told WHERE entries <> 1 OR other <> ''",
        [start],
    )
    found = Slice()
    for is_row, count, row, number_of_entries, other in rows:
        if not is_row:
            found.read(count, row)
        elif number_of_entries != 1:
            found.add(_("History row %(row)s of %(what)s has %(count)s entries instead of one.")
                      % {"row": row, "what": one.label, "count": number_of_entries})  # fmt: skip
        else:
            found.add(_("History row %(row)s of %(what)s says something else than its entry in: %(fields)s.")
                      % {"row": row, "what": one.label, "fields": other})  # fmt: skip
    return found


def _differing(one: Governed) -> str:
    """SQL for the names of the columns of the row `h` that say something else than `s.said`, which is its entry."""
    without = ", ".join(f"'{name}'" for name in (*CONTEXT, *one.hidden, *one.personal))
    context = {
        "history_type": ("op", "h.history_type"),
        one.key: ("pk", f"h.{one.key}::text"),
        "history_date": ("at", MOMENT.format("h.history_date")),
        "history_user_id": ("actor", "h.history_user_id::text"),
        "history_change_reason": ("why", "nullif(h.history_change_reason, '')"),
        "history_origin": ("origin", "h.history_origin"),
        "history_unit_id": ("req", "nullif(h.history_unit_id, '')"),
    }
    names = [f"CASE WHEN s.said ->> '{said}' IS DISTINCT FROM {now} THEN '{name}' END"
             for name, (said, now) in context.items()]  # fmt: skip
    names += [
        f"(SELECT '{name}' FROM ledger_secret AS s WHERE s.entry_id = a.id AND s.field = '{name}' "  # noqa: S608
        f"AND NOT public.holdfast_is_erased(h.{name}::text) AND s.value IS DISTINCT FROM h.{name}::text)"
        for name in one.personal
    ]
    return (
        f"ARRAY[{', '.join(names)}]::text[] || ARRAY(SELECT r.key FROM jsonb_each(s.said -> 'row') AS r, "  # noqa: S608
        f"(SELECT to_jsonb(h) - ARRAY[{without}] AS now) AS n "
        "WHERE n.now ? r.key AND n.now -> r.key IS DISTINCT FROM r.value)"
    )


def _lost(start: int) -> Slice:
    """OFFSET keeps the database from reading whole tables of history for each piece."""
    gone = " ".join(
        f"WHEN '{one.label}' THEN NOT EXISTS (SELECT 1 FROM {one.history} AS h "  # noqa: S608
        "WHERE h.history_id = a.history_id OFFSET 0)"
        for one in map(governed, everything_governed())
    )
    rows = rows_of(
        "WITH a AS MATERIALIZED (SELECT id, kind, object_type, history_id FROM registry_auditentry "  # noqa: S608
        f"WHERE id >= %s ORDER BY id LIMIT {slices.ROWS}) "
        "SELECT 0, count(*), max(id), NULL, NULL FROM a UNION ALL SELECT 1, 0, id, history_id, object_type FROM a "
        f"WHERE kind <> 'E' AND CASE object_type {gone} ELSE false END",
        [start],
    )
    found = Slice()
    for is_row, count, entry, row, what in rows:
        if not is_row:
            found.read(count, entry)
        else:
            found.add(_("Entry %(entry)s tells of history row %(row)s of %(what)s, which is gone.")
                      % {"entry": entry, "row": row, "what": what})  # fmt: skip
    return found

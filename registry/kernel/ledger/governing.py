"""What the database does for each governed table: SQL written out with the table's own columns.

Functions of each table, all static, since one that builds its statements at run time costs four times as much:

- *capture*, after every row of its history: the sealed entry, with what changed since the row before.
- *guard*, at commit, after every change of the table itself: where the newest history row is missing or says
  something else, the true row is added, marked as not recorded by the application, and the gap is noted.
  In tests it raises instead, so that no test can pass with a change that leaves no history.
- *note*, at commit, where a column changed that no history holds: the event, without what the column says.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from registry.kernel.ledger.triggers import append_only, at_commit, never_emptied, trigger

CONTEXT = (
    "history_id", "history_date", "history_type", "history_user_id", "history_change_reason", "history_origin",
    "history_unit_id",
)  # fmt: skip
"""Columns of a history row that speak of the change and not of the record."""
UNRECORDED = "Not recorded by the application"
FOUND = "Found when its history began"
FOUND_CHANGED = "Found by a migration; not recorded by the application"


@dataclass(frozen=True)
class Governed:
    """One kind of record: its table, its history, and which of its columns are in both."""

    label: str
    table: str
    history: str
    key: str
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    counters: tuple[str, ...]
    """Columns that count writes to the record and what hangs on it; alone they are no change of it."""
    hidden: tuple[str, ...]
    """Columns that no payload holds, not even as a hash: what they contain opens doors."""
    noted: tuple["Noted", ...]


@dataclass(frozen=True)
class Noted:
    """A column that no history holds: that it changed is an event, what it says is not told."""

    column: str
    event: str
    unless: tuple[str, ...]
    """Events of the application which say the same, when they are noted in the same transaction."""


@dataclass(frozen=True)
class EnteredAs:
    """How the rows of a list without history stand in the ledger: as events about another record."""

    event: str
    about: str
    number: str
    at: str
    by: str


def governed(model: Any) -> Governed:
    history = model.history.model
    kept = {field.column for field in history._meta.concrete_fields} - set(CONTEXT)
    return Governed(
        label=model._meta.label_lower,
        table=model._meta.db_table,
        history=history._meta.db_table,
        key=model._meta.pk.column,
        columns=tuple(field.column for field in model._meta.concrete_fields if field.column in kept),
        personal=tuple(getattr(model, "personal_fields", ())),
        counters=tuple(getattr(model, "counter_fields", ())),
        hidden=tuple(getattr(model, "hidden_fields", ())),
        noted=tuple(getattr(model, "noted_fields", ())),
    )


def statements(one: Governed, *, raises: bool) -> Iterator[str]:
    """Everything the database needs for one governed table; running it again changes nothing."""
    yield f"CREATE INDEX IF NOT EXISTS {_short(one.history)}_newest ON {one.history} ({one.key}, history_id DESC)"
    yield _capture(one)
    yield trigger("holdfast_capture", one.history, "AFTER INSERT", f"holdfast_capture_{one.table}()")
    yield _guard(one, raises=raises)
    yield from at_commit(
        "holdfast_guard", one.table, "AFTER INSERT OR UPDATE OR DELETE", f"holdfast_guard_{one.table}()"
    )
    for noted in one.noted:
        function = f"holdfast_noted_{one.table}_{noted.column}()"
        yield _note(one, noted, function, raises=raises)
        yield from at_commit(f"holdfast_noted_{noted.column}", one.table, "AFTER UPDATE OR DELETE", function)
    yield never_emptied(one.table)
    yield from append_only(one.history, one.label)


def entered(table: str, how: EnteredAs) -> Iterator[str]:
    """Each new row of a list without history as an event; the entry's own trigger seals it."""
    own = ", ".join(f"'{name}'" for name in ("origin", "unit_id", how.number, how.at, how.by))
    yield f"""
CREATE OR REPLACE FUNCTION public.holdfast_entered_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    INSERT INTO public.registry_auditentry
        (at, kind, object_type, object_id, event, actor_id, origin, unit_id, reason, detail, roles, login, leaf_hash)
    VALUES (NEW.{how.at}, 'E', '{how.about}', NEW.{how.number}::text, '{how.event}', NEW.{how.by}, NEW.origin,
            NEW.unit_id, '', jsonb_strip_nulls(to_jsonb(NEW) - ARRAY[{own}]), '{{}}', '', '');
    RETURN NULL;
END $$"""
    yield trigger("holdfast_entered", table, "AFTER INSERT", f"holdfast_entered_{table}()")


def found(one: Governed, known: Collection[str] | None) -> Iterator[str]:
    """Rows that are not as their history says get the row that is missing.

    `known` are the columns that were guarded before, None where the table was not: what differs in those was changed
    while no guard stood, and that is a gap. The rest comes from the migration itself.
    """
    rows = f" FROM public.{one.table} AS b {_newest(one)} WHERE "
    if known is not None:
        changed = rows + _differs(one, known)
        yield (
            "INSERT INTO public.ledger_gap (at, object_type, object_id, operation, role, application, address, query) "
            f"SELECT clock_timestamp(), '{one.label}', b.{one.key}::text, "
            "CASE WHEN l.history_type IS NULL OR l.history_type = '-' THEN 'INSERT' ELSE 'UPDATE' END, '', '', '', ''"
            + changed
        )
        yield _insert(one, "b", f"'{FOUND_CHANGED}'", "'DATABASE'") + changed
    yield _insert(one, "b", f"'{FOUND}'", "'MIGRATION'") + rows + _differs(one)


def mapping(all_of_them: Sequence[Governed]) -> str:
    rows = ", ".join(f"('{one.label}', '{one.table}', '{one.history}', '{one.key}')" for one in all_of_them)
    return (
        "CREATE OR REPLACE FUNCTION public.holdfast_governed() "
        "RETURNS TABLE (label text, base text, history text, key text) LANGUAGE sql IMMUTABLE AS "
        f"$$ VALUES {rows} $$"
    )


def _capture(one: Governed) -> str:
    without = ", ".join(f"'{name}'" for name in (*CONTEXT, *one.hidden))
    personal = ", ".join(f"'{name}'" for name in one.personal)
    return f"""
CREATE OR REPLACE FUNCTION public.holdfast_capture_{one.table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    was jsonb;
BEGIN
    IF NEW.history_type <> '+' THEN
        SELECT to_jsonb(h) - ARRAY[{without}] INTO was FROM public.{one.history} AS h
        WHERE h.{one.key} = NEW.{one.key} AND h.history_id < NEW.history_id ORDER BY h.history_id DESC LIMIT 1;
    END IF;
    PERFORM public.holdfast_enter(
        NEW.history_type, '{one.label}', NEW.{one.key}::text, NEW.history_id, NEW.history_date,
        NEW.history_user_id::bigint, NEW.history_origin, NEW.history_unit_id, coalesce(NEW.history_change_reason, ''),
        to_jsonb(NEW) - ARRAY[{without}], was, ARRAY[{personal}]::text[]);
    RETURN NULL;
END $$"""


def _guard(one: Governed, *, raises: bool) -> str:
    gone = ", ".join(f"OLD.{column}" for column in one.columns)
    names = ", ".join((*one.columns, *CONTEXT[1:]))
    changed = (
        _insert(one, "b", f"'{UNRECORDED}'", "'DATABASE'")
        + f" FROM public.{one.table} AS b {_newest(one)} WHERE b.{one.key} = NEW.{one.key} AND ({_differs(one)})"
    )
    missed = _refuse if raises else _gap
    return f"""
CREATE OR REPLACE FUNCTION public.holdfast_guard_{one.table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing bigint;
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.{one.key} IS DISTINCT FROM NEW.{one.key} THEN
        INSERT INTO public.{one.history} ({names})
        SELECT {gone}, clock_timestamp(), '-', NULL, '{UNRECORDED}', 'DATABASE', ''
        WHERE NOT EXISTS (SELECT 1 FROM public.{one.table} AS b WHERE b.{one.key} = OLD.{one.key})
          AND coalesce((SELECT h.history_type FROM public.{one.history} AS h WHERE h.{one.key} = OLD.{one.key}
                        ORDER BY h.history_id DESC LIMIT 1), '+') <> '-';
        GET DIAGNOSTICS missing = ROW_COUNT;
        IF missing > 0 THEN{missed(one, f"OLD.{one.key}")};
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        {changed};
        GET DIAGNOSTICS missing = ROW_COUNT;
        IF missing > 0 THEN{missed(one, f"NEW.{one.key}")};
        END IF;
    END IF;
    RETURN NULL;
END $$"""


def _note(one: Governed, noted: Noted, function: str, *, raises: bool) -> str:
    """Who, why and whence come from the history row that the application wrote with it; without one it went past it.

    What counts is what stands under the number in the end: a row can also be put in anew, or change its number.
    """
    known = ", ".join(f"'{event}'" for event in (noted.event, *noted.unless))
    missed = _refuse if raises else _gap
    return f"""
CREATE OR REPLACE FUNCTION public.{function} RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number public.{one.table}.{one.key}%TYPE := CASE TG_OP WHEN 'DELETE' THEN OLD.{one.key} ELSE NEW.{one.key} END;
    told record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.{one.table} AS b WHERE b.{one.key} = number AND
                   (b.{one.key} <> OLD.{one.key} OR b.{noted.column} IS DISTINCT FROM OLD.{noted.column}))
       OR EXISTS (SELECT 1 FROM public.registry_auditentry AS a WHERE a.object_type = '{one.label}'
               AND a.object_id = number::text AND a.event IN ({known})
               AND public.holdfast_of_this_transaction(a.xmin)) THEN
        RETURN NULL;
    END IF;
    SELECT l.history_user_id AS person, l.history_origin AS origin, l.history_unit_id AS unit,
           coalesce(l.history_change_reason, '') AS reason INTO told
    FROM (SELECT h.*, h.xmin AS written FROM public.{one.history} AS h WHERE h.{one.key} = number
          ORDER BY h.history_id DESC LIMIT 1) AS l
    WHERE l.history_type = '~' AND l.history_origin <> 'DATABASE' AND public.holdfast_of_this_transaction(l.written);
    IF NOT FOUND THEN
        SELECT NULL::bigint AS person, 'DATABASE' AS origin, '' AS unit, '{UNRECORDED}' AS reason INTO told;
        {missed(one, "number")};
    END IF;
    INSERT INTO public.registry_auditentry
        (at, kind, object_type, object_id, event, actor_id, origin, unit_id, reason, detail, roles, login, leaf_hash)
    VALUES (clock_timestamp(), 'E', '{one.label}', number::text, '{noted.event}', told.person, told.origin,
            told.unit, told.reason, '{{}}', '{{}}', '', '');
    RETURN NULL;
END $$"""


def _gap(one: Governed, number: str) -> str:
    """A statement can hold what it writes: of kinds with columns that open doors it is not kept."""
    statement = "''" if one.hidden or one.noted else "public.holdfast_statement()"
    return f"""
        INSERT INTO public.ledger_gap (at, object_type, object_id, operation, role, application, address, query)
        VALUES (clock_timestamp(), '{one.label}', {number}::text, TG_OP, session_user,
            coalesce(current_setting('application_name', true), ''), coalesce(host(inet_client_addr()), ''),
            {statement})"""


def _refuse(one: Governed, number: str) -> str:
    return f"""
        RAISE EXCEPTION '% of {one.label} % left no true history row', TG_OP, {number}::text
            USING ERRCODE = '23514'"""


def _insert(one: Governed, alias: str, reason: str, origin: str) -> str:
    names = ", ".join((*one.columns, *CONTEXT[1:]))
    values = ", ".join(f"{alias}.{column}" for column in one.columns)
    kind = "CASE WHEN l.history_type IS NULL OR l.history_type = '-' THEN '+' ELSE '~' END"
    return (
        f"INSERT INTO public.{one.history} ({names}) "
        f"SELECT {values}, clock_timestamp(), {kind}, NULL, {reason}, {origin}, ''"
    )


def _newest(one: Governed) -> str:
    return (
        f"LEFT JOIN LATERAL (SELECT h.* FROM public.{one.history} AS h WHERE h.{one.key} = b.{one.key} "
        "ORDER BY h.history_id DESC LIMIT 1) AS l ON true"
    )


def _differs(one: Governed, among: Collection[str] | None = None) -> str:
    """`among` are the columns that count; all of them unless given."""
    compared = [column for column in one.columns if column not in one.counters]
    compared = [column for column in compared if among is None or column in among]
    ours, theirs = (", ".join(f"{alias}.{column}" for column in compared) for alias in ("b", "l"))
    return f"l.history_type IS NULL OR l.history_type = '-' OR ROW({ours}) IS DISTINCT FROM ROW({theirs})"


def _short(table: str) -> str:
    """Names longer than 63 bytes would be cut, and two cut names could be the same."""
    return table.replace("historical", "h_")[:50]
